import { readFileSync } from "node:fs";
import {
  ballotSize,
  checkQuestionnaire,
  decodeQuestionnaire,
  encodeQuestionnaire,
  itemsOf,
  mirroredPairs,
  type Questionnaire,
} from "@amana/core/questionnaire";
import { describe, expect, it } from "vitest";

function load(name: string): Questionnaire {
  return checkQuestionnaire(JSON.parse(readFileSync(new URL(`../examples/questionnaires/${name}.json`, import.meta.url), "utf8")));
}

/** Every text of a document in one locale. */
function textsIn(value: unknown, locale: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => (key === locale && typeof field === "string" ? [field] : textsIn(field, locale)));
}

const officials = load("officials");
const privateSector = load("private-sector");

describe("the questionnaires in examples/questionnaires", () => {
  it.each([
    ["officials", officials, "O"],
    ["private sector", privateSector, "P"],
  ])("%s: 20 statements, two on each of the ten factors, then experience, priorities, trust and a comment", (_, questionnaire, letter) => {
    const ids = itemsOf(questionnaire).map(({ id }) => id);
    const statements = Array.from({ length: 20 }, (_, index) => `${letter}${String(index + 1).padStart(2, "0")}`);
    expect(ids).toEqual([...statements, "X1", "X2", "X3", "X4", "X5", "X6", "Y1", "T1", "T2", "C1"]);
    expect(questionnaire.factors).toHaveLength(10);
    for (const factor of questionnaire.factors) {
      expect(itemsOf(questionnaire).filter((item) => item.factor === factor.id)).toHaveLength(2);
    }
    for (const { items } of questionnaire.sections) expect(items.length).toBeLessThanOrEqual(6);
  });

  it.each([officials, privateSector])("$id: complete in three locales, none of them reviewed yet", (questionnaire) => {
    const document = decodeQuestionnaire(encodeQuestionnaire(questionnaire));
    expect(document.locales).toEqual(["ar", "fr", "en"]);
    expect(document.review).toEqual({ ar: "none", fr: "none", en: "none" });
    const { review: _, ...texts } = document;
    const [arabic, french, english] = ["ar", "fr", "en"].map((locale) => textsIn(texts, locale));
    expect(arabic?.length).toBeGreaterThan(80);
    expect(french).toHaveLength(arabic?.length ?? 0);
    expect(english).toHaveLength(arabic?.length ?? 0);
    for (const text of arabic ?? []) expect(text).toMatch(/\p{Script=Arabic}/u);
    for (const text of [...(french ?? []), ...(english ?? [])]) expect(text).not.toMatch(/\p{Script=Arabic}/u);
  });

  it("have the same ten factors, and mirror each other in 14 pairs", () => {
    expect(officials.factors).toEqual(privateSector.factors);
    expect(officials.scales).toEqual(privateSector.scales);
    const mirrors = Array.from({ length: 14 }, (_, index) => `M${String(index + 1).padStart(2, "0")}`);
    expect(mirroredPairs(officials, privateSector).map(({ mirror }) => mirror)).toEqual(mirrors);
    for (const questionnaire of [officials, privateSector]) {
      expect(itemsOf(questionnaire).filter((item) => item.kind === "likert" && item.mirror !== null)).toHaveLength(14);
    }
  });

  it("have ballots of one size, so one audience's envelopes look like the other's", () => {
    expect(ballotSize(officials)).toBe(ballotSize(privateSector));
  });
});
