import { type Answer, type LikertItem, pointsOf, type Questionnaire } from "@amana/core/questionnaire";
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
  readonly #items: readonly { readonly id: string; readonly negative: boolean; readonly steps: number }[];
  /** How many ballots have the key's list of answers, as steps above the worst answer (`-` for none). */
  readonly #histogram: Map<string, number> = new Map();

  constructor(questionnaire: Questionnaire, id: string, items: readonly LikertItem[]) {
    this.id = id;
    this.#items = items.map((item) => ({
      id: item.id,
      negative: item.polarity === "negative",
      steps: pointsOf(questionnaire, item) - 1,
    }));
  }

  /** Adds one ballot; `answerTo` gives its answer to an item that was put to it. */
  add(answerTo: (id: string) => Answer | undefined): void {
    const answered = this.#items.map(({ id, negative, steps }) => {
      const answer = answerTo(id);
      if (typeof answer !== "number") return "-";
      return negative ? steps + 1 - answer : answer - 1;
    });
    const count = answered.filter((step) => step !== "-").length;
    if (count === 0 || 2 * count < this.#items.length) return;
    const key = answered.join();
    this.#histogram.set(key, (this.#histogram.get(key) ?? 0) + 1);
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

  #index(key: string): number {
    const shares = key.split(",").flatMap((step, i) => (step === "-" ? [] : [Number(step) / (this.#items[i]?.steps as number)]));
    return (100 * shares.reduce((a, b) => a + b, 0)) / shares.length;
  }
}
