import { encodeJson, type LocalizedText, type PROTOCOL } from "@amana/core/bytes";

/**
 * What is published of a round: tables of whole numbers and words, nothing about any one ballot. Canonical JSON of it
 * is signed in the release, so the same answers must give the same bytes on every trustee's machine.
 *
 * Later parts (tests, strata, waves) add fields; what is here keeps its meaning.
 */
export interface Results {
  readonly protocol: typeof PROTOCOL;
  readonly type: "results";
  /** Name of the round. */
  readonly round: string;
  /** Hash of the analysis plan, lower-case hex. */
  readonly plan: string;
  readonly audiences: readonly AudienceResults[];
  /** One for each mirrored pair, in the order of the first audience's questionnaire. */
  readonly gaps: readonly Gap[];
}

export interface AudienceResults {
  readonly id: string;
  readonly title: LocalizedText;
  /** How many people could take part: the roster size of the manifest, public and exact. */
  readonly invited: number;
  /** No figure of this audience rests on fewer answers. The larger of the plan's and the manifest's. */
  readonly minimumGroup: number;
  readonly counted: Shown<Counted>;
  readonly factors: readonly FactorResult[];
  /** In the order of the questionnaire. */
  readonly items: readonly ItemResult[];
  /** The plan's tables by groups, in its order; empty where it has none. */
  readonly breakdowns: readonly Breakdown[];
}

/** An audience apart by the answers to one background question, or two. */
export interface Breakdown {
  /** Ids of the background questions. */
  readonly by: readonly string[];
  /** Every combination of their options, in the order of the questionnaire, those who did not say last. */
  readonly groups: readonly GroupResults[];
}

export interface GroupResults {
  /** The option of each background question; null: did not say. */
  readonly of: readonly (string | null)[];
  /** 0 only of those who did not say: nobody kept it to themselves. */
  readonly counted: Shown<Counted>;
  /** Every item on a scale but the background questions, in the order of the questionnaire. */
  readonly items: readonly GroupItem[];
}

/** An item on a scale in one group; `n` is how many gave an answer that counts, rounded to 5. */
export type GroupItem = { readonly id: string } & Shown<{
  readonly n: number;
  readonly favourable: Shown<Share>;
  readonly neutral: Shown<Share>;
  readonly unfavourable: Shown<Share>;
}>;

/**
 * Why a figure is not shown. A reason says no more than the rule that hid the figure:
 * - `below-minimum`: fewer answers than the minimum group
 * - `small-cell`: in a small group, an answer was given by so few that they could be guessed
 * - `unanimous`: (nearly) all of a group said the same, or (nearly) nobody said one thing
 * - `complement`: shown, it would give back another hidden figure, of this release or of an earlier one
 */
export type Reason = "below-minimum" | "small-cell" | "unanimous" | "complement";

/** In the place of a figure that is not shown. Never zero, never left out. */
export interface Suppressed {
  readonly suppressed: Reason;
}

export type Shown<T> = T | Suppressed;

/** How many ballots were counted, rounded to 5. */
export interface Counted {
  readonly n: number;
}

/**
 * A share in whole points of a hundred (or a factor index 0..100) with its 95 % limits; or only a bound, where the
 * exact share would say what (nearly) every single person answered.
 */
export type Share = Exact | Bound;
export type Exact = { readonly value: number; readonly low: number; readonly high: number };
export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** What the shares of an item rest on: numbers of ballots, each rounded to 5, so that 0 means 0, 1 or 2. */
export interface Base {
  /** Who were asked: the ballots that were counted, or those that met the item's condition. */
  readonly asked: number;
  /** Who gave an answer that counts: the base of every share of the item. */
  readonly n: number;
  readonly dontKnow: number;
  readonly preferNot: number;
  /** Who were asked and left it open. */
  readonly unanswered: number;
}

/** An item on a scale of agreement. Favourable is above the middle of the scale (below it, for a negative item). */
export interface LikertFigures {
  readonly base: Base;
  readonly favourable: Shown<Share>;
  readonly neutral: Shown<Share>;
  readonly unfavourable: Shown<Share>;
}

/**
 * An item with options. Shares of `multiple` add up to more than a hundred. Where an option of a `single` item is only said
 * to have at most so much, the numbers of the others are shares of the answers without such options
 * ({@link leavesOutSmall}): shares of all would give the small ones back.
 */
export interface OptionFigures {
  readonly base: Base;
  /** In the order of the questionnaire. */
  readonly options: readonly { readonly id: string; readonly share: Shown<Share> }[];
}

/** Comments are never in the results: an entry of kind `text` says only that there was such a question. */
export type ItemResult = LikertResult | OptionsResult | { readonly id: string; readonly kind: "text" };
export type LikertResult = { readonly id: string; readonly kind: "likert" } & Shown<LikertFigures>;
export type OptionsResult = { readonly id: string; readonly kind: "single" | "multiple" } & Shown<OptionFigures>;

/** Mean over ballots of each ballot's own mean of a factor's items, 0 (worst) to 100, with a t interval. */
export type FactorResult = { readonly id: string } & Shown<{ readonly n: number; readonly index: Share }>;

/**
 * How far apart two audiences are on the same question: the difference of their published favourable shares, in points.
 * Its interval is not here since it follows from published numbers alone (`gapInterval`).
 */
export type Gap = {
  /** Id of the mirrored pair. */
  readonly mirror: string;
  readonly sides: readonly [GapSide, GapSide];
} & Shown<{ readonly points: number /** Id of the audience with the higher share, or `even`. */; readonly higher: string }>;

export interface GapSide {
  readonly audience: string;
  readonly item: string;
}

/** Item ids with a meaning of their own in version 1: trust in the survey itself, and what to improve first. */
export const TRUST_ITEM = "T1";
export const PRIORITIES_ITEM = "Y1";

/** Whether the numbers of an item are shares of the answers without the options that few chose. */
export function leavesOutSmall(item: OptionsResult): boolean {
  return item.kind === "single" && !isSuppressed(item) && item.options.some(({ share }) => "atMost" in share);
}

/** Whether a figure is hidden. */
export function isSuppressed(figure: object): figure is Suppressed {
  return "suppressed" in figure;
}

/** Whether a share is given as a number, with limits. */
export function isExact(share: Shown<Share>): share is Exact {
  return "value" in share;
}

/** The canonical bytes that a release signs (RFC 8785). */
export function encodeResults(results: Results): Uint8Array {
  return encodeJson(results);
}
