import { PROTOCOL, toHex } from "@amana/core/bytes";
import type { AbsentEntry, HeldEntry } from "@amana/core/entries";
import { describe, expect, it } from "vitest";
import { makeWorld } from "../../fixtures/world.ts";
import { HELD_LIMIT, isDue, type Surroundings } from "./due.ts";
import { liveRound } from "./round.ts";
import type { RoundLog } from "./round-log.ts";

const world = makeWorld({ kind: "survey" });
const START = 1000;
const SPAN = world.manifest.deadlines.revealSpan;

/** Three trustees have committed, two of them open; `revealed` have sent their lists to all openers. */
function opening(revealed: readonly number[], seconds: number): Surroundings {
  const round = liveRound(world.manifest, 0);
  round.state.closed = true;
  const shareLists = new Map([0, 1, 2].map((holder) => [holder, {}]));
  const log = { held: [], shareLists, absent: [], faults: [], destroyed: new Map(), release: null } as unknown as RoundLog;
  const reveals = {
    startedAt: () => START,
    hasAll: async (_round: unknown, _attempt: number, sender: number) => revealed.includes(sender),
  };
  return { round, log, reveals, store: {}, ledger: {}, now: () => new Date(seconds * 1000) } as unknown as Surroundings;
}

function absent(who: number, holder: number): AbsentEntry {
  const entry = { protocol: PROTOCOL, type: "absent", manifest: toHex(world.id), holder, attempt: 0, absent: who, signature: "" } as const;
  return entry;
}

describe("naming a trustee absent", () => {
  const late = START + SPAN + 1;

  it("is due when its time to reveal has passed, not before", async () => {
    expect(await isDue(absent(1, 0), opening([0, 2], late))).toBe(true);
    expect(await isDue(absent(1, 0), opening([0, 2], START + SPAN))).toBe(false);
  });

  it("is due for one that committed and does not open: otherwise its silence, and one envelope that wants its share, stop the count for ever", async () => {
    expect(await isDue(absent(2, 0), opening([0, 1], late))).toBe(true);
  });

  it("is never due for one that has revealed, nor for oneself", async () => {
    expect(await isDue(absent(2, 0), opening([0, 1, 2], late))).toBe(false);
    expect(await isDue(absent(0, 0), opening([1, 2], late))).toBe(false);
  });
});

describe("a trustee that says again and again what it lacks", () => {
  const leaves = Array.from({ length: 60 }, (_, i) => toHex(Uint8Array.of(i)).padEnd(64, "0"));
  const held = (missing: readonly string[]): HeldEntry => {
    const entry = {
      protocol: PROTOCOL,
      type: "held",
      manifest: toHex(world.id),
      holder: 0,
      epoch: 0,
      ledgerSize: 62,
      missing,
      signature: "",
    } as const;
    return entry;
  };

  it("fills the ledger with a bounded number of lists, and can always say that nothing is missing any more", async () => {
    const at = opening([], START);
    at.round.state.epochs.push({ from: 0, to: 0, firstIndex: 2, count: 60 });
    const epoch = async function* () {
      for (const leafHash of leaves) yield { leafHash };
    };
    Object.assign(at.store, { epoch });
    Object.assign(at.ledger, { size: 62 });
    let taken = 0;
    for (let count = 60; count > 0; count--) {
      const entry = held(leaves.slice(0, count));
      if (!(await isDue(entry, at))) continue;
      at.log.held.push({ index: taken++, entry });
    }
    expect(taken).toBe(HELD_LIMIT);
    expect(await isDue(held([]), at)).toBe(true);
    at.log.held.push({ index: taken, entry: held([]) });
    expect(await isDue(held([]), at)).toBe(false);
  });
});
