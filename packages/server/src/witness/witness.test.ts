import { concat, fromHex, SHA256, toHex, utf8 } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import {
  addSignatures,
  cosignNote,
  decodeAddCheckpoint,
  decodeTlogProof,
  encodeAddCheckpoint,
  encodeVerifierKey,
  leafHash,
  openTlogProof,
  parseCheckpoint,
  parseNote,
  signCheckpoint,
  verifyConsistency,
  verifyNote,
} from "@amana/core/ledger";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import {
  LOG,
  LogInMemory,
  manifestEntry,
  openWitness,
  programmeEntry,
  someEntry,
  witnessedWorld,
  witnessFolder,
  witnessKey,
} from "../../fixtures/witnesses.ts";
import type { World } from "../../fixtures/world.ts";
import { DurableFolder } from "../stores/lowdb/folder.ts";
import type { Evidence } from "./evidence.ts";
import type { Cosigned } from "./watched.ts";
import { type Witness, watch, witnessStatus } from "./witness.ts";

const key = witnessKey("witness.example/w1");
const world: World = witnessedWorld([key], 1);
const some = (count: number): Uint8Array[] => Array.from({ length: count }, someEntry);

async function watched(atOnce?: number) {
  const log = new LogInMemory(world);
  const disk = new SimulatedDisk();
  const folder = await witnessFolder(disk, key, log);
  return { log, disk, folder, witness: await openWitness(folder, log, atOnce) };
}

/** What a witness answers: its line, the size it has, or a code. */
async function outcome(answer: Promise<Cosigned>): Promise<string | number> {
  try {
    const cosigned = await answer;
    return cosigned.kind === "cosigned" ? cosigned.line : cosigned.size;
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return error.code;
  }
}

/** Whether an answer is a cosignature over the log's newest checkpoint. */
function isCosigned(log: LogInMemory, answer: string | number): boolean {
  if (typeof answer !== "string" || !answer.startsWith("—")) return false;
  return verifyNote(addSignatures(log.note, answer), [encodeVerifierKey(key)]).signatures.length === 1;
}

const ask = async (witness: Witness, log: LogInMemory, oldSize: number) => outcome(witness.add(await log.request(oldSize)));

async function evidence(disk: SimulatedDisk): Promise<Evidence[]> {
  const files = [...disk.files()].filter(([path]) => path.startsWith("/data/evidence/"));
  return files.map(([, bytes]) => JSON.parse(new TextDecoder().decode(bytes)) as Evidence);
}

describe("add-checkpoint (c2sp.org/tlog-witness)", () => {
  it("cosigns what continues, says where it is, and cosigns the same again", async () => {
    const { log, witness } = await watched();
    await log.append(programmeEntry(world), manifestEntry(world, world.manifest), ...some(3));
    expect(isCosigned(log, await ask(witness, log, 0))).toBe(true);
    await log.append(...some(300));
    // Not from where it is: 409 with the size.
    expect(await ask(witness, log, 0)).toBe(5);
    expect(await ask(witness, log, 3)).toBe(5);
    expect(isCosigned(log, await ask(witness, log, 5))).toBe(true);
    expect(isCosigned(log, await ask(witness, log, 305))).toBe(true);
    expect(witness.newest(toHex(SHA256(utf8(world.ledgerKey.name))))).toBe(log.note);
    expect(witness.newest("00".repeat(32))).toBe(null);
  });

  it("cosigns the empty ledger, too", async () => {
    const { log, witness } = await watched();
    await log.append();
    expect(isCosigned(log, await ask(witness, log, 0))).toBe(true);
  });

  it("refuses each with the code of the specification", async () => {
    const { log, witness } = await watched();
    await log.append(programmeEntry(world), ...some(4));
    expect(isCosigned(log, await ask(witness, log, 0))).toBe(true);
    await log.append(...some(2));
    const request = decodeAddCheckpoint(await log.request(5));
    const send = (change: Partial<typeof request>) => outcome(witness.add(utf8(encodeAddCheckpoint({ ...request, ...change }))));
    expect(await outcome(witness.add(utf8("old 0\n")))).toBe("ERR_LEDGER_FORMAT");
    expect(await send({ oldSize: 8 })).toBe("ERR_LEDGER_FORMAT");
    const { size, root } = parseCheckpoint(parseNote(log.note).text);
    const elsewhere = { ...world.ledgerKey, name: "elsewhere.example" };
    expect(await send({ checkpoint: signCheckpoint({ origin: "elsewhere.example", size, root, extensions: [] }, elsewhere) })).toBe(
      "ERR_NOT_FOUND",
    );
    const stranger = witnessedWorld([], 0).ledgerKey;
    expect(await send({ checkpoint: signCheckpoint({ origin: world.ledgerKey.name, size, root, extensions: [] }, stranger) })).toBe(
      "ERR_LEDGER_SIGNATURE",
    );
    expect(await send({ proof: [] })).toBe("ERR_LEDGER_CONSISTENCY");
    expect(await send({ proof: request.proof.map(() => randomBytes(32)) })).toBe("ERR_LEDGER_CONSISTENCY");
    // A wrong proof of a right tree is no evidence.
    expect(isCosigned(log, await send({}))).toBe(true);
  });

  it("signs one of many at once, and each size once it is on the disk", async () => {
    const { log, witness, folder } = await watched();
    await log.append(programmeEntry(world), ...some(4));
    const five = await log.request(0);
    await log.append(...some(2));
    const seven = await log.request(0);
    const answers = await Promise.all([witness.add(five), witness.add(seven), witness.add(five)].map(outcome));
    expect(answers.map((answer) => typeof answer)).toEqual(["string", "number", "number"]);
    expect((await witnessStatus(folder)).ledgers[0]?.state.cosigned.size).toBe(5);
  });
});

