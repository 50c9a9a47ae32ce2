import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { encodeVerifierKey } from "@amana/core/ledger";
import { describe, expect, it } from "vitest";
import { enrol, goLive, type Live, SUBMISSION, submission } from "../../fixtures/client.ts";
import { HOUR, START } from "../../fixtures/drafts.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { newHolders } from "../../fixtures/keys.ts";
import { snapshot } from "../../fixtures/raw.ts";
import { type Running, startServer, trialProgramme } from "../../fixtures/server.ts";
import { witnessKey } from "../../fixtures/witnesses.ts";
import { checkStore, initProgramme, restoreBackup } from "../index.ts";
import { isBeyond } from "../services/cosigning/ask-witness.ts";
import { type LoadedProgramme, loadProgramme } from "../services/programme.ts";
import { openServices } from "../services/services.ts";
import { FIXED_TIME } from "../stores/lowdb/files.ts";
import { SNAPSHOT } from "../stores/lowdb/snapshot.ts";
import { writeBackup } from "./backup.ts";

interface Place {
  readonly folder: string;
  /** A path beside the data folder. */
  beside(name: string): string;
  readonly server: Running;
  readonly live: Live;
}

/** A server of a programme without rounds. */
function withProgramme(use: (place: Omit<Place, "live">) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    await trialProgramme(folder, newHolders());
    const server = await startServer(folder);
    await use({ folder, beside: (name) => join(folder, "..", name), server }).finally(() => server.close());
  });
}

/** A server with a live round, one epoch of which is sealed, and one answer that waits. */
function withServer(use: (place: Place) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    try {
      const live = await goLive(server, holders);
      await server.amana.tick();
      for (const place of [0, 1, 2]) {
        server.clock.seconds += 5;
        await answer(server, live, place);
        await server.amana.tick();
      }
      await use({ folder, beside: (name) => join(folder, "..", name), server, live });
    } finally {
      await server.close();
    }
  });
}

async function answer(server: Running, live: Live, place: number): Promise<void> {
  const sent = await server.call("submissions", submission(live.manifest, await enrol(server, live, place)), SUBMISSION);
  expect(sent.code).toBe("");
}

const sealed = async ({ amana }: Running): Promise<number> => (await amana.operator.status()).rounds[0]?.sealed ?? -1;
const NEWEST = { newest: true };

describe("a backup", () => {
  it("of a running server is restored whole: what the ledger has, nothing that waits, under one constant time", () =>
    withServer(async ({ beside, server, live }) => {
      const before = await sealed(server);
      expect(before).toBeGreaterThan(0);
      const [made] = await Promise.all([server.amana.operator.backup(beside("copy")), answer(server, live, 3)]);
      expect(made).toMatchObject({ keysOf: ["wave-1"], envelopesOf: ["wave-1"] });
      const files = Object.keys(await snapshot(beside("copy")));
      expect(files.filter((path) => /\/(pending|claims|uploads)\/|\.sock|\.tmp/.test(path))).toEqual([]);
      for (const path of files) {
        const { mtimeMs, mode } = await stat(join(beside("copy"), path));
        expect([mtimeMs / 1000, mode & 0o777]).toEqual([FIXED_TIME, 0o600]);
      }
      expect(await restoreBackup(beside("copy"), beside("restored"), NEWEST)).toMatchObject({ ledgerSize: made.ledgerSize, witnesses: 0 });
      expect((await checkStore(beside("restored"))).filter(({ ok }) => !ok)).toEqual([]);
      const again = await startServer(beside("restored"));
      expect(await sealed(again)).toBe(before);
      again.clock.seconds = START + HOUR + 61;
      await again.amana.tick();
      expect((await again.amana.operator.status()).rounds[0]).toMatchObject({ state: "closed", sealed: before });
      await again.close();
      // The server itself has lost nothing.
      server.clock.seconds = START + HOUR + 61;
      await server.amana.tick();
      expect(await sealed(server)).toBe(4);
      expect(server.log).toEqual([]);
    }));

  it("and the next one are the same, whoever came between them; of copies of everything each tells who did", () =>
    withServer(async ({ beside, server, live }) => {
      const services = await openServices({ store: server.store });
      const list = async (name: string): Promise<string> => readFile(beside(`${name}/backup.json`), "utf8");
      const files = async (name: string): Promise<string[]> => Object.keys(await snapshot(beside(name)));
      await server.amana.operator.backup(beside("first"));
      await writeBackup(services, beside("all-first"), () => true);
      await answer(server, live, 3);
      await server.amana.operator.backup(beside("second"));
      await writeBackup(services, beside("all-second"), () => true);
      expect(await list("second")).toBe(await list("first"));
      const came = (await files("all-second")).length - (await files("all-first")).length;
      expect(came).toBeGreaterThan(0);
      expect(await list("all-second")).not.toBe(await list("all-first"));
    }));

  it("leaves nothing beside what it is: not when it cannot be written, and not after a stop in the middle", () =>
    withProgramme(async ({ folder, beside, server }) => {
      await mkdir(beside("full"));
      await writeFile(join(beside("full"), "something"), "");
      await expect(server.amana.operator.backup(beside("full"))).rejects.toMatchObject({ code: "ERR_FOLDER_NOT_EMPTY" });
      expect(await readdir(folder)).not.toContain(SNAPSHOT);
      await mkdir(join(folder, SNAPSHOT));
      await server.amana.close();
      const again = await startServer(folder);
      expect(await readdir(folder)).not.toContain(SNAPSHOT);
      await again.close();
    }));
});

