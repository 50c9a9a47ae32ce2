import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { possibleValues, table } from "../../fixtures/tables.ts";
import type { Reason } from "../document/index.ts";
import { derivable, firstExposed, neededWidth, protectCells, rangeOf, rankOf, type TableCell } from "./index.ts";

const exactly = (cells: readonly TableCell[]) => cells.map(({ form, count }) => ({ form, low: count, high: count }));
const shownOf = (cells: readonly TableCell[], reasons: readonly (Reason | null)[]) => cells.filter((_, i) => reasons[i] === null);
/** Hides what is below the minimum, and nothing beside it. */
const primary = (cells: readonly TableCell[], minimum: number) =>
  cells.map(({ count }): Reason | null => (count < minimum ? "below-minimum" : null));

describe("offices by grades, all sums public", () => {
  const { cells } = table([3, 3], [22, 14, 6, 31, 4, 12, 18, 25, 9]);
  const small = [2, 4, 8].map((unknown) => new Map([[unknown, 1]]));

  it("gives away all three small cells where nothing else is hidden", () => {
    const shown = shownOf(cells, primary(cells, 10));
    expect(
      derivable(
        shown.map(({ form }) => form),
        small,
      ),
    ).toEqual([true, true, true]);
    expect(small.map((form) => rangeOf(exactly(shown), form))).toEqual([6, 4, 9].map((count) => ({ low: count, high: count })));
  });

  it("keeps them with the three complements of the research, within HiGHS' limits", () => {
    const hidden = [1, 5, 7, 2, 4, 8];
    const shown = cells.filter(({ where }) => !hidden.some((i) => where[0] === Math.floor(i / 3) && where[1] === i % 3));
    expect(
      derivable(
        shown.map(({ form }) => form),
        small,
      ),
    ).toEqual([false, false, false]);
    expect(small.map((form) => rangeOf(exactly(shown), form))).toEqual([20, 16, 27].map((high) => ({ low: 0, high })));
  });

  it("are protected by complements, the largest cell of the table not among them", () => {
    const open = cells.map((cell) => ({ ...cell, public: cell.where.includes(null) }));
    const reasons = protectCells(open, 10);
    expect(firstExposed(open, reasons, 10)).toBeNull();
    expect(open.filter((_, i) => reasons[i] === "complement").map(({ count }) => count)).not.toContain(31);
  });
});

describe("four questions, all tables of two published", () => {
  const inner =
    "4,15,11,3,14,6,3,3,4,18,1,6,2,19,4,3,1,4,11,4,9,6,11,1,1,6,4,3,9,0,0,0,2,2,9,11,10,0,5,4,11,2,13,0,6,13,5,12,2,14,9,2,0,9,6,4,4,0,14,19,12,0,3,11,8,15,2,3,7,5,3,2,1,16,10,6,5,3,0,5,0,0,13,6,2,7,2,8,1,14,4,6,3,9,11,0";
  const { cells } = table([2, 6, 4, 2], inner.split(",").map(Number), 2);
  const hidden = cells.filter(({ count }) => count < 10);

  it("hides two of 83 cells, and both are given away", () => {
    const shown = cells.filter(({ count }) => count >= 10);
    expect([cells.length, hidden.map(({ count }) => count), shown.length]).toEqual([83, [5, 4], 81]);
    expect(rankOf(shown.map(({ form }) => form))).toBe(43);
    expect(
      derivable(
        shown.map(({ form }) => form),
        hidden.map(({ form }) => form),
      ),
    ).toEqual([true, true]);
    expect(hidden.map(({ form }) => rangeOf(exactly(shown), form))).toEqual([
      { low: 5, high: 5 },
      { low: 4, high: 4 },
    ]);
  });

  it("keeps them once complements are hidden", () => {
    const reasons = protectCells(cells, 10);
    const known = exactly(shownOf(cells, reasons));
    for (const { form } of hidden) {
      const { low, high } = rangeOf(known, form);
      expect(high - low).toBeGreaterThanOrEqual(neededWidth(10));
    }
    expect(reasons.filter((reason) => reason === "complement").length).toBeLessThan(12);
  });
});

describe("what is left of a total", () => {
  it("is hidden together with the smallest office beside it", () => {
    const { cells } = table([4], [60, 41, 92, 7]);
    const reasons = protectCells(cells, 10);
    expect(reasons).toEqual([null, null, "complement", null, "below-minimum"]);
  });

  it("is not known to be nearly nobody because the office hidden beside it must be ten or more", () => {
    // Of 12 people in two offices, 12 − 10 leaves at most two in the small one: the next larger office is hidden, too.
    const { cells } = table([3], [10, 2, 80]);
    expect(protectCells(cells, 10)).toEqual([null, "complement", "below-minimum", "complement"]);
  });
});