describe("a split view", () => {
  /** Two histories by one operator, alike up to `shared`. */
  async function split(shared: number) {
    const common = [programmeEntry(world), ...some(shared - 1)];
    const { log: one, disk, folder, witness } = await watched();
    const other = new LogInMemory(world);
    await one.append(...common, ...some(6));
    await other.append(...common, ...some(6));
    return { one, other, disk, folder, witness };
  }

  it("is cosigned once: the other history is refused at the same size and beyond, with evidence that anyone can check", async () => {
    const { one, other, disk, witness } = await split(5);
    expect(isCosigned(one, await ask(witness, one, 0))).toBe(true);
    expect(await ask(witness, other, 11)).toBe(11);
    const [same] = await evidence(disk);
    expect(same).toMatchObject({ code: "ERR_LEDGER_CONSISTENCY", checkpoints: [one.note, other.note], prefix: null });
    await other.append(...some(4));
    one.files.clear();
    for (const [path, bytes] of other.files) one.files.set(path, bytes);
    expect(await ask(witness, other, 11)).toBe("ERR_LEDGER_CONSISTENCY");
    const found = (await evidence(disk)).find(({ prefix }) => prefix !== null) as Evidence;
    const [small, large] = found.checkpoints.map((note) => parseCheckpoint(verifyNote(note, [world.programme.ledger.vkey]).text));
    expect([small?.size, large?.size]).toEqual([11, 15]);
    const { root, proof } = found.prefix as NonNullable<Evidence["prefix"]>;
    expect(root).not.toBe(toHex(small?.root ?? new Uint8Array()));
    verifyConsistency({
      oldSize: 11,
      oldRoot: fromHex(root),
      newSize: 15,
      newRoot: large?.root ?? new Uint8Array(),
      proof: proof.map((hash) => fromHex(hash)),
    });
  });

  it("would be cosigned twice by a witness that checks no consistency", async () => {
    const { one, other } = await split(5);
    const careless = (note: string): string => addSignatures(note, cosignNote(note, key, 1));
    for (const { note } of [one, other]) expect(verifyNote(careless(note), [encodeVerifierKey(key)]).signatures.length).toBe(1);
  });

  it("that began while the witness was still reading is found by its own root", async () => {
    const log = new LogInMemory(world);
    const disk = new SimulatedDisk();
    const folder = await witnessFolder(disk, key, log);
    const witness = await openWitness(folder, log, 4);
    await log.append(programmeEntry(world), ...some(5));
    expect(await ask(witness, log, 0)).toBe("ERR_OVERLOADED");
    const first = log.note;
    const other = new LogInMemory(world);
    await other.append(programmeEntry(world), ...some(6));
    log.files.clear();
    for (const [path, bytes] of other.files) log.files.set(path, bytes);
    expect(await ask(witness, other, 0)).toBe("ERR_LEDGER_CONSISTENCY");
    expect((await evidence(disk))[0]?.checkpoints[0]).toBe(first);
    expect((await witnessStatus(folder)).ledgers[0]?.state).toMatchObject({
      cosigned: { size: 0 },
      refused: { code: "ERR_LEDGER_CONSISTENCY" },
    });
  });

  it("fills no disk: one case is written down once", async () => {
    const { one, other, disk, witness } = await split(5);
    await ask(witness, one, 0);
    for (let i = 0; i < 3; i++) await ask(witness, other, 11);
    expect((await evidence(disk)).length).toBe(1);
  });
});

