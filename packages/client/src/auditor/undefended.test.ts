import { fromHex } from "@amana/core/bytes";
import { decodeEntry } from "@amana/core/entries";
import { leafHash } from "@amana/core/ledger";
import { beforeAll, describe, expect, it } from "vitest";
import { AFTER, adding, afterRelease, closedRound, counting, heldOf, released, unusedDraw } from "../../test-support/ledgers.ts";
import type { Operator } from "../../test-support/operator.ts";
import { BASE } from "../../test-support/people.ts";
import type { SeenEntry } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import type { AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, RunningCheck } from "./check.ts";
import { DrawsCheck } from "./draws.ts";
import { KeyHoldersCheck } from "./key-holders.ts";
import { ManifestsCheck } from "./manifests.ts";
import { ReleaseCheck } from "./release.ts";

/* Of ledgers that forged.test.ts shows to fail: with what a check lacks, it is passed. So the check rests on that, and on nothing else. */

type Make = (auditing: Auditing, round: AuditedRound) => Check;

/** Whether one check holds over an operator's ledger. */
async function holds(operator: Operator, make: Make, rounds: Map<string, AuditedRound> = new Map()): Promise<boolean> {
  const seen = operator.entries.map((bytes, index): SeenEntry => ({ index, bytes, leafHash: leafHash(bytes), entry: decodeEntry(bytes) }));
  const manifests = new ManifestsCheck(operator.world.programme, rounds);
  for (const each of seen) if (each.entry.type === "manifest") manifests.entry({ ...each, round: null, signed: false, leaf: null });
  const [round] = rounds.values();
  if (round === undefined) throw new TypeError("no round");
  const entries: Auditing["entries"] = async function* (from, to) {
    for (const { index, bytes, leafHash: leaf } of seen.slice(from, to)) yield { index, entry: bytes, leaf };
  };
  const { programme } = operator.world;
  const check = make({ transport: new Transport(BASE, operator.fetch), programme, rounds, now: AFTER, entries, promises: [] }, round);
  const running = new RunningCheck(check);
  for (const each of seen) running.take(each.index <= round.index ? { ...each, round: null, signed: false, leaf: null } : round.take(each));
  return (await running.end()).ok;
}

let base: Operator;
let opened: Operator;
beforeAll(async () => {
  base = await closedRound();
  opened = await released(await closedRound());
});

describe("a ledger that fails its audit would pass", () => {
  it("with an entry of no manifest, if every id were one", async () => {
    const strange = adding(base, { ...heldOf(base, []), manifest: "0".repeat(64) });
    const check =
      (known: boolean): Make =>
      (auditing) => {
        const every = new Map<string, AuditedRound>();
        if (known) every.has = () => true;
        return new ManifestsCheck(auditing.programme, every);
      };
    expect(await holds(strange, check(false))).toBe(false);
    expect(await holds(strange, check(true))).toBe(true);
  });

  it("with a trustee that misses what no epoch has, if nobody looked into the epoch", async () => {
    const nothing = "0".repeat(64);
    const untrue = adding(opened, heldOf(opened, [nothing]));
    const entries: Auditing["entries"] = async function* (from) {
      yield { index: from, entry: new Uint8Array(0), leaf: fromHex(nothing) };
    };
    expect(await holds(untrue, (auditing, round) => new KeyHoldersCheck(round, auditing))).toBe(false);
    expect(await holds(untrue, (_, round) => new KeyHoldersCheck(round, { entries }))).toBe(true);
  });

  it("with draws after the release, if the release were not seen", async () => {
    const place = "officials/ministry";
    const late = afterRelease(opened, (other) => other.logDraws(place, [unusedDraw(opened, place)]));
    const unseen: Make = (auditing, { timeline }) => {
      Object.defineProperty(timeline, "release", { get: () => null, set: () => undefined });
      return new DrawsCheck(auditing);
    };
    expect(await holds(late, (auditing) => new DrawsCheck(auditing))).toBe(false);
    expect(await holds(late, unseen)).toBe(true);
  });

  it("with a counted answer called missing, if what trustees said were not asked", async () => {
    const lost = counting(opened, ([first, ...others]) =>
      first === undefined ? [] : [{ ...first, counted: first.counted - 1, missing: first.missing + 1 }, ...others],
    );
    const deaf: Make = (auditing, round) => {
      round.said.attempts = () => [];
      return new ReleaseCheck(round, auditing);
    };
    expect(await holds(lost, (auditing, round) => new ReleaseCheck(round, auditing))).toBe(false);
    expect(await holds(lost, deaf)).toBe(true);
  });
});