describe("an attacker with whole numbers and linear programs, on random tables", () => {
  const tables = fc
    .tuple(fc.constantFrom([2, 3], [3, 2], [5], [2, 2]), fc.array(fc.nat(14), { minLength: 6, maxLength: 6 }))
    .map(([sizes, counts]) => {
      const cells = sizes.reduce((a, b) => a * b, 1);
      return { ...table(sizes, counts.slice(0, cells)), size: cells };
    });
  const MINIMUM = 5;

  const recovered = (cells: readonly TableCell[], inner: number, reasons: readonly (Reason | null)[]): number => {
    const shown = shownOf(cells, reasons);
    if (shown.length === 0) return 0;
    return cells.filter((cell, i) => reasons[i] === "below-minimum" && possibleValues(inner, shown, cell.form, MINIMUM) < MINIMUM).length;
  };

  it("recovers no hidden cell", () => {
    fc.assert(
      fc.property(tables, ({ cells, size }) => {
        expect(recovered(cells, size, protectCells(cells, MINIMUM))).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it("recovers many where only cells below the minimum are hidden", () => {
    const found = fc.sample(tables, { numRuns: 25, seed: 1 }).map(({ cells, size }) => recovered(cells, size, primary(cells, MINIMUM)));
    expect(found.filter((count) => count > 0).length).toBeGreaterThan(6);
  });
});

describe("an attacker who turns the rule round", () => {
  /** Every table of the same total whose published form is the same: how many values a hidden cell can have in them. */
  const possible = (
    counts: readonly number[],
    rule: (cells: readonly TableCell[], minimum: number) => (Reason | null)[],
    minimum: number,
  ): number[] => {
    const { cells } = table([counts.length], counts);
    const published = (all: readonly TableCell[]): string => JSON.stringify(rule(all, minimum).map((reason, i) => reason ?? all[i]?.count));
    const reasons = rule(cells, minimum);
    const hidden = counts.map((_, i) => i).filter((i) => reasons[i + 1] !== null);
    const sum = hidden.reduce((all, i) => all + (counts[i] as number), 0);
    const values = hidden.map(() => new Set<number>());
    const wanted = published(cells);
    const split = function* (left: number, parts: number): Generator<number[]> {
      if (parts === 1) yield [left];
      else for (let first = 0; first <= left; first++) for (const rest of split(left - first, parts - 1)) yield [first, ...rest];
    };
    if (hidden.length === 0) return [];
    for (const parts of split(sum, hidden.length)) {
      const other = counts.map((count, i) => parts[hidden.indexOf(i)] ?? count);
      if (published(table([counts.length], other).cells) === wanted) for (const [i, part] of parts.entries()) values[i]?.add(part);
    }
    return values.filter((_, i) => reasons[(hidden[i] as number) + 1] === "below-minimum").map(({ size }) => size);
  };
  // Of the first, the one beside the small group can be no larger than the one that is shown: the small one can have only one value.
  const samples = [[9, 4, 9], ...fc.sample(fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }), { numRuns: 16, seed: 4 })];
  const open = (cells: readonly TableCell[]) => cells.map((cell, i) => ({ ...cell, public: i === 0 }));

  it("finds at least three values still possible in every hidden cell", () => {
    for (const counts of samples)
      for (const size of possible(counts, (cells, minimum) => protectCells(open(cells), minimum), 5))
        expect(size, counts.join()).toBeGreaterThanOrEqual(3);
  });

  it("finds hidden cells that have one value, where the next smallest is hidden beside a small one and no more is asked", () => {
    const next = (cells: readonly TableCell[], minimum: number): (Reason | null)[] => {
      const reasons = primary(cells, minimum).with(0, null);
      const smallest = cells
        .map((_, i) => i)
        .filter((i) => i > 0 && reasons[i] === null)
        .sort((a, b) => (cells[a]?.count ?? 0) - (cells[b]?.count ?? 0));
      return reasons.includes("below-minimum") && smallest[0] !== undefined ? reasons.with(smallest[0], "complement") : reasons;
    };
    expect(samples.flatMap((counts) => possible(counts, next, 5)).filter((size) => size < 3).length).toBeGreaterThan(0);
  });
});

describe("the exact audit", () => {
  it("never says less than the interval audit: what has one value is derivable from sums alone, unless whole tables are empty", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (counts, show) => {
          const { cells } = table([2, 3], counts);
          const shown = cells.filter((_, i) => show[i]);
          const targets = cells.map(({ form }) => form);
          for (const [i, known] of derivable(
            shown.map(({ form }) => form),
            targets,
          ).entries()) {
            const { low, high } = rangeOf(exactly(shown), targets[i] as TableCell["form"]);
            if (known) expect([low, high]).toEqual([cells[i]?.count, cells[i]?.count]);
            else if (shown.length === 0) expect(high).toBe(Number.POSITIVE_INFINITY);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it("refuses what does not fit together", () => {
    const cell = new Map([[0, 1]]);
    expect(() =>
      rangeOf(
        [
          { form: cell, low: 1, high: 1 },
          { form: cell, low: 2, high: 2 },
        ],
        cell,
      ),
    ).toThrow(TypeError);
  });
});
