import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  brunnerMunzel,
  classifyStatement,
  cliffDelta,
  cochranArmitage,
  consensus,
  cronbachAlpha,
  groupInformedConsensus,
  holm,
  kish,
  mannWhitney,
  newcombe,
  normalCdf,
  normalQuantile,
  postStratify,
  prevalence,
  rake,
  reversed,
  rIndicator,
  scaleIndex,
  sizeOfDelta,
  smallestDetectableRise,
  smoothedAgreement,
  spearmanBrown,
  stratifiedProportion,
  studentQuantile,
  twoProportions,
  usableWeights,
  weightedProportion,
  weightedRankTest,
  wilson,
  wilsonWeighted,
} from "./index.ts";

/** `prop.test(k, n, correct = FALSE)$conf.int` of R 4.2.2. */
const WILSON = [
  [143, 220, 0.5848888109, 0.7099627343],
  [65, 280, 0.186517817, 0.2850181573],
  [0, 12, 0, 0.2424940067],
  [12, 12, 0.7575059933, 1],
  [3, 10, 0.1077912674, 0.6032218525],
] as const;

describe("wilson", () => {
  it.each(WILSON)("gives R's limits for %i of %i", (k, n, low, high) => {
    const limits = wilson(k, n);
    expect(Math.abs(limits.low - low)).toBeLessThan(1e-9);
    expect(Math.abs(limits.high - high)).toBeLessThan(1e-9);
  });

  it("is exact at the ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => {
        expect(wilson(0, n).low).toBe(0);
        expect(wilson(n, n).high).toBe(1);
      }),
    );
  });

  it("holds the proportion, stays inside 0..1 and mirrors", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
        const { low, high } = wilson(p * n, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(p + 1e-12);
        expect(high).toBeGreaterThanOrEqual(p - 1e-12);
        expect(wilson(n - p * n, n).low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  it.each([
    [1, 0],
    [-1, 10],
    [11, 10],
    [Number.NaN, 10],
    [1, Number.NaN],
    [1, Number.POSITIVE_INFINITY],
  ])("refuses %d of %d", (k, n) => {
    expect(() => wilson(k, n)).toThrow(TypeError);
  });
});

describe("newcombe", () => {
  it("gives the limits of statsmodels' confint_proportions_2indep(143, 220, 65, 280, method='newcomb')", () => {
    const { low, high } = newcombe([143, 220], [65, 280]);
    expect(Math.abs(low - 0.3339806603)).toBeLessThan(1e-9);
    expect(Math.abs(high - 0.4932041653)).toBeLessThan(1e-9);
  });

  it("gives the limits for two waves, 143/220 and 120/250", () => {
    const { low, high } = newcombe([143, 220], [120, 250]);
    expect(Math.abs(low - 0.0802552198)).toBeLessThan(1e-9);
    expect(Math.abs(high - 0.2556491705)).toBeLessThan(1e-9);
  });
});

describe("what the research found by other ways than R and SciPy", () => {
  it.each([
    [consensus([30, 40, 210, 130, 530, 50, 10]), 0.7256876, "the manual of R's agrmt"],
    [cliffDelta([12, 25, 40, 95, 48], [60, 85, 70, 45, 20]).variance, 0.0018971567, "Cliff (1996)"],
    [
      groupInformedConsensus([
        { agree: 176, seen: 220 },
        { agree: 196, seen: 280 },
      ]),
      0.556977,
      "Polis",
    ],
    [
      groupInformedConsensus([
        { agree: 200, seen: 220 },
        { agree: 84, seen: 280 },
      ]),
      0.272906,
      "Polis",
    ],
    [
      groupInformedConsensus([
        { agree: 66, seen: 220 },
        { agree: 252, seen: 280 },
      ]),
      0.270765,
      "Polis",
    ],
    [smoothedAgreement({ agree: 84, seen: 280 }), 0.301418, "Polis"],
    [smallestDetectableRise(0.5, 387, 387), 0.1, "statsmodels' NormalIndPower"],
  ])("%d is %d (%s)", (ours, theirs) => expect(Math.abs(ours - theirs)).toBeLessThan(3e-5));

  it("gives the prevalence of an experience with what the silent ones could change", () => {
    const found = prevalence(38, 168, 12);
    expect(found.share).toBeCloseTo(0.2261904762, 9);
    expect(found.low).toBeCloseTo(0.1694610491, 9);
    expect(found.high).toBeCloseTo(0.2951617455, 9);
    expect([found.allNo, found.allYes]).toEqual([38 / 180, 50 / 180]);
  });
});

describe("statements and two sides", () => {
  const classOf = (a: number, b: number): string =>
    classifyStatement([
      { agree: a, seen: 220 },
      { agree: b, seen: 280 },
    ]);
  it("are common ground, rejected by both, in need of a bridge, or open", () => {
    expect([classOf(176, 196), classOf(40, 60), classOf(200, 84), classOf(66, 252), classOf(112, 196)]).toEqual([
      "common ground",
      "shared rejection",
      "bridge needed",
      "bridge needed",
      "open",
    ]);
  });

  it("are not decided by a handful of people, whose smoothed share alone looks like agreement", () => {
    expect(smoothedAgreement({ agree: 5, seen: 6 })).toBe(0.75);
    expect(
      classifyStatement([
        { agree: 5, seen: 6 },
        { agree: 196, seen: 280 },
      ]),
    ).toBe("open");
  });
});

describe("words and weights", () => {
  it("names the size of a difference", () => {
    expect([0.1, -0.2, 0.4, -0.5].map(sizeOfDelta)).toEqual(["negligible", "small", "medium", "large"]);
  });

  it("cuts weights at five times the median, and uses none that would cost half of the answers", () => {
    expect(usableWeights([1, 2, 40], [50, 40, 2])).toEqual([1, 2, 5]);
    expect(usableWeights([1, 4.9], [80, 20])).toEqual([1, 4.9]);
    expect(kish([1, 5], [90, 10]).effective).toBeLessThan(60);
    expect(usableWeights([0.02, 1], [52, 48])).toEqual([0.02, 0.1]);
    expect(usableWeights([0.001, 0.02, 0.1, 0.1], [40, 20, 20, 20])).toBeNull();
  });

  it("rejects scales turned round, or not at all, alike", () => {
    expect(reversed([1, 2, 3])).toEqual([3, 2, 1]);
    expect(scaleIndex([0, 0, 9, 9]).index).toBeCloseTo(100 - scaleIndex(reversed([0, 0, 9, 9])).index, 12);
  });
});

describe("the tests of two groups", () => {
  const counts = fc.array(fc.nat(60), { minLength: 5, maxLength: 5 });
  it("turn their sign with the groups, and say nothing of two that are alike", () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        fc.pre([a, b].every((group) => group.filter((count) => count > 0).length > 1));
        const [ours, turned] = [cliffDelta(a, b), cliffDelta(b, a)];
        expect(ours.delta).toBeCloseTo(-turned.delta, 10);
        expect(ours.low).toBeCloseTo(-turned.high, 10);
        expect(ours.low).toBeLessThanOrEqual(ours.delta + 1e-12);
        expect(ours.high).toBeGreaterThanOrEqual(ours.delta - 1e-12);
        expect(mannWhitney(a, b).p).toBeCloseTo(mannWhitney(b, a).p, 10);
        expect(mannWhitney(a, a).p).toBeCloseTo(1, 10);
        expect(cliffDelta(a, a).delta).toBeCloseTo(0, 12);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the normal distribution", () => {
  it("is undone by its quantile", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-9, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-10);
      }),
    );
  });
});

