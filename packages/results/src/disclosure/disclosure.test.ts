import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSuppressed, type Share, type Shown } from "../document/index.ts";
import { protectChoice, protectChoices, protectMean, protectScale, roundCount } from "./index.ts";
import { apportion, publishShare } from "./rounding.ts";

const scale = (favourable: number, neutral: number, unfavourable: number, minimum = 10): ReturnType<typeof protectScale> =>
  protectScale({ favourable, neutral, unfavourable }, minimum);
const kind = (share: Shown<Share>): string => ("suppressed" in share ? share.suppressed : "value" in share ? "shown" : "bound");
const kinds = (shares: ReturnType<typeof protectChoice>): string | string[] =>
  isSuppressed(shares) ? shares.suppressed : shares.shares.map(kind);

describe("rounding", () => {
  it("rounds people to five", () => {
    expect([0, 2, 3, 7, 8, 12, 13, 220].map(roundCount)).toEqual([0, 0, 5, 5, 10, 10, 15, 220]);
  });

  it("deals shares out over the rounded base, and always all of it", () => {
    expect(apportion([3, 3, 3], 10)).toEqual([4, 3, 3]);
    expect(apportion([143, 40, 37], 220)).toEqual([143, 40, 37]);
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 2, maxLength: 8 }), fc.integer({ min: 5, max: 2000 }), (counts, total) => {
        fc.pre(counts.some((count) => count > 0));
        const dealt = apportion(counts, total);
        expect(dealt.reduce((a, b) => a + b, 0)).toBe(total);
        const sum = counts.reduce((a, b) => a + b, 0);
        for (const [i, seats] of dealt.entries()) expect(Math.abs(seats - ((counts[i] ?? 0) * total) / sum)).toBeLessThan(1);
      }),
    );
    expect(() => apportion([0, 0], 10)).toThrow(TypeError);
  });

  it("publishes nothing that follows from the exact base alone", () => {
    // 3 of 9 and 3 of 10 both have a base of "10": a share of 33 would tell them apart.
    const first = scale(4, 3, 4, 5);
    const second = scale(4, 4, 4, 5);
    expect("favourable" in first && first.favourable).toEqual(publishShare(4, 10));
    expect("favourable" in second && second.favourable).toEqual(publishShare(4, 10));
  });

  it("gives Wilson's limits of the published share and base", () => {
    expect(publishShare(143, 220)).toEqual({ value: 65, low: 58, high: 71 });
    expect(publishShare(0, 10)).toEqual({ value: 0, low: 0, high: 28 });
    expect(publishShare(10, 10)).toEqual({ value: 100, low: 72, high: 100 });
  });
});

describe("protectScale", () => {
  it.each([
    ["below the minimum", [3, 3, 3], "below-minimum"],
    ["one favourable in a small group", [1, 10, 10], "small-cell"],
    ["one neutral in a small group", [10, 1, 10], "small-cell"],
    ["two neutral in a small group", [10, 2, 10], "small-cell"],
    ["two unfavourable in a small group", [10, 10, 2], "small-cell"],
    ["a unanimous small group, with the same reason", [12, 0, 0], "small-cell"],
    ["nobody favourable in a small group, with the same reason", [0, 14, 15], "small-cell"],
    ["a unanimous group below sixty", [59, 0, 0], "unanimous"],
    ["all but one below sixty", [1, 0, 58], "unanimous"],
    ["nobody unfavourable below sixty", [20, 20, 0], "unanimous"],
  ] as const)("hides %s", (_, [f, m, u], reason) => {
    expect(scale(f, m, u)).toEqual({ suppressed: reason });
  });

  it("shows a small group whose sides are all large enough", () => {
    expect(scale(4, 3, 3)).toEqual({ favourable: publishShare(4, 10), neutral: publishShare(3, 10), unfavourable: publishShare(3, 10) });
    expect(scale(10, 0, 10)).toMatchObject({ neutral: { value: 0 } });
  });

  it("publishes bounds from sixty on, and hides the neutral share that would give them back", () => {
    expect(scale(60, 0, 0)).toEqual({ favourable: { atLeast: 95 }, neutral: { suppressed: "complement" }, unfavourable: { atMost: 5 } });
    expect(scale(0, 0, 60)).toEqual({ favourable: { atMost: 5 }, neutral: { suppressed: "complement" }, unfavourable: { atLeast: 95 } });
    expect(scale(60, 40, 0)).toEqual({
      favourable: publishShare(60, 100),
      neutral: { suppressed: "complement" },
      unfavourable: { atMost: 5 },
    });
    expect(scale(2, 96, 2)).toEqual({ favourable: { atMost: 5 }, neutral: { suppressed: "complement" }, unfavourable: { atMost: 5 } });
  });

  it("bounds the same way for 0 and for 5 %, so that a bound does not mean nobody", () => {
    expect(kind(("unfavourable" in scale(60, 35, 5) && (scale(60, 35, 5) as { unfavourable: Share }).unfavourable) as Share)).toBe("bound");
    expect(scale(60, 34, 6)).toMatchObject({ unfavourable: { value: 6 } });
  });
});

