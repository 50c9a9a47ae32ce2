import { describe, expect, it } from "vitest";
import type { Share, Shown } from "../document/index.ts";
import { protectChoice, protectScale, roundCount } from "./index.ts";
import { apportion, publishShare } from "./rounding.ts";

/** What a rule publishes of exact counts: a share for each place, or one word for all. */
type Rule = (counts: readonly number[]) => readonly Shown<Share>[] | string;

/**
 * An attacker who knows the rules and sees what is published tries every table of counts that could be behind it. Returns
 * how many hidden or bounded places have, over all tables of `least` to `most` people, fewer than `width` possible counts.
 */
function pinnedDown(rule: Rule, places: number, least: number, most: number, width: number): number {
  const possible = new Map<string, Set<number>[]>();
  for (let n = least; n <= most; n++) {
    for (const counts of tables(places, n)) {
      const published = rule(counts);
      if (typeof published === "string") continue;
      const key = JSON.stringify([roundCount(n), published]);
      const sets = possible.get(key) ?? counts.map(() => new Set<number>());
      for (const [i, count] of counts.entries()) sets[i]?.add(count);
      possible.set(key, sets);
    }
  }
  let pinned = 0;
  for (const [key, sets] of possible) {
    const [base, published] = JSON.parse(key) as [number, readonly Shown<Share>[]];
    // At the ends of the search some tables behind a base were not tried.
    if (base - 2 < least || base + 2 > most) continue;
    pinned += published.filter((share, i) => !("value" in share) && (sets[i]?.size ?? 0) < width).length;
  }
  return pinned;
}

function* tables(places: number, n: number): Generator<number[]> {
  if (places === 1) yield [n];
  else for (let first = 0; first <= n; first++) for (const rest of tables(places - 1, n - first)) yield [first, ...rest];
}

const defended: Rule = (counts) => {
  const shares = protectChoice(counts, 10);
  return "suppressed" in shares ? shares.suppressed : shares.shares;
};

/** The same without complements and without hiding the whole when one option is alone: each extreme option hidden by itself. */
const undefended: Rule = (counts) => {
  const n = counts.reduce((a, b) => a + b, 0);
  const dealt = apportion(counts, roundCount(n));
  return counts.map((count, i) => (count <= 2 ? { suppressed: "small-cell" } : publishShare(dealt[i] as number, roundCount(n))));
};

const scale: Rule = ([favourable = 0, neutral = 0, unfavourable = 0]) => {
  const shares = protectScale({ favourable, neutral, unfavourable }, 10);
  return "suppressed" in shares ? shares.suppressed : [shares.favourable, shares.neutral, shares.unfavourable];
};

describe("getting a hidden figure back as what is missing to a hundred", () => {
  it("succeeds where only the small option itself is hidden", () => {
    expect(pinnedDown(undefended, 3, 10, 40, 2)).toBeGreaterThan(100);
  });

  it("fails: every hidden option could be any of three counts", () => {
    expect(pinnedDown(defended, 3, 10, 100, 3)).toBe(0);
    expect(pinnedDown(defended, 4, 58, 67, 3)).toBe(0);
  });

  it("fails for scales: every bounded or hidden side could be any of three counts", () => {
    expect(pinnedDown(scale, 3, 10, 100, 3)).toBe(0);
  });
});

describe("the reason as a figure", () => {
  it("does not tell nobody from one or two", () => {
    for (let n = 10; n < 60; n++) {
      const reasons = [0, 1, 2].map((few) => scale([few, 5, n - few - 5]));
      expect(new Set(reasons).size).toBe(1);
    }
  });
});
