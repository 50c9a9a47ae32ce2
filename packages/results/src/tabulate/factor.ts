import { type LikertItem, pointsOf, type Questionnaire } from "@amana/core/questionnaire";
import { protectMean } from "../disclosure/index.ts";
import type { FactorResult } from "../document/index.ts";

/**
 * The index of a factor, ballot by ballot: the mean of the factor's answered items, each turned round if it is negative
 * and brought to 0..100. A ballot enters if it answered at least half of the factor's items.
 *
 * Ballots are collected as a histogram of exact fractions, which is summed in a fixed order: floating-point sums over
 * ballots as they come would depend on their order, and so might the last published point.
 */
export class FactorTally {
  readonly id: string;
  readonly #items: readonly { readonly at: number; readonly negative: boolean; readonly steps: number }[];
  /** How many ballots have the answers that the key stands for. */
  readonly #histogram: Map<number | string, number> = new Map();
  /** Of so many items that their points do not fit into one number: the key is a list of them. */
  readonly #isWide: boolean;

  /** `items`: the factor's; `scales`: all items on scales, in the order in which {@link add} gets their points. */
  constructor(questionnaire: Questionnaire, id: string, items: readonly LikertItem[], scales: readonly LikertItem[]) {
    this.id = id;
    this.#items = items.map((item) => ({
      at: scales.indexOf(item),
      negative: item.polarity === "negative",
      steps: pointsOf(questionnaire, item) - 1,
    }));
    this.#isWide = this.#items.reduce((keys, { steps }) => keys * (steps + 2), 1) > Number.MAX_SAFE_INTEGER;
  }

  /** Adds one ballot: the point that it gave on each scale (first = 1), 0 where it gave none. */
  add(points: readonly number[]): void {
    let key = 0;
    let answered = 0;
    for (const { at, steps } of this.#items) {
      const point = points[at] as number;
      if (point !== 0) answered += 1;
      key = key * (steps + 2) + point;
    }
    if (answered === 0 || 2 * answered < this.#items.length) return;
    const own = this.#isWide ? this.#items.map(({ at }) => points[at]).join() : key;
    this.#histogram.set(own, (this.#histogram.get(own) ?? 0) + 1);
  }

  /** What may be published. `hiddenItems`: how many of the factor's items are hidden in this audience. */
  result(hiddenItems: number, minimum: number): FactorResult {
    const rows = [...this.#histogram.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, count]) => ({ count, index: this.#index(key) }));
    const n = rows.reduce((sum, row) => sum + row.count, 0);
    const mean = rows.reduce((sum, row) => sum + row.count * row.index, 0) / n;
    const squares = rows.reduce((sum, row) => sum + row.count * (row.index - mean) ** 2, 0);
    // All ballots alike is a fact about every one of them; rounding must not blur it into a tiny spread.
    const alike = rows.every((row) => Math.abs(row.index - mean) < 1e-9);
    const shown = protectMean(mean, alike ? 0 : Math.sqrt(squares / (n - 1)), n, minimum);
    // With one item hidden, the index and the items that are shown would give it back.
    if (hiddenItems === 1 && "index" in shown) return { id: this.id, suppressed: "complement" };
    return { id: this.id, ...shown };
  }

  /** The index of the ballots behind a key: the mean of their answered items, 0..100. */
  #index(key: number | string): number {
    let sum = 0;
    let answered = 0;
    const points = this.#pointsOf(key);
    for (const [i, { negative, steps }] of this.#items.entries()) {
      const point = points[i] as number;
      if (point === 0) continue;
      sum += (negative ? steps + 1 - point : point - 1) / steps;
      answered += 1;
    }
    return (100 * sum) / answered;
  }

  #pointsOf(key: number | string): number[] {
    if (typeof key === "string") return key.split(",").map(Number);
    let rest = key;
    const points = [...this.#items].reverse().map(({ steps }) => {
      const point = rest % (steps + 2);
      rest = Math.floor(rest / (steps + 2));
      return point;
    });
    return points.reverse();
  }
}
