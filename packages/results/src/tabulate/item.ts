import type { Condition, LikertItem, Questionnaire } from "@amana/core/questionnaire";
import { protectChoice, protectChoices, protectScale, roundCount, type ScaleCounts } from "../disclosure/index.ts";
import { type Base, type ItemResult, isSuppressed } from "../document/index.ts";
import type { Tally } from "./tally.ts";

/** What may be published of one item, whatever else is published. */
export function itemResult(tally: Tally, minimum: number): ItemResult {
  const { item } = tally;
  if (item.kind === "text") return { id: item.id, kind: "text" };
  const base: Base = {
    asked: roundCount(tally.asked),
    n: roundCount(tally.n),
    dontKnow: roundCount(tally.dontKnow),
    preferNot: roundCount(tally.preferNot),
    unanswered: roundCount(tally.unanswered),
  };
  if (item.kind === "likert") {
    const shares = protectScale(sides(tally.counts, item), minimum);
    return { id: item.id, kind: "likert", ...(isSuppressed(shares) ? shares : { base, ...shares }) };
  }
  const protectedShares = item.kind === "single" ? protectChoice(tally.counts, minimum) : protectChoices(tally.counts, tally.n, minimum);
  if (isSuppressed(protectedShares)) return { id: item.id, kind: item.kind, ...protectedShares };
  const options = protectedShares.shares.map((share, i) => ({ id: item.options[i]?.id as string, share }));
  return { id: item.id, kind: item.kind, base, options };
}

/** Counts of points as sides of the scale, turned round for a negative item. The middle point is neutral, if there is one. */
export function sides(counts: readonly number[], item: LikertItem): ScaleCounts {
  const half = Math.floor(counts.length / 2);
  const sum = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0);
  const lower = sum(counts.slice(0, half));
  const upper = sum(counts.slice(counts.length - half));
  const neutral = sum(counts) - lower - upper;
  return item.polarity === "negative"
    ? { favourable: lower, neutral, unfavourable: upper }
    : { favourable: upper, neutral, unfavourable: lower };
}

/**
 * Hides an item that was put only to those who gave certain answers to an item that is hidden itself: how many were asked
 * would say how many gave them.
 */
export function hideDependents(results: readonly ItemResult[], questionnaire: Questionnaire): ItemResult[] {
  const hidden = new Set<string>();
  const parents = new Map(
    questionnaire.sections.flatMap((section) =>
      section.items.map((item) => [item.id, [...named(section.showIf), ...named(item.showIf)]] as const),
    ),
  );
  return results.map((result) => {
    const kept = parents.get(result.id)?.some((parent) => hidden.has(parent)) ? hide(result) : result;
    if (isSuppressed(kept)) hidden.add(kept.id);
    return kept;
  });
}

function hide(result: ItemResult): ItemResult {
  if (result.kind === "text" || isSuppressed(result)) return result;
  if (result.kind === "likert") return { id: result.id, kind: result.kind, suppressed: "complement" };
  return { id: result.id, kind: result.kind, suppressed: "complement" };
}

/** The items that a condition looks at. */
function named(condition: Condition | null): readonly string[] {
  if (condition === null) return [];
  if ("item" in condition) return [condition.item];
  if ("not" in condition) return named(condition.not);
  return ("all" in condition ? condition.all : condition.any).flatMap(named);
}
