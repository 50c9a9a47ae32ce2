import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign } from "./assignment.ts";

/** The largest sum over every way to give each row a column of its own. */
function exhaustive(scores: readonly (readonly number[])[], row = 0, used: readonly number[] = []): number {
  if (row === scores.length) return 0;
  const columns = (scores[row] as readonly number[]).keys();
  return Math.max(
    ...[...columns].filter((c) => !used.includes(c)).map((c) => (scores[row]?.[c] ?? 0) + exhaustive(scores, row + 1, [...used, c])),
  );
}

describe("optimal assignment", () => {
  it("reaches the largest sum, with no column twice", () => {
    const matrix = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 })).chain(([rows, more]) =>
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: rows + more, maxLength: rows + more }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrix, (scores) => {
        const columns = assign(scores.length, scores[0]?.length ?? 0, (row, column) => scores[row]?.[column] ?? 0);
        expect(new Set(columns).size).toBe(scores.length);
        expect(columns.reduce((sum, column, row) => sum + (scores[row]?.[column] ?? 0), 0)).toBe(exhaustive(scores));
      }),
    );
  });

  it("prefers no place among equal scores", () => {
    const seen = new Set(Array.from({ length: 60 }, () => assign(2, 2, () => 0).join()));
    expect(seen).toEqual(new Set(["0,1", "1,0"]));
  });

  it("takes what cannot be last, and refuses what is no number", () => {
    expect(assign(2, 2, (row, column) => (row === column ? Number.NEGATIVE_INFINITY : 0))).toEqual([1, 0]);
    expect(() => assign(1, 1, () => Number.NaN)).toThrow(RangeError);
    expect(() => assign(2, 1, () => 0)).toThrow(RangeError);
  });
});