describe("protectChoice", () => {
  it.each([
    ["below the minimum", [4, 5], "below-minimum"],
    ["one option of few people", [12, 11, 2], "small-cell"],
    ["one option of few people in a larger group", [20, 20, 2], "unanimous"],
    ["several options of few people", [20, 15, 2, 2], "unanimous"],
    ["nearly all in one option", [19, 1, 0], "small-cell"],
    ["nearly all in one option of a larger group", [48, 2, 0], "unanimous"],
  ] as const)("hides %s", (_, counts, reason) => {
    expect(kinds(protectChoice(counts, 10))).toBe(reason);
  });

  it("shows a small group whose options are all large enough", () => {
    expect(protectChoice([12, 3], 10)).toEqual({ shares: [publishShare(12, 15), publishShare(3, 15)] });
  });

  it("bounds everything where one option is left", () => {
    expect(protectChoice([96, 4], 10)).toEqual({ shares: [{ atLeast: 95 }, { atMost: 5 }] });
    expect(protectChoice([0, 60, 0], 10)).toEqual({ shares: [{ atMost: 5 }, { atLeast: 95 }, { atMost: 5 }] });
    expect(protectChoice([92, 4, 4], 10)).toEqual({ shares: [{ atLeast: 90 }, { atMost: 5 }, { atMost: 5 }] });
    expect(protectChoice(new Array<number>(25).fill(4), 10)).toEqual({ shares: new Array(25).fill({ atMost: 5 }) });
  });

  it("gives the others as shares of their own answers, the same whatever the small option is", () => {
    const published = protectChoice([60, 35, 5], 10);
    expect(published).toEqual({ shares: [publishShare(63, 100, 95), publishShare(37, 100, 95), { atMost: 5 }] });
    for (const few of [0, 1, 2, 3, 4])
      expect(protectChoice([60, 35, few], 10)).toMatchObject({ shares: [{ value: 63 }, { value: 37 }, { atMost: 5 }] });
    const long = protectChoice([100, 80, ...new Array<number>(25).fill(1)], 10);
    expect("shares" in long && long.shares.slice(0, 3)).toEqual([publishShare(114, 205, 20.5), publishShare(91, 205, 20.5), { atMost: 5 }]);
    expect(protectChoice([50, 30, 20], 10)).toEqual({ shares: [publishShare(50, 100), publishShare(30, 100), publishShare(20, 100)] });
  });
});

describe("protectChoices", () => {
  it("treats each option alone, as none can be computed from the others", () => {
    expect(kinds(protectChoices([5, 4], 9, 10))).toBe("below-minimum");
    expect(kinds(protectChoices([15, 2, 19, 0], 20, 10))).toEqual(["shown", "small-cell", "small-cell", "small-cell"]);
    expect(protectChoices([50, 5, 96], 100, 10)).toEqual({ shares: [publishShare(50, 100), { atMost: 5 }, { atLeast: 95 }] });
    expect(protectChoices([6], 12, 10)).toEqual({ shares: [publishShare(5, 10)] });
  });
});

describe("protectMean", () => {
  it.each([
    ["below the minimum", [50, 10, 9], "below-minimum"],
    ["the end of the scale in a small group", [97, 3, 20], "small-cell"],
    ["the end of the scale below sixty", [4, 3, 40], "unanimous"],
    ["everyone alike", [50, 0, 40], "unanimous"],
    ["everyone alike in a large group", [50, 0, 400], "unanimous"],
  ] as const)("hides %s", (_, [mean, deviation, n], reason) => {
    expect(protectMean(mean, deviation, n, 10)).toEqual({ suppressed: reason });
  });

  it("shows whole points with a t interval on the rounded base, and bounds at the ends", () => {
    // SE 1.8657512 of the research's fixture A: 66.136 ± 1.9709 · 1.8658
    expect(protectMean(66.136364, 1.8657512 * Math.sqrt(220), 220, 10)).toEqual({ n: 220, index: { value: 66, low: 62, high: 70 } });
    expect(protectMean(96, 5, 61, 10)).toEqual({ n: 60, index: { atLeast: 95 } });
    expect(protectMean(5, 5, 60, 10)).toEqual({ n: 60, index: { atMost: 5 } });
    expect(protectMean(90, 90, 10, 10)).toMatchObject({ index: { high: 100 } });
  });
});
