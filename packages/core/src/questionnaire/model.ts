import type { LocalizedText } from "../bytes/index.ts";

/** One of the subjects that items speak about; results are grouped by it. */
export interface Factor {
  /** `F01` */
  readonly id: string;
  readonly title: LocalizedText;
}

/** The labels of a rating, lowest first: 2 to 11 points. */
export interface Scale {
  /** `agree5` */
  readonly id: string;
  readonly labels: readonly LocalizedText[];
}

/** One choice of a closed question. */
export interface Option {
  readonly id: string;
  readonly text: LocalizedText;
}

/**
 * When something is shown. `in` lists point numbers of a likert item, option ids of a single or multiple item (of the
 * latter, at least one must be chosen), and the answers `dont_know` and `prefer_not` where the item offers them.
 * Refers to earlier items only; an item that is hidden or unanswered is in nothing.
 */
export type Condition =
  | { readonly item: string; readonly in: readonly (string | number)[] }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** What every kind of item has. */
export interface ItemBase {
  /** `[A-Za-z0-9]{1,16}`, unique in the questionnaire. */
  readonly id: string;
  readonly text: LocalizedText;
  readonly help: LocalizedText | null;
  /** Id of the factor that the item speaks about. */
  readonly factor: string | null;
  readonly showIf: Condition | null;
}

/** A statement to rate on a scale. */
export interface LikertItem extends ItemBase {
  readonly kind: "likert";
  readonly scale: string;
  /** `negative`: agreeing is unfavourable; results turn it round, the ballot does not. */
  readonly polarity: "positive" | "negative";
  /** Names the pair that this item makes with an item of the other audience's questionnaire: `M01`. */
  readonly mirror: string | null;
  readonly dontKnow: boolean;
  readonly preferNot: boolean;
}

/** A question with one answer out of a list. */
export interface SingleItem extends ItemBase {
  readonly kind: "single";
  readonly options: readonly Option[];
  readonly dontKnow: boolean;
  readonly preferNot: boolean;
}

/** A question with up to `max` answers out of a list. */
export interface MultipleItem extends ItemBase {
  readonly kind: "multiple";
  readonly options: readonly Option[];
  readonly max: number;
  readonly preferNot: boolean;
}

/** A comment in the respondent's own words. */
export interface TextItem extends ItemBase {
  readonly kind: "text";
  /** Most bytes of UTF-8, up to 4000. An Arabic letter takes two. */
  readonly maxBytes: number;
}

export type Item = LikertItem | SingleItem | MultipleItem | TextItem;

/** One screen of the form. */
export interface Section {
  /** `[a-z0-9-]`, unique in the questionnaire. */
  readonly id: string;
  readonly title: LocalizedText;
  readonly text: LocalizedText | null;
  readonly showIf: Condition | null;
  readonly items: readonly Item[];
}

/** What one audience is asked. Immutable once a manifest names its hash. */
export interface Questionnaire {
  readonly protocol: "amana/1";
  readonly type: "questionnaire";
  /** `[a-z0-9-]` */
  readonly id: string;
  /** The locales that every text has; the first is the default. */
  readonly locales: readonly string[];
  /** Who reviewed each locale's wording: "none" until a native speaker has signed. */
  readonly review: Readonly<Record<string, string>>;
  readonly title: LocalizedText;
  readonly introduction: LocalizedText;
  readonly factors: readonly Factor[];
  readonly scales: readonly Scale[];
  readonly sections: readonly Section[];
}

/**
 * The answer to one item. likert: 1..points, `dont_know` or `prefer_not`; single: an option id, `dont_know` or
 * `prefer_not`; multiple: 1..max option ids or `prefer_not`; text: the text.
 */
export type Answer = number | string | readonly string[];

/** Answers by item id. An item left out is unanswered: everything can be skipped. */
export type Answers = Readonly<Record<string, Answer>>;
