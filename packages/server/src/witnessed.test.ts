import { cp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { encodeVerifierKey, openCheckpoint } from "@amana/core/ledger";
import { programmeId } from "@amana/core/programme";
import express from "express";
import { describe, expect, it } from "vitest";
import { goLive } from "../fixtures/client.ts";
import { SimulatedDisk } from "../fixtures/disk.ts";
import { START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { type Holder, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer } from "../fixtures/server.ts";
import { witnessKey } from "../fixtures/witnesses.ts";
import { checkStore, initProgramme } from "./index.ts";
import { writeDocument } from "./stores/lowdb/document.ts";
import { DurableFolder } from "./stores/lowdb/folder.ts";
import { witnessKeySchema } from "./witness/model.ts";
import { witnessRouter } from "./witness/routes.ts";
import { Witness, watch } from "./witness/witness.ts";

const NAMES = ["one", "two", "three"];
const keys = NAMES.map((name) => witnessKey(`${name}.example`));

interface Witnessed {
  readonly folder: string;
  readonly holders: readonly Holder[];
  server: Running;
  /** Starts the server again on what is in the folder. */
  restart(): Promise<void>;
  /** Lets witnesses answer, from now on. */
  startWitnesses(): Promise<void>;
  /** Ticks until what is public has this size. */
  publicAt(size: number): Promise<void>;
  readonly lines: unknown[];
}

/** The real server with three witnesses over HTTP, two of whom must cosign. */
function withWitnesses(use: (witnessed: Witnessed) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    const organisations = holders.map(({ organisation, signing }) => ({
      id: organisation,
      name: { en: organisation },
      key: toHex(signing.publicKey),
    }));
    const witnesses = keys.map((key, at) => ({ organisation: organisations[at]?.id ?? "", vkey: encodeVerifierKey(key) }));
    const origin = "http://127.0.0.1/feedback";
    await initProgramme(folder, { name: { en: "Trial" }, trial: true, organisations, origin, witnesses, quorum: 2 });
    const running: Server[] = [];
    const addresses = await Promise.all(NAMES.map(() => freePort()));
    const urls = addresses.map((port) => `http://127.0.0.1:${port}/`);
    const lines: unknown[] = [];
    const start = async (): Promise<Running> => startServer(folder, { witnesses: urls });
    const witnessed: Witnessed = {
      folder,
      holders,
      lines,
      server: await start(),
      restart: async () => {
        witnessed.server = await start();
      },
      startWitnesses: async () => {
        for (const [at, port] of addresses.entries()) {
          const own = new DurableFolder("/data", new SimulatedDisk());
          const { name, seed } = keys[at] as (typeof keys)[number];
          await writeDocument(own, "witness.json", witnessKeySchema, { name, seed: toHex(seed) });
          // The server's port changes with each start; its public address would not.
          const reading = (url: string) => fetch(url.replace("http://ledger.example/", witnessed.server.url));
          await watch(own, "http://ledger.example/", toHex(programmeId(witnessed.server.amana.programme)), reading);
          const witness = await Witness.open({ folder: own, fetch: reading, now: () => new Date(witnessed.server.clock.seconds * 1000) });
          const app = express().use(witnessRouter(witness, (error) => lines.push(error)));
          const server = createServer(app);
          await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
          running.push(server);
        }
      },
      publicAt: (size) =>
        expect
          .poll(
            async () => {
              witnessed.server.clock.seconds += 1;
              await witnessed.server.amana.tick();
              return (await witnessed.server.amana.operator.status()).publication.publicSize;
            },
            { timeout: 30_000, interval: 50 },
          )
          .toBe(size),
    };
    try {
      await use(witnessed);
    } finally {
      await witnessed.server.close();
      for (const server of running) server.close();
    }
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a server whose checkpoints are cosigned", () => {
  it("shows no round before it is public, though witnesses can read its manifest; then everyone sees the same", () =>
    withWitnesses(async (witnessed) => {
      const { server, holders } = witnessed;
      await goLive(server, holders);
      await server.amana.tick();
      expect((await server.call("rounds")).json()).toEqual({ rounds: [] });
      expect((await server.call("rounds/wave-1")).code).toBe("ERR_ROUND_UNKNOWN");
      expect((await server.call("ledger/tile/entries/000.p/3")).status).toBe(200);
      const trust = { ...server.amana.programme.ledger, witnesses: keys.map(encodeVerifierKey), quorum: 2 };
      const seen = async () => openCheckpoint((await server.call("ledger/checkpoint")).body, trust);
      await expect(seen()).rejects.toMatchObject({ code: "ERR_LEDGER_WITNESSES" });
      const { publication } = await server.amana.operator.status();
      expect(publication).toMatchObject({ quorum: 2, publicSize: 0, stale: true, olderCopy: false });
      await witnessed.startWitnesses();
      await witnessed.publicAt(3);
      expect((await seen()).cosignatures.length).toBeGreaterThanOrEqual(2);
      expect((await server.call("rounds/wave-1")).json()).toMatchObject({ name: "wave-1", entryIndex: 1 });
      expect((await server.amana.operator.status()).publication).toMatchObject({ publicSize: 3, stale: false });
    }));

  it("takes nothing any more once its folder is an older copy, and says so wherever its operator looks", () =>
    withWitnesses(async (witnessed) => {
      const { holders, folder } = witnessed;
      const older = join(folder, "..", "older");
      await witnessed.startWitnesses();
      await witnessed.server.amana.tick();
      await witnessed.server.close();
      await cp(folder, older, { recursive: true });
      await rm(join(older, "amana.sock"), { force: true });
      await witnessed.restart();
      await goLive(witnessed.server, holders);
      await witnessed.publicAt(3);
      await witnessed.server.close();
      const newest = join(folder, "..", "newest");
      await cp(folder, newest, { recursive: true });
      await rm(folder, { recursive: true });
      await cp(older, folder, { recursive: true });
      await witnessed.restart();
      await expect
        .poll(
          async () => {
            await witnessed.server.amana.tick();
            return (await witnessed.server.call("submissions", new Uint8Array(10), "application/vnd.amana.submission")).code;
          },
          { timeout: 30_000, interval: 50 },
        )
        .toBe("ERR_LEDGER_BEHIND");
      expect((await witnessed.server.amana.operator.status()).publication.olderCopy).toBe(true);
      expect(witnessed.server.log).toContainEqual({ code: "ERR_LEDGER_BEHIND" });
      expect((await witnessed.server.call("programme")).status).toBe(200);
      await witnessed.server.close();
      const findings = await checkStore(folder, () => new Date(START * 1000));
      expect(findings).toContainEqual(expect.objectContaining({ check: "witnesses", ok: false }));
      // The newest copy is put back: it goes on.
      await rm(folder, { recursive: true });
      await cp(newest, folder, { recursive: true });
      await rm(join(folder, "amana.sock"), { force: true });
      await witnessed.restart();
      await witnessed.server.amana.tick();
      expect((await witnessed.server.call("rounds/wave-1")).status).toBe(200);
      expect((await witnessed.server.amana.operator.status()).publication).toMatchObject({ publicSize: 3, olderCopy: false });
      expect((await checkStoreOf(witnessed)).find(({ check }) => check === "witnesses")?.ok).toBe(true);
    }));
});

/** What `doctor` says, with the server stopped meanwhile. */
async function checkStoreOf(witnessed: Witnessed): ReturnType<typeof checkStore> {
  const { seconds } = witnessed.server.clock;
  await witnessed.server.close();
  const findings = await checkStore(witnessed.folder, () => new Date(seconds * 1000));
  await witnessed.restart();
  return findings;
}

describe("a witness over HTTP", () => {
  it("answers with the statuses and media types of c2sp.org/tlog-witness", () =>
    withWitnesses(async (witnessed) => {
      await goLive(witnessed.server, witnessed.holders);
      await witnessed.startWitnesses();
      await witnessed.publicAt(3);
      const note = new TextDecoder().decode((await witnessed.server.call("ledger/checkpoint")).body);
      const [{ url = "" } = {}] = (await witnessed.server.amana.operator.status()).publication.witnesses;
      const post = async (path: string, body: string) => {
        const response = await fetch(`${url}${path}`, { method: "POST", body });
        return [response.status, response.headers.get("content-type"), await response.text()] as const;
      };
      const again = await post("add-checkpoint", `old 3\n\n${note}`);
      expect([again[0], again[1], again[2].startsWith("— one.example ")]).toEqual([200, "text/plain; charset=utf-8", true]);
      expect(await post("add-checkpoint", `old 0\n\n${note}`)).toEqual([409, "text/x.tlog.size", "3\n"]);
      expect((await post("add-checkpoint", `old 4\n\n${note}`))[0]).toBe(400);
      expect((await post("add-checkpoint", "nothing"))[0]).toBe(400);
      expect((await post("add-checkpoint", `old 3\n\n${note.replaceAll("127.0.0.1/feedback", "elsewhere.example")}`))[0]).toBe(404);
      expect((await post("add-checkpoint", `old 3\n\n${note.replace("\n3\n", "\n4\n")}`))[0]).toBe(403);
      expect((await post("add-checkpoint", "x".repeat(70_000)))[0]).toBe(413);
      expect((await fetch(`${url}add-checkpoint`)).status).toBe(405);
      expect((await fetch(`${url}newest/${"00".repeat(32)}`)).status).toBe(404);
      expect(witnessed.lines.every((error) => !String((error as Error).message).includes("elsewhere"))).toBe(true);
    }));
});
