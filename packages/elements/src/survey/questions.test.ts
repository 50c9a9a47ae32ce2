import type { Item, Questionnaire } from "@amana/core/questionnaire";
import { describe, expect, it } from "vitest";
import { SURVEY_CATALOGUES } from "../catalogue/surveys.ts";
import { answerOf, answersToSend, answerText, choicesOf, lettersLeft, noAnswers, valuesOf, visibleSections } from "./questions.ts";

const text = (en: string) => ({ ar: en, fr: en, en });
const base = { help: null, factor: null, showIf: null };
const likert: Item = {
  ...base,
  id: "constructor",
  kind: "likert",
  text: text("Rate"),
  scale: "s",
  polarity: "positive",
  mirror: null,
  dontKnow: true,
  preferNot: true,
};
const single: Item = {
  ...base,
  id: "X1",
  kind: "single",
  text: text("Contact"),
  options: [
    { id: "none", text: text("None") },
    { id: "some", text: text("Some") },
  ],
  dontKnow: false,
  preferNot: true,
};
const multiple: Item = {
  ...base,
  id: "Y1",
  kind: "multiple",
  text: text("Areas"),
  options: single.options,
  max: 2,
  preferNot: true,
  showIf: { item: "X1", in: ["some"] },
};
const comment: Item = { ...base, id: "C1", kind: "text", text: text("Comment"), maxBytes: 20 };
const questionnaire: Questionnaire = {
  protocol: "amana/1",
  type: "questionnaire",
  id: "q",
  locales: ["en"],
  review: { en: "none" },
  title: text("Q"),
  introduction: text(""),
  factors: [],
  scales: [{ id: "s", labels: [text("low"), text("high")] }],
  sections: [
    { id: "a", title: text("A"), text: null, showIf: null, items: [likert, single] },
    { id: "b", title: text("B"), text: null, showIf: null, items: [multiple] },
    { id: "c", title: text("C"), text: null, showIf: null, items: [comment] },
  ],
};
const answers = (entries: Record<string, number | string | string[]>) => Object.assign(noAnswers(), entries);

describe("the questions on screen", () => {
  it("leaves out sections that show nothing", () => {
    expect(visibleSections(questionnaire, noAnswers())).toEqual([0, 2]);
    expect(visibleSections(questionnaire, answers({ X1: "some" }))).toEqual([0, 1, 2]);
  });

  it("sends shown answers only, without empty ones, texts in NFC", () => {
    const all = answers({ constructor: 2, X1: "none", Y1: ["none"], C1: " cafe\u0301 " });
    expect(answersToSend(questionnaire, all)).toEqual({ constructor: 2, X1: "none", C1: "café" });
    expect(answersToSend(questionnaire, answers({ X1: "some", Y1: [], C1: "  " }))).toEqual({ X1: "some" });
    expect(answersToSend(questionnaire, noAnswers())).toEqual({});
  });

  it("mends half a character instead of failing at the send button", () => {
    expect(answersToSend(questionnaire, answers({ C1: "a\ud83d" }))).toEqual({ C1: "a\ufffd" });
  });

  it("turns form values into answers and back", () => {
    expect(answerOf(likert, ["2"])).toBe(2);
    expect(answerOf(likert, ["dont_know"])).toBe("dont_know");
    expect(answerOf(single, ["none"])).toBe("none");
    expect(answerOf(multiple, ["none", "some"])).toEqual(["none", "some"]);
    expect(answerOf(multiple, ["prefer_not"])).toBe("prefer_not");
    expect(answerOf(single, [])).toBeNull();
    expect([valuesOf(2), valuesOf("none"), valuesOf(["a", "b"]), valuesOf(undefined)]).toEqual([["2"], ["none"], ["a", "b"], []]);
  });

  it("offers what the item offers, ways out last", () => {
    expect(choicesOf(SURVEY_CATALOGUES.en, questionnaire, likert).map(({ value }) => value)).toEqual(["1", "2", "dont_know", "prefer_not"]);
    expect(choicesOf(SURVEY_CATALOGUES.en, questionnaire, multiple).map(({ value }) => value)).toEqual(["none", "some", "prefer_not"]);
  });

  it("reads answers back for the review", () => {
    expect(answerText(SURVEY_CATALOGUES.en, questionnaire, likert, 2)).toBe("high");
    expect(answerText(SURVEY_CATALOGUES.fr, questionnaire, likert, "dont_know")).toBe(SURVEY_CATALOGUES.fr.survey.dontKnow);
    expect(answerText(SURVEY_CATALOGUES.en, questionnaire, multiple, ["none", "some"])).toBe("None · Some");
    expect(answerText(SURVEY_CATALOGUES.en, questionnaire, single, undefined)).toBeNull();
  });
});

describe("lettersLeft", () => {
  it("counts bytes, shown as letters like those written so far", () => {
    expect(lettersLeft("", 20, 2)).toBe(10);
    expect(lettersLeft("abcdefghijklmnop", 20, 2)).toBe(4);
    expect(lettersLeft("سسسسسسسسسس", 20, 1)).toBe(0);
    expect(lettersLeft("سسسسسسسسسسس", 20, 1)).toBe(-1);
  });
});
