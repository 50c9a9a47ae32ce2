import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROTOCOL } from "@amana/core/bytes";
import { encodeEntry } from "@amana/core/entries";
import { beforeAll, describe, expect, it } from "vitest";
import { Operator } from "../../../../client/test-support/operator.ts";
import { BASE, clientOptions, respond } from "../../../../client/test-support/people.ts";
import { FakeRelay } from "../../../../client/test-support/relay.ts";
import { makeRound, makeWorld, START } from "../../../../client/test-support/world.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";

let operator: Operator;
let receipt = "";
beforeAll(async () => {
  const world = makeWorld();
  operator = new Operator(world, makeRound(world)).launch();
  receipt = (await respond(operator, "officials", 0)).receipt.text;
  operator.endEnrolment();
  operator.close();
});

const announced = (length: number): Uint8Array => encodeEntry({ protocol: PROTOCOL, type: "announcement", sha256: "0".repeat(64), length });

function withLedger(change: (entries: Uint8Array[]) => Uint8Array[]): Operator {
  const other = new Operator(operator.world, operator.round);
  for (const [sha256, file] of operator.files) other.files.set(sha256, file);
  other.entries.push(...change([...operator.entries]));
  return other;
}

/** `amana verify` with a state folder of the test's, against a server in memory. */
async function verify(folder: string, server: Operator, ...args: readonly string[]) {
  const { io, written } = testIo({
    environment: { AMANA_STATE: join(folder, "state"), AMANA_PINS: join(folder, "pins.json") },
    fetch: server.fetch,
    now: () => new Date((START + 40 * 86_400) * 1000),
  });
  const code = await run(["verify", ...args], io);
  return {
    code,
    written,
    result: written.results[0] as { verified?: boolean; checks?: { check: string; ok: boolean; evidence?: string }[] },
  };
}

const online = (folder: string, server: Operator, ...args: readonly string[]) =>
  verify(folder, server, BASE, "--programme", operator.world.pinned, "--evidence", join(folder, "found"), ...args);

describe("amana verify", () => {
  it("goes on from what it remembers, and writes evidence of a rewritten ledger that anyone can judge", () =>
    withFolder(async (folder) => {
      expect((await online(folder, operator)).code).toBe(0);
      const again = await online(folder, operator);
      expect(again.written.said.join("\n")).toContain(`the first ${operator.entries.length} were verified before`);
      const other = withLedger((entries) => [...entries.slice(0, -1), announced(1), announced(2)]);
      const { code, result } = await online(folder, other);
      expect(code).toBe(1);
      const found = result.checks?.find(({ ok }) => !ok);
      expect(found).toMatchObject({ check: "consistency", evidence: expect.stringContaining("amana-evidence-") });
      const judged = await verify(folder, other, "--evidence", found?.evidence as string);
      expect(judged).toMatchObject({ code: 0, result: { proves: true, programme: operator.world.pinned, kind: "checkpoints" } });
      expect(judged.written.warned.join("\n")).toContain("you have not pinned this programme");
      // What it remembers is still the ledger that it saw first.
      expect((await online(folder, operator)).code).toBe(0);
      expect((await online(folder, other, "--fresh")).code).toBe(0);
    }));

  it("refuses a memory that is damaged or of another programme, in a sentence that names the file, until it is told to forget it", () =>
    withFolder(async (folder) => {
      await online(folder, operator);
      const [name = ""] = await readdir(join(folder, "state"));
      const path = join(folder, "state", name);
      const sound = await readFile(path, "utf8");
      const { kept } = JSON.parse(sound) as { kept: { known: { size: number } } };
      for (const damaged of [sound.replace(`"size":${kept.known.size}`, '"size":1'), sound.slice(0, -20), "{}"]) {
        await writeFile(path, damaged);
        const { code, written } = await online(folder, operator);
        expect(code).toBe(2);
        expect(written.warned.join("\n")).toContain(path);
        expect(written.warned.join("\n")).toContain("--fresh");
      }
      const stranger = makeWorld();
      await writeFile(path, sound.replace(operator.world.pinned, stranger.pinned));
      expect((await online(folder, operator)).code).toBe(2);
      expect((await online(folder, operator, "--fresh")).code).toBe(0);
      expect(await readFile(path, "utf8")).toBe(sound);
    }));

  it("says of a receipt whether its promise was kept, and writes the evidence if not", () =>
    withFolder(async (folder) => {
      const path = join(folder, "receipt.txt");
      await writeFile(path, receipt.replaceAll("\n", "\r\n"));
      const kept = await online(folder, operator, "--receipt", path);
      expect(kept.written.said.join("\n")).toContain("1 of 1 are in the ledger");
      const at = operator.entries.length - 3;
      const dropped = withLedger((entries) => [...entries.slice(0, at), ...entries.slice(at + 2)]);
      const { code, result } = await online(folder, dropped, "--receipt", path, "--fresh");
      expect(code).toBe(1);
      const failed = result.checks?.find(({ check }) => check === "receipts");
      expect(failed).toMatchObject({ ok: false });
      expect((await verify(folder, dropped, "--evidence", failed?.evidence as string)).result).toMatchObject({
        proves: true,
        kind: "promise",
      });
      await writeFile(path, receipt.replace("leaf ", "leaf x"));
      expect((await online(folder, operator, "--receipt", path)).written.warned.join("\n")).toContain("This receipt is damaged");
    }));

  it("says of a receipt that a relay gave who signed it, and that it names no leaf", () =>
    withFolder(async (folder) => {
      const relay = new FakeRelay();
      const relayed = new Operator(operator.world, makeRound(operator.world, { change: relay.change })).launch();
      const { receipt: sent } = await respond(
        relayed,
        "officials",
        0,
        { A1: 3 },
        {
          ...clientOptions(relayed, { seconds: START + 60 }),
          fetch: relay.fetch(relayed),
        },
      );
      const path = join(folder, "sent.txt");
      await writeFile(path, sent.text);
      const told = await online(folder, relayed, "--receipt", path);
      expect(told).toMatchObject({ code: 0, result: { verified: true, receipt: "sent", round: "wave-1" } });
      expect(told.written.said.join("\n")).toContain("it names no leaf");
      // Signed by another, and damaged.
      await writeFile(path, sent.text.replace(/[0-9a-f]{128}\n$/, `${"0".repeat(128)}\n`));
      expect(await online(folder, relayed, "--receipt", path)).toMatchObject({ code: 1, result: { verified: false, receipt: "forged" } });
      for (const damaged of [
        sent.text.replace("414d5931", "414d5030"),
        sent.text.replace("manifest ", "manifest 0"),
        sent.text.slice(0, -9),
      ]) {
        await writeFile(path, damaged);
        expect((await online(folder, relayed, "--receipt", path)).written.warned.join("\n")).toContain("This receipt is damaged");
      }
    }));
});
