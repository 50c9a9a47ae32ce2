import type { Separation } from "@amana/core/manifest";
import { describe, expect, it } from "vitest";
import { LANGUAGES, type SeparationKey, separationKey, separationSentence } from "./index.ts";
import { SURVEY_CATALOGUES } from "./surveys.ts";

const SETS: readonly (readonly Separation[])[] = [[], ["phases"], ["relay"], ["phases", "relay"]];
const COMBINATIONS = SETS.flatMap((separation) => [false, true].map((trial) => ({ separation, trial })));
/** How each language says that nobody, the operator included, can tell. */
const NOBODY = { en: "Nobody, whoever runs this server included", fr: "Personne, pas même", ar: "لا يستطيع أحد" } as const;

describe("the sentence of a round's separation", () => {
  it("is another one for each combination of settings, in every catalogue, and there is no sentence without one", () => {
    const keys = COMBINATIONS.map(({ separation, trial }) => separationKey(separation, trial));
    for (const language of LANGUAGES) {
      const sentences = COMBINATIONS.map(({ separation, trial }) => separationSentence(separation, language, trial, "R"));
      expect(new Set(sentences).size, language).toBe(8);
      expect(sentences.join(""), language).not.toContain("{");
      expect(Object.keys(SURVEY_CATALOGUES[language].survey.separation).sort()).toEqual([...keys].sort());
    }
  });

  it("says that nobody can tell only where a relay is used, and never in a trial", () => {
    for (const { separation, trial } of COMBINATIONS) {
      for (const language of LANGUAGES) {
        const says = separationSentence(separation, language, trial, "R").includes(NOBODY[language]);
        expect(says, `${language} ${separationKey(separation, trial)}`).toBe(separation.includes("relay") && !trial);
      }
    }
  });

  it("names the relay's organisation wherever there is one, and tells of revising where that is noticed", () => {
    for (const { separation, trial } of COMBINATIONS) {
      for (const language of LANGUAGES) {
        const sentence = separationSentence(separation, language, trial, "Some Bar");
        expect(sentence.includes("Some Bar")).toBe(separation.includes("relay"));
      }
    }
    const revising: readonly SeparationKey[] = ["none", "phases"];
    for (const key of revising) expect(SURVEY_CATALOGUES.en.survey.separation[key]).toContain("Changing an answer is easier to notice");
  });

  it("does not depend on the order in which a manifest names them", () => {
    expect(separationKey(["relay", "phases"], false)).toBe("phasesRelay");
  });
});
