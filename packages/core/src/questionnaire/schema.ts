import * as v from "valibot";
import { integer, localizedText, name, PROTOCOL } from "../bytes/index.ts";
import type { Condition, Item, Questionnaire } from "./model.ts";

/** Most options of a question: their places and the two codes for no answer share one byte of the ballot. */
export const MAX_OPTIONS = 253;
/** Most points of a scale. */
export const MAX_POINTS = 11;
/** Conditions within conditions: what a person can still read, and a bound on recursion over foreign data. */
const CONDITION_DEPTH = 3;

const shortId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,16}$/));
const optionId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/));
const sentence = v.pipe(v.string(), v.maxLength(200));
const locale = v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/));

function conditionOf(depth: number): v.GenericSchema<unknown, Condition> {
  const leaf = v.strictObject({
    item: shortId,
    in: v.pipe(v.array(v.union([optionId, integer(MAX_POINTS)])), v.minLength(1), v.maxLength(MAX_OPTIONS + 2)),
  });
  if (depth === 0) return leaf;
  const inner = conditionOf(depth - 1);
  const list = v.pipe(v.array(inner), v.minLength(1), v.maxLength(16));
  const forms = { all: v.strictObject({ all: list }), any: v.strictObject({ any: list }), not: v.strictObject({ not: inner }) };
  // Chosen by key and not tried one after the other, so that a mistake is named where it is.
  return v.lazy((input) => {
    const key = (["all", "any", "not"] as const).find((form) => typeof input === "object" && input !== null && form in input);
    return key === undefined ? leaf : forms[key];
  });
}

const showIf = v.nullable(conditionOf(CONDITION_DEPTH));
const options = v.pipe(v.array(v.strictObject({ id: optionId, text: localizedText })), v.minLength(2), v.maxLength(MAX_OPTIONS));

const common = {
  id: shortId,
  text: localizedText,
  help: v.nullable(localizedText),
  factor: v.nullable(shortId),
  showIf,
};

const item: v.GenericSchema<unknown, Item> = v.variant("kind", [
  v.strictObject({
    ...common,
    kind: v.literal("likert"),
    scale: name,
    polarity: v.picklist(["positive", "negative"]),
    mirror: v.nullable(shortId),
    dontKnow: v.boolean(),
    preferNot: v.boolean(),
  }),
  v.strictObject({ ...common, kind: v.literal("single"), options, dontKnow: v.boolean(), preferNot: v.boolean() }),
  v.strictObject({ ...common, kind: v.literal("multiple"), options, max: integer(MAX_OPTIONS), preferNot: v.boolean() }),
  v.strictObject({ ...common, kind: v.literal("text"), maxBytes: integer(4000) }),
]);

const section = v.strictObject({
  id: name,
  title: localizedText,
  text: v.nullable(localizedText),
  showIf,
  items: v.pipe(v.array(item), v.minLength(1), v.maxLength(100)),
});

/** The shape of a questionnaire; what its parts mean to each other is for `checkQuestionnaire`. */
export const questionnaireSchema: v.GenericSchema<unknown, Questionnaire> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("questionnaire"),
  id: name,
  locales: v.pipe(v.array(locale), v.minLength(1), v.maxLength(16)),
  review: v.record(locale, sentence),
  title: localizedText,
  introduction: localizedText,
  factors: v.pipe(v.array(v.strictObject({ id: shortId, title: localizedText })), v.maxLength(64)),
  scales: v.pipe(
    v.array(v.strictObject({ id: name, labels: v.pipe(v.array(localizedText), v.minLength(2), v.maxLength(MAX_POINTS)) })),
    v.maxLength(32),
  ),
  sections: v.pipe(v.array(section), v.minLength(1), v.maxLength(64)),
});