describe("what is no such thing", () => {
  it.each<[string, () => unknown]>([
    ["a quantile of nothing", () => normalQuantile(0)],
    ["a quantile without degrees", () => studentQuantile(0.975, 0)],
    ["scales of different length", () => mannWhitney([1, 2], [1, 2, 3])],
    ["an empty group", () => mannWhitney([0, 0], [1, 2])],
    ["everyone alike", () => mannWhitney([5, 0], [7, 0])],
    ["groups that do not overlap", () => brunnerMunzel([5, 0], [0, 7])],
    ["a rank test of groups without spread", () => weightedRankTest([5, 0], [0, 7], 1, 1)],
    ["a trend of one wave", () => cochranArmitage([[1, 2]])],
    [
      "a trend of everyone alike",
      () =>
        cochranArmitage([
          [2, 2],
          [3, 3],
        ]),
    ],
    ["a difference of everyone alike", () => twoProportions([0, 5], [0, 6])],
    ["counts below zero", () => scaleIndex([-1, 5])],
    ["probabilities above one", () => holm([0.5, 1.5])],
    [
      "two items for alpha",
      () =>
        cronbachAlpha([
          [1, 2],
          [2, 1],
        ]),
    ],
    [
      "an item that everyone answered alike",
      () =>
        cronbachAlpha([
          [1, 2, 1],
          [2, 1, 1],
          [1, 1, 1],
        ]),
    ],
    [
      "three items for two",
      () =>
        spearmanBrown([
          [1, 2, 1],
          [2, 1, 3],
          [1, 1, 1],
        ]),
    ],
    ["more answers than people", () => stratifiedProportion([{ population: 5, n: 6, successes: 1 }])],
    ["a weighted share without spread", () => wilsonWeighted(0, 0.1)],
    ["a stratum without answers", () => postStratify([{ population: 5, n: 0 }])],
    ["totals that differ", () => rake([[1, 2]], [3], [1, 1])],
    ["a group with people and no answers", () => rake([[0, 2]], [3], [1, 2])],
    ["nobody to weight", () => weightedProportion([1], [0], [0])],
    ["rates above one", () => rIndicator([{ population: 5, n: 6 }])],
    ["more agreeing than seen", () => smoothedAgreement({ agree: 3, seen: 2 })],
    ["a rise of no proportion", () => smallestDetectableRise(2, 10, 10)],
  ])("is refused: %s", (_, call) => expect(call).toThrow(TypeError));
});
