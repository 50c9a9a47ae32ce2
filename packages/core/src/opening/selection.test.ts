import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, selectedOf } from "../../test-support/answers.ts";
import { drawTokens, OFFICIALS, PRIVATE_SECTOR, person, SURVEY } from "../../test-support/world.ts";
import { toHex } from "../bytes/index.ts";
import { type Selected, Selection } from "./index.ts";

const official = person("an official");
const trader = person("a trader");
/** Someone on both rosters who draws in both audiences with one secret code: one response key. */
const both = person("in both audiences");

const first = selectedOf(answer(official), 10);
const second = selectedOf(answer(official, { sequence: 1, tokens: "none", answers: { L1: 1 } }), 14);
const third = selectedOf(answer(official, { sequence: 2, answers: null }), 12);
const trade = selectedOf(answer(trader, { audience: PRIVATE_SECTOR }), 11);

function select(...leaves: readonly Selected[]): number[] {
  const selection = new Selection(SURVEY);
  for (const leaf of leaves) selection.add(leaf);
  return selection.list().map(({ index }) => index);
}

describe("Selection", () => {
  it("takes of each response key the highest sequence, in ledger order", () => {
    expect(select(first, trade)).toEqual([10, 11]);
    expect(select(first, second, trade)).toEqual([11, 14]);
    expect(select(first, second, third, trade)).toEqual([11, 12]);
  });

  it("takes a revision without tokens, if its key had them once; before or after", () => {
    expect(select(second)).toEqual([]);
    expect(select(second, first)).toEqual([14]);
    expect(select(second, third)).toEqual([12]);
  });

  it("takes nothing with wrong tokens, even if a lower sequence was right", () => {
    const wrong = selectedOf(answer(official, { sequence: 1, tokens: drawTokens(trader, PRIVATE_SECTOR) }), 13);
    expect(select(wrong)).toEqual([]);
    expect(select(first, wrong)).toEqual([10]);
  });

  it("takes nothing of another round, nor a sequence or an audience that the round does not have", () => {
    const valid = "valid" as const;
    const selection = new Selection(SURVEY);
    selection.add({ ...first, leaf: { ...first.leaf, manifestId: first.leafHash } }, valid);
    selection.add({ ...first, leaf: { ...first.leaf, sequence: 16 } }, valid);
    selection.add({ ...first, leaf: { ...first.leaf, audience: 2 } }, valid);
    expect(selection.list()).toEqual([]);
  });

  it("comes to the same list in whatever order the ledger is read", () => {
    const twin = { ...second, index: 3, leafHash: trade.leafHash };
    const claims = [
      selectedOf(answer(both, { sequence: 3, audience: OFFICIALS }), 20),
      selectedOf(answer(both, { sequence: 2, audience: PRIVATE_SECTOR }), 21),
      selectedOf(answer(both, { sequence: 2, audience: OFFICIALS }), 22),
    ];
    const leaves = [first, second, twin, trade, ...claims];
    const expected = select(...leaves);
    expect(expected).toEqual([3, 11, 21]);
    fc.assert(
      fc.property(fc.shuffledSubarray(leaves, { minLength: leaves.length }), (order) => {
        expect(select(...order)).toEqual(expected);
      }),
    );
  });
});

/** Each attack twice: against what is shipped, and against a selection that lacks the defence, where it succeeds. */
describe("moving an answer to another audience", () => {
  /** Takes the highest sequence as it comes, without asking whose audience it is. */
  const naive = (leaves: readonly Selected[]): Map<string, Selected> => {
    const last = new Map<string, Selected>();
    for (const selected of leaves) {
      const key = toHex(selected.leaf.responseKey);
      const before = last.get(key);
      if (before === undefined || selected.leaf.sequence > before.leaf.sequence) last.set(key, selected);
    }
    return last;
  };
  const audiencesOf = (selected: Iterable<Selected>): number[] => [...selected].map(({ leaf }) => leaf.audience);

  const asTrader = selectedOf(answer(trader, { audience: PRIVATE_SECTOR }), 5);
  const asOfficial = selectedOf(answer(trader, { audience: OFFICIALS, sequence: 1, tokens: "none" }), 6);

  it("by a revision without tokens is passed over: the trader stays one", () => {
    const selection = new Selection(SURVEY);
    for (const selected of [asTrader, asOfficial]) selection.add(selected);
    expect(selection.list()).toEqual([asTrader]);
  });

  it("would make a trader an official, were the highest sequence taken as it comes", () => {
    expect(audiencesOf(naive([asTrader, asOfficial]).values())).toEqual([OFFICIALS]);
  });

  it("by valid tokens in two audiences under one key counts once, where it was claimed first", () => {
    const claims = [
      selectedOf(answer(both, { audience: PRIVATE_SECTOR, sequence: 0 }), 7),
      selectedOf(answer(both, { audience: OFFICIALS, sequence: 1 }), 8),
      selectedOf(answer(both, { audience: OFFICIALS, sequence: 2, tokens: "none" }), 9),
    ];
    expect(select(...claims)).toEqual([7]);
    // Without the rule: a voice in each audience, or the later audience.
    const perAudience = new Set(claims.map(({ leaf }) => `${toHex(leaf.responseKey)} ${leaf.audience}`));
    expect(perAudience.size).toBe(2);
    expect(audiencesOf(naive(claims).values())).toEqual([OFFICIALS]);
  });

  it("by two leaves of one sequence depends on nobody's reading order", () => {
    const one = selectedOf(answer(official, { answers: { L1: 1 } }), 4);
    const other = selectedOf(answer(official, { answers: { L1: 3 } }), 2);
    expect([select(one, other), select(other, one)]).toEqual([[2], [2]]);
    // Without the tie-break, two trustees who read in another order commit to lists of other envelopes.
    const taken = [
      [one, other],
      [other, one],
    ].map((order) => [...naive(order).values()][0]?.index);
    expect(taken).toEqual([4, 2]);
  });
});
