import { isExact, isSuppressed, type OptionsResult, type Results, type Share, type Shown } from "../document/index.ts";
import { agreementIn, POSITIONS, type StatementClass, weighStatement } from "./published.ts";
import type { ConsultationRules } from "./rules.ts";

/** What one round found of one statement. */
export interface StatementOutcome {
  readonly id: string;
  readonly class: StatementClass;
  /** 0..1, null where hidden. */
  readonly consensus: number | null;
  readonly least: number | null;
  /**
   * - `settled`: what the rules call consensus holds in every side, or it is common ground, or both sides reject it
   * - `again`: it goes into the next round
   * - `stable`: it moved too little since the last round to ask again
   * - `last-round`: there is no further round
   * - `hidden`: too few said something; asking the same people again would not change that
   */
  readonly outcome: "settled" | "again" | "stable" | "last-round" | "hidden";
  /** One for each side, in the order of the results. */
  readonly sides: readonly { readonly audience: string; readonly agree: Shown<Share>; readonly disagree: Shown<Share> }[];
}

/**
 * What a consultation has come to after a round: every statement with its class and what the rules say is to be done. From the signed results of
 * its rounds alone, so that nobody decides afterwards what is asked again. Common ground first, by group-informed consensus, ties by the side that
 * agrees least; then what needs a bridge, what is open, what is rejected, what is hidden.
 * @param rounds the results of every round so far, oldest first; the last one is judged
 */
export function consultationOutcome(rounds: readonly Results[], rules: ConsultationRules): StatementOutcome[] {
  const results = rounds.at(-1);
  if (results === undefined) return [];
  const before = rounds.at(-2);
  const outcomes = statementIds(results).map((id): StatementOutcome => {
    const items = itemsOf(results, id);
    const weighed = weighStatement(items);
    const sides = results.audiences.map(({ id: audience }, index) => ({
      audience,
      agree: shareOf(items[index], POSITIONS[0]),
      disagree: shareOf(items[index], POSITIONS[1]),
    }));
    return {
      id,
      ...weighed,
      outcome: decide(weighed.class, items, before === undefined ? [] : itemsOf(before, id), rounds.length, rules),
      sides,
    };
  });
  const order: readonly StatementClass[] = ["common ground", "bridge needed", "open", "shared rejection", "hidden"];
  const rank = (outcome: StatementOutcome): number => order.indexOf(outcome.class);
  const less = (one: number | null, other: number | null): number => (other ?? 0) - (one ?? 0);
  return outcomes.sort((a, b) => rank(a) - rank(b) || less(a.consensus, b.consensus) || less(a.least, b.least) || (a.id < b.id ? -1 : 1));
}

function decide(
  found: StatementClass,
  items: readonly (OptionsResult | undefined)[],
  before: readonly (OptionsResult | undefined)[],
  round: number,
  rules: ConsultationRules,
): StatementOutcome["outcome"] {
  if (found === "hidden") return "hidden";
  if (found === "common ground" || found === "shared rejection" || items.every((item) => isConsensus(item, rules))) return "settled";
  if (round >= rules.rounds) return "last-round";
  const moves = items.map((item, index) => move(shareOf(item, POSITIONS[0]), shareOf(before[index], POSITIONS[0])));
  return moves.length > 0 && moves.every((points) => points !== null && points < rules.stable) ? "stable" : "again";
}

function isConsensus(item: OptionsResult | undefined, { agree, disagree }: ConsultationRules): boolean {
  const agreement = agreementIn(item);
  const against = shareOf(item, POSITIONS[1]);
  if (agreement === null || isSuppressed(against) || "atLeast" in against) return false;
  // The least that agree, and the most that disagree, as far as it is published.
  return 100 * agreement.low >= agree * agreement.seen && (isExact(against) ? against.value : against.atMost) < disagree;
}

function move(now: Shown<Share>, before: Shown<Share>): number | null {
  if (isSuppressed(now) || isSuppressed(before) || !isExact(now) || !isExact(before)) return null;
  return Math.abs(now.value - before.value);
}

/** Statements of a consultation's results: items with these three positions, in the order of the first audience. */
export function statementIds({ audiences }: Results): readonly string[] {
  return (audiences[0]?.items ?? []).flatMap((item) => {
    if (item.kind !== "single") return [];
    // Where all is hidden there are no options to tell it by.
    if (isSuppressed(item)) return [item.id];
    return item.options.map(({ id }) => id).join() === POSITIONS.join() ? [item.id] : [];
  });
}

function itemsOf({ audiences }: Results, id: string): (OptionsResult | undefined)[] {
  return audiences.map(({ items }) => items.find((item): item is OptionsResult => item.id === id && item.kind === "single"));
}

function shareOf(item: OptionsResult | undefined, position: string): Shown<Share> {
  if (item === undefined) return { suppressed: "below-minimum" };
  return isSuppressed(item) ? item : (item.options.find(({ id }) => id === position)?.share ?? { suppressed: "below-minimum" });
}