describe("a restore", () => {
  it("refuses what is damaged, incomplete or newer, and a folder in which something is; it writes nothing then", () =>
    withProgramme(async ({ beside, server }) => {
      await server.amana.operator.backup(beside("copy"));
      const refused = async (code: string): Promise<string> => {
        const failed = await restoreBackup(beside("copy"), beside("restored"), NEWEST).then(
          () => null,
          (error: unknown) => error as { code: string; details: { problems?: { path: string }[] } },
        );
        expect(failed?.code).toBe(code);
        expect(await readdir(beside("restored")).catch(() => [])).toEqual([]);
        return (failed?.details.problems ?? []).map(({ path }) => path).join();
      };
      const spoil = async (path: string, change: (text: string) => string): Promise<() => Promise<void>> => {
        const bytes = await readFile(join(beside("copy"), path), "latin1");
        await writeFile(join(beside("copy"), path), change(bytes), "latin1");
        return () => writeFile(join(beside("copy"), path), bytes, "latin1");
      };
      let mend = await spoil("data/secrets.json", (text) => text.replace("ledgerSeed", "ledgerSead"));
      expect(await refused("ERR_BACKUP_DAMAGED")).toBe("/secrets.json");
      await mend();
      mend = await spoil("backup.json", (text) => text.replace('"length":', '"length": '));
      expect(await refused("ERR_BACKUP_DAMAGED")).toBe("/backup.json");
      await mend();
      await rm(join(beside("copy"), "data/ledger/checkpoint"));
      expect(await refused("ERR_BACKUP_DAMAGED")).toBe("/ledger/checkpoint");
      await rm(join(beside("copy"), "backup.json"));
      expect(await refused("ERR_BACKUP_DAMAGED")).toBe("/backup.json");
      await expect(restoreBackup(beside("copy"), beside("copy"), NEWEST)).rejects.toMatchObject({ code: "ERR_FOLDER_NOT_EMPTY" });
    }));

  it("refuses an older copy when somebody has seen more; without that it makes a second history under the same key", () =>
    withServer(async ({ beside, server, live }) => {
      await server.amana.operator.backup(beside("copy"));
      await expect(restoreBackup(beside("copy"), beside("restored"))).rejects.toMatchObject({ code: "ERR_BACKUP_UNCHECKED" });
      const seen = async (): Promise<string[]> => [new TextDecoder().decode((await server.call("ledger/checkpoint")).body)];
      const { programme } = (await loadProgramme(server.store)) as LoadedProgramme;
      await answer(server, live, 3);
      server.clock.seconds = START + HOUR + 61;
      await server.amana.tick();
      const newer = await seen();
      await expect(restoreBackup(beside("copy"), beside("restored"), { ...NEWEST, seen: newer })).rejects.toMatchObject({
        code: "ERR_LEDGER_BEHIND",
      });
      // The attack, or the mistake: nobody is asked.
      await restoreBackup(beside("copy"), beside("restored"), NEWEST);
      const second = await startServer(beside("restored"));
      second.clock.seconds = START + HOUR + 61;
      await second.amana.tick();
      const { ledger } = await openServices({ store: second.store });
      expect(await isBeyond(newer[0] ?? "", ledger, programme)).toBe(true);
      await second.close();
    }));

  it("asks witnesses: as many that every quorum has one of them, each of whom must show the ledger's own signature", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      const organisations = holders.map(({ organisation, signing }) => ({
        id: organisation,
        name: { en: organisation },
        key: toHex(signing.publicKey),
      }));
      const witnesses = ["one", "two", "three"].map((name, at) => ({
        organisation: organisations[at]?.id ?? "",
        vkey: encodeVerifierKey(witnessKey(`${name}.example`)),
      }));
      const origin = "http://127.0.0.1/feedback";
      await initProgramme(folder, { name: { en: "Trial" }, trial: true, organisations, origin, witnesses, quorum: 2 });
      const server = await startServer(folder);
      const [copy, restored] = [join(folder, "../copy"), join(folder, "../restored")];
      await server.amana.operator.backup(copy);
      const note = (await server.store.readCheckpoint()) ?? "";
      await server.close();
      const at = (answers: Record<string, string>) => ({
        witnesses: Object.keys(answers).map((name) => `https://${name}.example/`),
        fetch: async (url: string) => {
          const text = answers[new URL(url).host.split(".")[0] ?? ""] ?? "";
          return text === "" ? Promise.reject(new Error("down")) : new Response(text);
        },
      });
      for (const answers of [{ one: note }, { one: note, two: "" }, { one: note, two: "lies" }])
        await expect(restoreBackup(copy, restored, at(answers))).rejects.toMatchObject({ code: "ERR_BACKUP_UNCHECKED" });
      expect(await restoreBackup(copy, restored, at({ one: note, two: note }))).toMatchObject({ witnesses: 2 });
    }));
});
