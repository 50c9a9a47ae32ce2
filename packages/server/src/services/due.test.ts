import { PROTOCOL, toHex } from "@amana/core/bytes";
import type { AbsentEntry } from "@amana/core/entries";
import { describe, expect, it } from "vitest";
import { makeWorld } from "../../fixtures/world.ts";
import { isDue, type Surroundings } from "./due.ts";
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
