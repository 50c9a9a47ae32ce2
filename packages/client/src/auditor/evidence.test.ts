import { fromHex, PROTOCOL, toHex } from "@amana/core/bytes";
import { decodeEntry, encodeEntry } from "@amana/core/entries";
import type { InclusionPromise } from "@amana/core/submission";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Audited, audited, failures, rewritten } from "../../test-support/ledgers.ts";
import { Operator } from "../../test-support/operator.ts";
import { respond } from "../../test-support/people.ts";
import { makeRound, makeWorld, START } from "../../test-support/world.ts";
import type { Receipt } from "../index.ts";
import type { CheckResult } from "./check.ts";
import type { KnownCheckpoint } from "./consistency.ts";
import { decodeEvidence, type EvidenceFile, encodeEvidence, judgeEvidence } from "./evidence.ts";

/* What an auditor found, others can judge without it and without the server; and evidence that somebody made up proves nothing. */

/** The evidence of the one check that fails, as it is read from a file. */
function evidenceOf(found: Audited): EvidenceFile {
  const [failed, ...more] = failures(found);
  expect(more).toEqual([]);
  return decodeEvidence(encodeEvidence(failed?.evidence as EvidenceFile));
}

let base: Operator;
let receipt: Receipt;
beforeAll(async () => {
  const world = makeWorld();
  base = new Operator(world, makeRound(world)).launch();
  receipt = (await respond(base, "officials", 0)).receipt;
  await respond(base, "officials", 1);
  base.endEnrolment();
  base.close();
});

const announced = (length: number): Uint8Array => encodeEntry({ protocol: PROTOCOL, type: "announcement", sha256: "0".repeat(64), length });

describe("two histories", () => {
  it("are proved by two checkpoints, of one size or not; without the remembered one both pass", async () => {
    const { known } = await audited(base);
    for (const more of [0, 3]) {
      const other = rewritten(base, (entries) => [
        ...entries.slice(0, -1),
        announced(1),
        ...Array.from({ length: more }, () => announced(0)),
      ]);
      other.entries.push(base.entries.at(-1) as Uint8Array);
      if (more === 0) other.entries.splice(-2, 1);
      if (more === 0) other.entries.splice(2, 1, announced(7));
      const found = await audited(other, { known });
      expect(failures(found).map(({ check }) => check)).toEqual(["consistency"]);
      const evidence = evidenceOf(found);
      expect(judgeEvidence(evidence)).toMatchObject({ proves: true, says: expect.stringContaining("two histories") });
      if (more > 0) expect(failures(await audited(other))).toEqual([]);
      const changed = evidence.evidence as Extract<EvidenceFile["evidence"], { kind: "checkpoints" }>;
      // The same notes with the first one's own root: no proof leads from it to the second.
      const made = { ...evidence, evidence: { ...changed, root: known?.root ?? "" } };
      expect(judgeEvidence(made).proves).toBe(false);
    }
  });

  it("are not proved by a ledger that went on, nor by one that is only shorter", async () => {
    const { known } = await audited(base);
    const longer = rewritten(base, (entries) => [...entries, announced(1)]);
    expect(failures(await audited(longer, { known }))).toEqual([]);
    const shorter = rewritten(base, (entries) => entries.slice(0, -1));
    const [failed] = failures(await audited(shorter, { known }));
    expect(failed).toMatchObject({ check: "consistency" });
    expect(failed).not.toHaveProperty("evidence");
  });
});

describe("a wrong entry", () => {
  it("is proved by its bytes, its place under the checkpoint and its round's manifest; a right one is not", async () => {
    const at = base.entries.findIndex((bytes) => decodeEntry(bytes).type === "submission");
    const spoilt = (bytes: Uint8Array): Uint8Array => bytes.map((byte, place) => (place === bytes.length - 1 ? byte ^ 1 : byte));
    const forged = rewritten(base, (entries) => entries.with(at, spoilt(entries[at] as Uint8Array)));
    const found = await audited(forged);
    const submissions = found.checks.find(({ check }) => check === "wave-1: submissions");
    const evidence = decodeEvidence(encodeEvidence(submissions?.evidence as EvidenceFile));
    expect(judgeEvidence(evidence)).toEqual({
      proves: true,
      says: `The ledger's key signed for entry ${at}, which its response key did not sign.`,
    });

    const inner = evidence.evidence as Extract<EvidenceFile["evidence"], { kind: "entry" }>;
    const right = toHex(base.entries[at] as Uint8Array);
    expect(judgeEvidence({ ...evidence, evidence: { ...inner, entry: { ...inner.entry, entry: right } } }).proves).toBe(false);
    expect(judgeEvidence({ ...evidence, evidence: { ...inner, entry: inner.manifest } }).proves).toBe(false);
    expect(judgeEvidence({ ...evidence, programme: makeWorld().programme }).proves).toBe(false);
  });

  it("of a key holder or a release is proved likewise", async () => {
    const manifest = toHex(base.round.id);
    const signature = "0".repeat(128);
    const forged = { protocol: PROTOCOL, type: "absent", manifest, holder: 0, attempt: 0, absent: 1, signature } as const;
    const release = {
      protocol: PROTOCOL,
      type: "release",
      manifest,
      ledgerSize: base.entries.length,
      sha256: "0".repeat(64),
      length: 1,
      signatures: [],
    } as const;
    for (const entry of [forged, release]) {
      const found = await audited(rewritten(base, (entries) => [...entries, encodeEntry(entry)]));
      const check = found.checks.find(({ check: name }) => name === "wave-1: key holders");
      expect(judgeEvidence(check?.evidence as EvidenceFile).proves).toBe(true);
    }
  });
});

