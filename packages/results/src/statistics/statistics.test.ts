import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newcombe, studentQuantile95, wilson } from "./index.ts";

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

describe("studentQuantile95", () => {
  it.each([
    [4, 2.7764451051977934, 1e-3],
    [9, 2.262157162798205, 1e-4],
    [14, 2.144786687917804, 1e-4],
    [19, 2.0930240544083087, 1e-6],
    [219, 1.9708553671594717, 1e-9],
    [279, 1.9685031265484387, 1e-9],
  ])("agrees with scipy's t.ppf(.975, %i)", (degrees, expected, tolerance) => {
    expect(Math.abs(studentQuantile95(degrees) - expected)).toBeLessThan(tolerance);
  });

  it("refuses fewer than four degrees of freedom", () => {
    expect(() => studentQuantile95(3)).toThrow(TypeError);
    expect(() => studentQuantile95(Number.NaN)).toThrow(TypeError);
  });
});