describe("entries", () => {
  const second = { ...world.manifest, size: 512 };

  it("are all read before a cosignature, each once, and hashed by the witness itself", async () => {
    const { log, witness } = await watched();
    await log.append(programmeEntry(world), ...some(600));
    await ask(witness, log, 0);
    expect(log.asked.filter((path) => path.includes("entries")).length).toBe(3);
    await log.append(...some(1));
    log.asked.length = 0;
    await ask(witness, log, 601);
    // One bundle, the partial tiles, and the full tile above: what is new, not what was read.
    expect(log.asked.length).toBeLessThanOrEqual(4);
  });

  it("are read in parts when there are many: each request goes on where the last one ended", async () => {
    const { log, witness, folder } = await watched(100);
    await log.append(programmeEntry(world), ...some(249));
    expect(await ask(witness, log, 0)).toBe("ERR_OVERLOADED");
    expect(await ask(witness, log, 0)).toBe("ERR_OVERLOADED");
    const again = await openWitness(folder, log, 100);
    expect(isCosigned(log, await ask(again, log, 0))).toBe(true);
  });

  it.each([
    ["a second manifest for a round", [manifestEntry(world, world.manifest), manifestEntry(world, second)], "ERR_MANIFEST_SECOND", 2],
    [
      "keys of an earlier round",
      [manifestEntry(world, world.manifest), manifestEntry(world, { ...second, round: "wave-2" })],
      "ERR_ISSUER_KEY",
      2,
    ],
    ["a manifest without all co-signatures", [manifestEntry(world, world.manifest, [0, 1])], "ERR_COSIGNATURE", 1],
    ["a manifest with mistakes", [manifestEntry(world, { ...world.manifest, threshold: 3 })], "ERR_MANIFEST_INVALID", 1],
    ["an entry that nobody can read", [utf8("{}")], "ERR_ENTRY_INVALID", 1],
    ["another programme", [programmeEntry(witnessedWorld([], 0))], "ERR_PROGRAMME_MISMATCH", 1],
  ])("%s is not cosigned, and is proved", async (_, entries, code, proved) => {
    const { log, disk, witness, folder } = await watched();
    await log.append(programmeEntry(world), ...some(2), ...entries);
    expect(await ask(witness, log, 0)).toBe(code);
    // Nor is anything after it, ever.
    await log.append(...some(5));
    expect(await ask(witness, log, 0)).toBe(code);
    expect((await witnessStatus(folder)).ledgers[0]?.state).toMatchObject({ cosigned: { size: 0 }, refused: { code } });
    const [found] = await evidence(disk);
    expect([found?.code, found?.entries.length]).toEqual([code, proved]);
    const trust = { ...world.programme.ledger, witnesses: [], quorum: 0 };
    for (const { entry, proof } of found?.entries ?? []) openTlogProof(proof, leafHash(fromHex(entry)), trust);
    expect(decodeTlogProof(found?.entries.at(-1)?.proof ?? "").index).toBe(2 + entries.length);
  });

  it("would be cosigned without a look at them: the tree is a right one", async () => {
    const { log } = await watched();
    await log.append(programmeEntry(world), manifestEntry(world, world.manifest), manifestEntry(world, second));
    const line = cosignNote(log.note, key, 1);
    expect(isCosigned(log, line)).toBe(true);
  });

  it("that the log does not serve, or not as it signed them, are asked for again", async () => {
    const { log, witness } = await watched();
    await log.append(programmeEntry(world), ...some(3));
    log.on.set("ledger/tile/entries/000.p/4", () => new Response("", { status: 404 }));
    expect(await ask(witness, log, 0)).toBe("ERR_LEDGER_MISSING");
    log.on.set("ledger/tile/entries/000.p/4", () => new Response(new Uint8Array(concat(Uint8Array.of(0, 1), utf8("x")))));
    expect(await ask(witness, log, 0)).toBe("ERR_LEDGER_MISSING");
    log.on.set("ledger/tile/entries/000.p/4", () => new Response("", { status: 500 }));
    expect(await ask(witness, log, 0)).toBe("ERR_NETWORK");
    log.on.clear();
    expect(isCosigned(log, await ask(witness, log, 0))).toBe(true);
  });
});