describe("a broken promise", () => {
  it("is proved by the receipt and all leaf hashes of the ledger; a kept one holds, and an early one is not due", async () => {
    const promises = [receipt.promise as InclusionPromise];
    expect(failures(await audited(base, { promises }))).toEqual([]);
    const at = base.entries.findIndex((bytes) => decodeEntry(bytes).type === "epoch");
    const dropped = rewritten(base, (entries) => [...entries.slice(0, at), ...entries.slice(at + 3)]);
    expect(failures(await audited(dropped))).toEqual([]);
    const found = await audited(dropped, { promises });
    expect(failures(found).map(({ check }) => check)).toEqual(["receipts"]);
    const evidence = evidenceOf(found);
    expect(judgeEvidence(evidence)).toMatchObject({ proves: true, says: expect.stringContaining("not in its ledger") });
    expect(failures(await audited(dropped, { promises, now: new Date((START + 60) * 1000) })).map(({ check }) => check)).not.toContain(
      "receipts",
    );

    const inner = evidence.evidence as Extract<EvidenceFile["evidence"], { kind: "promise" }>;
    const leaves = `${toHex((receipt.promise as InclusionPromise).leafHash)}${inner.leaves.slice(64)}`;
    expect(judgeEvidence({ ...evidence, evidence: { ...inner, leaves } }).proves).toBe(false);
    expect(judgeEvidence({ ...evidence, evidence: { ...inner, leaves: inner.leaves.slice(64) } }).proves).toBe(false);
    const promise = `${inner.promise.slice(0, -2)}00`;
    expect(judgeEvidence({ ...evidence, evidence: { ...inner, promise } })).toEqual({
      proves: false,
      says: "The operator did not sign this promise.",
    });
  });
});

describe("what an auditor remembers", () => {
  it("is not verified again where it is the same, and fails where it is not", async () => {
    const kept: KnownCheckpoint[] = [];
    const { known } = await audited(base, { onKnown: (each) => void kept.push(each) });
    expect(kept.at(-1)).toEqual(known);
    expect(known).toMatchObject({ size: base.entries.length, verified: { size: base.entries.length, root: known?.root } });
    const longer = rewritten(base, (entries) => [...entries, announced(1)]);
    const again = await audited(longer, { known });
    expect(again.checks.find(({ check }) => check === "ledger")?.detail).toContain(`the first ${base.entries.length} were verified before`);
    expect(again.known?.verified?.size).toBe(longer.entries.length);
    // An interrupted audit of a longer ledger than the server shows now.
    const cut = { ...(known as KnownCheckpoint), verified: { size: base.entries.length + 1, root: "0".repeat(64) } };
    expect(failures(await audited(base, { known: cut })).map(({ check }) => check)).toEqual(["consistency"]);
    const other = { ...(known as KnownCheckpoint), verified: { size: 3, root: "0".repeat(64) } };
    expect(failures(await audited(base, { known: other })).map(({ check }) => check)).toEqual(["consistency"]);
  });

  it("never counts what is wrong as verified", async () => {
    const at = base.entries.findIndex((bytes) => decodeEntry(bytes).type === "submission");
    const forged = rewritten(base, (entries) =>
      entries.with(
        at,
        (entries[at] as Uint8Array).map((byte, place) => (place > 500 ? byte ^ 1 : byte)),
      ),
    );
    const first = await audited(forged);
    expect(first.known).not.toHaveProperty("verified");
    expect(failures(await audited(forged, { known: first.known })).map(({ check }) => check)).toContain("wave-1: submissions");
  });
});

describe("a file of evidence", () => {
  it("with any other byte in it is refused, or proves nothing", async () => {
    const { known } = await audited(base);
    const other = rewritten(base, (entries) => [...entries.slice(0, -1), announced(1), announced(2)]);
    const file = encodeEvidence((failures(await audited(other, { known }))[0] as CheckResult).evidence as EvidenceFile);
    expect(judgeEvidence(decodeEvidence(file)).proves).toBe(true);
    const programmeAt = new TextDecoder().decode(file).indexOf('"programme":{');
    fc.assert(
      fc.property(fc.nat(programmeAt - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = file.map((byte, index) => (index === place ? byte ^ change : byte));
        let proves = false;
        try {
          proves = judgeEvidence(decodeEvidence(bytes)).proves;
        } catch {
          proves = false;
        }
        expect(proves).toBe(false);
      }),
      { numRuns: 40 },
    );
    expect(() => decodeEvidence(fromHex("7b7d"))).toThrow();
  });
});
