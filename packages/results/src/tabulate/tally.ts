import { type Answer, DONT_KNOW, type Item, PREFER_NOT, pointsOf, type Questionnaire } from "@amana/core/questionnaire";

/** Exact counts of one item. They stay on the machine that counts; nothing of them is published as it is. */
export interface Tally {
  readonly item: Item;
  /** Ballots to which the item was put. */
  asked: number;
  dontKnow: number;
  preferNot: number;
  unanswered: number;
  /** Ballots with an answer that counts. */
  n: number;
  /** How often each point of the scale (first = 1) or each option was given. */
  readonly counts: number[];
}

/** A tally with nothing in it. */
export function emptyTally(questionnaire: Questionnaire, item: Item): Tally {
  return { item, asked: 0, dontKnow: 0, preferNot: 0, unanswered: 0, n: 0, counts: new Array<number>(width(questionnaire, item)).fill(0) };
}

function width(questionnaire: Questionnaire, item: Item): number {
  if (item.kind === "likert") return pointsOf(questionnaire, item);
  return item.kind === "text" ? 0 : item.options.length;
}

/**
 * Adds one ballot's answer to an item that was put to it. Ballots were checked against the questionnaire when they were
 * decoded: an answer that does not fit is a programming mistake, and counting on would publish wrong figures.
 * @throws TypeError
 */
export function addAnswer(tally: Tally, answer: Answer | undefined): void {
  tally.asked += 1;
  if (answer === undefined) tally.unanswered += 1;
  else if (tally.item.kind === "text") tally.n += 1;
  else if (answer === DONT_KNOW) tally.dontKnow += 1;
  else if (answer === PREFER_NOT) tally.preferNot += 1;
  else {
    if (tally.item.kind === "likert") addPlace(tally, typeof answer === "number" ? answer - 1 : -1);
    else for (const place of places(tally.item, answer)) addPlace(tally, place);
    tally.n += 1;
  }
}

function addPlace({ counts }: Tally, place: number): void {
  if (!Number.isInteger(place) || place < 0 || place >= counts.length) throw new TypeError("an answer does not fit its item");
  counts[place] = (counts[place] as number) + 1;
}

function places(item: Exclude<Item, { kind: "text" | "likert" }>, answer: Answer): readonly number[] {
  const chosen = Array.isArray(answer) ? new Set<unknown>(answer) : new Set<unknown>([answer]);
  if (item.kind === "single" && chosen.size !== 1) return [-1];
  return [...chosen].map((id) => item.options.findIndex((option) => option.id === id));
}