describe("what a witness has signed", () => {
  const manifest = manifestEntry(world, world.manifest);

  it("is on the disk before the signature leaves: after a loss of power at any step it never signs another history", async () => {
    const build = async () => {
      const disk = new SimulatedDisk();
      const log = new LogInMemory(world);
      const folder = await witnessFolder(disk, key, log);
      await log.append(programmeEntry(world), manifest, ...some(2));
      return { disk, log, folder };
    };
    const whole = await build();
    const before = whole.disk.steps;
    await ask(await openWitness(whole.folder, whole.log), whole.log, 0);
    const steps = whole.disk.steps - before;
    expect(steps).toBeGreaterThan(10);
    for (let at = 0; at <= steps; at++) {
      {
        const crash = at % 2 === 0 ? "forget" : "reorder";
        const { disk, log, folder } = await build();
        const witness = await openWitness(folder, log);
        disk.failAfter = disk.steps + at;
        const answer = await ask(witness, log, 0);
        let coin = false;
        const after = disk.afterCrash(crash, () => {
          coin = !coin;
          return coin;
        });
        const other = new LogInMemory(world);
        await other.append(programmeEntry(world), ...some(5));
        const signed = isCosigned(log, answer);
        const again = await openWitness(new DurableFolder("/data", after), signed ? other : log);
        const next = await ask(again, signed ? other : log, 0);
        // What was signed is remembered; what was not, and is not remembered, can still be.
        if (signed) expect(next).toBe(4);
        else expect(next === 4 || isCosigned(log, next)).toBe(true);
      }
    }
  });

  it("is not forgotten: a witness without its state, or with a damaged one, does not start", async () => {
    const { log, disk, folder, witness } = await watched();
    await log.append(programmeEntry(world), manifestEntry(world, world.manifest));
    await ask(witness, log, 0);
    const state = [...disk.files().keys()].find((path) => path.endsWith("state.json")) ?? "";
    const manifest = [...disk.files().keys()].find((path) => path.includes("/entries/")) ?? "";
    for (const path of [state, manifest]) {
      const bytes = disk.files().get(path) ?? new Uint8Array();
      disk.damage(
        path,
        bytes.map((byte, at) => (at === 90 ? byte ^ 1 : byte)),
      );
      await expect(openWitness(folder, log)).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      disk.damage(path, bytes);
    }
    await disk.remove(state);
    await expect(openWitness(folder, log)).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
  });
});

describe("watching", () => {
  it("begins with a pinned programme that names the witness, and once", async () => {
    const { log, folder } = await watched();
    const id = world.manifest.programme;
    await expect(watch(folder, LOG, "00".repeat(32), log.fetch)).rejects.toMatchObject({ code: "ERR_PROGRAMME_MISMATCH" });
    await expect(watch(folder, LOG, id, log.fetch)).rejects.toMatchObject({ code: "ERR_FOLDER_NOT_EMPTY" });
    const stranger = new LogInMemory(witnessedWorld([], 0));
    await expect(watch(folder, LOG, stranger.world.manifest.programme, stranger.fetch)).rejects.toMatchObject({
      code: "ERR_CONFIG_INVALID",
    });
    expect((await witnessStatus(folder)).ledgers.map(({ url, programme }) => [url, programme])).toEqual([[LOG, id]]);
  });
});
