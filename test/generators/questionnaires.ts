import {
  type Answer,
  type Answers,
  type Condition,
  type Item,
  type ItemBase,
  possibleAnswers,
  type Questionnaire,
  type Section,
  visibleItems,
} from "@amana/core/questionnaire";
import fc from "fast-check";

/** Any valid questionnaire: every kind of item, nested conditions, one to three locales. */
export function questionnaires(): fc.Arbitrary<Questionnaire> {
  return draws().map(build);
}

/** A valid questionnaire together with valid answers to it. */
export function answered(): fc.Arbitrary<{ questionnaire: Questionnaire; answers: Answers }> {
  return questionnaires().chain((questionnaire) => answersTo(questionnaire).map((answers) => ({ questionnaire, answers })));
}

/** Valid answers: to visible items only, each perhaps left out; chosen options in the order of the questionnaire. */
export function answersTo(questionnaire: Questionnaire): fc.Arbitrary<Answers> {
  return draws().map((gen) => {
    const answers: Record<string, Answer> = {};
    for (const item of questionnaire.sections.flatMap(({ items }) => items)) {
      const visible = visibleItems(questionnaire, answers).some(({ id }) => id === item.id);
      const answer = visible && gen(fc.nat, { max: 4 }) > 0 ? answerTo(questionnaire, item, gen) : undefined;
      if (answer !== undefined) answers[item.id] = answer;
    }
    return answers;
  });
}

/** `fc.gen` starts where the source of randomness stands and does not move it: two in a row would draw the same. */
function draws(): fc.Arbitrary<fc.GeneratorValue> {
  return fc.tuple(fc.noShrink(fc.integer()), fc.gen()).map(([, gen]) => gen);
}

function answerTo(questionnaire: Questionnaire, item: Item, gen: fc.GeneratorValue): Answer | undefined {
  if (item.kind === "text") return comment(item.maxBytes, gen);
  if (item.kind === "multiple" && !(item.preferNot && gen(fc.boolean))) {
    return gen(
      fc.shuffledSubarray,
      item.options.map(({ id }) => id),
      { minLength: 1, maxLength: item.max },
    ).sort((a, b) => item.options.findIndex(({ id }) => id === a) - item.options.findIndex(({ id }) => id === b));
  }
  if (item.kind === "multiple") return "prefer_not";
  return gen(fc.constantFrom<(string | number)[]>, ...possibleAnswers(questionnaire, item));
}

/** As many letters of a text in any script as fit; undefined if none does. */
function comment(maxBytes: number, gen: fc.GeneratorValue): string | undefined {
  const letters = gen(fc.array<string>, fc.constantFrom("a", "é", "ش", "َ", "ّ", "漢", "🙂", " ", "\n", "\u0000", "e\u0301"), {
    maxLength: 40,
  });
  let text = "";
  for (const letter of letters) {
    const longer = (text + letter).normalize("NFC");
    if (new TextEncoder().encode(longer).length <= maxBytes) text = longer;
  }
  return text === "" ? undefined : text;
}

function build(gen: fc.GeneratorValue): Questionnaire {
  const locales = gen(fc.constantFrom<string[][]>, ["en"], ["ar", "fr", "en"], ["fr", "ar"]);
  const text = (word: string): Record<string, string> => Object.fromEntries(locales.map((locale) => [locale, `${word} ${locale}`]));
  const scales = upTo(3, gen).map((index) => ({
    id: `scale-${index}`,
    labels: upTo(10, gen, 2).map((point) => text(`point ${point}`)),
  }));
  const questionnaire = {
    protocol: "amana/1" as const,
    type: "questionnaire" as const,
    id: "random",
    locales,
    review: text("reviewed"),
    title: text("title"),
    introduction: text("introduction"),
    factors: upTo(2, gen).map((index) => ({ id: `F${index}`, title: text("factor") })),
    scales,
    sections: [] as Section[],
  };
  const earlier: Item[] = [];
  for (const index of upTo(4, gen)) {
    const showIf = condition(questionnaire, earlier, gen, 2);
    const items = upTo(4, gen).map((place) => {
      const item = buildItem(`I${index}x${place}`, questionnaire, condition(questionnaire, earlier, gen, 3), text, gen);
      earlier.push(item);
      return item;
    });
    questionnaire.sections.push({ id: `s-${index}`, title: text("section"), text: gen(fc.boolean) ? text("text") : null, showIf, items });
  }
  return questionnaire;
}

/** 0..n-1 for some n from `least` to `most`. */
function upTo(most: number, gen: fc.GeneratorValue, least = 1): number[] {
  return Array.from({ length: gen(fc.integer, { min: least, max: most }) }, (_, index) => index);
}

function buildItem(
  id: string,
  { factors, scales }: Questionnaire,
  showIf: Condition | null,
  text: (word: string) => Record<string, string>,
  gen: fc.GeneratorValue,
): Item {
  const help = gen(fc.boolean) ? text("help") : null;
  const base: ItemBase = { id, text: text("item"), help, factor: gen(fc.constantFrom<(string | null)[]>, null, ...idsOf(factors)), showIf };
  const options = upTo(20, gen, 2).map((index) => ({ id: `o${index}`, text: text("option") }));
  const [dontKnow, preferNot] = [gen(fc.boolean), gen(fc.boolean)];
  switch (gen(fc.constantFrom<Item["kind"][]>, "likert", "single", "multiple", "text")) {
    case "likert": {
      const polarity = gen(fc.boolean) ? ("positive" as const) : ("negative" as const);
      const scale = gen(fc.constantFrom<string[]>, ...idsOf(scales));
      return { ...base, kind: "likert", scale, polarity, mirror: gen(fc.boolean) ? `M${id}` : null, dontKnow, preferNot };
    }
    case "single":
      return { ...base, kind: "single", options, dontKnow, preferNot };
    case "multiple":
      return { ...base, kind: "multiple", options, max: gen(fc.integer, { min: 1, max: options.length }), preferNot };
    case "text":
      return { ...base, kind: "text", maxBytes: gen(fc.integer, { min: 1, max: 300 }) };
  }
}

function idsOf(entries: readonly { readonly id: string }[]): string[] {
  return entries.map(({ id }) => id);
}

/** Most often none; else one that refers to earlier items and to answers they can have. */
function condition(questionnaire: Questionnaire, earlier: readonly Item[], gen: fc.GeneratorValue, depth: number): Condition | null {
  const usable = earlier.filter((item) => item.kind !== "text");
  if (usable.length === 0 || gen(fc.boolean)) return null;
  const draw = (left: number): Condition => {
    const form = left === 0 ? "in" : gen(fc.constantFrom<string[]>, "in", "in", "all", "any", "not");
    if (form === "not") return { not: draw(left - 1) };
    if (form === "all") return { all: upTo(2, gen).map(() => draw(left - 1)) };
    if (form === "any") return { any: upTo(2, gen).map(() => draw(left - 1)) };
    const item = gen(fc.constantFrom<Item[]>, ...usable);
    return { item: item.id, in: gen(fc.subarray<string | number>, [...possibleAnswers(questionnaire, item)], { minLength: 1 }) };
  };
  return draw(depth);
}
