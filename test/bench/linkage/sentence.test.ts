import { type SeparationKey, SURVEY_CATALOGUES, separationKey } from "@amana/elements";
import { describe, expect, it } from "vitest";
import type { Row } from "../benchmark.ts";
import { classOf, mayStand, PROMISES, separationOf } from "./sentence.ts";

/** Rows of a recorder by their advantage at persistence 0, 0.5 and 1, with a standard error of 0.3 points. */
const rows = (...advantages: readonly number[]): Row[] =>
  advantages.map((advantage, place) => {
    const rest = { name: "linkage", value: advantage, unit: "share", limit: null, ratio: null, passed: null, who: "everyone" };
    return { ...rest, game: "recorder", persistence: place / 2, advantage, sigma: 0.003 };
  });

describe("the class of what was measured", () => {
  it("is by the recorder at every persistence", () => {
    expect(classOf(rows(0, 0.002, -0.004))).toBe("nobody");
    expect(classOf(rows(0.018, 0.56, 0.98))).toBe("addresses");
    expect(classOf(rows(0, 0, 0.02))).toBe("addresses");
    expect(classOf(rows(0.87, 0.95, 0.98))).toBe("times");
    expect(() => classOf([])).toThrow(RangeError);
  });
});

describe("the form's sentences", () => {
  it("promise nobody only where a relay is used and no trial is made, and have a class each", () => {
    for (const language of Object.values(SURVEY_CATALOGUES))
      expect(Object.keys(language.survey.separation).sort()).toEqual(Object.keys(PROMISES).sort());
    const nobody = Object.entries(PROMISES).flatMap(([key, promise]) => (promise === "nobody" ? [key] : []));
    expect(nobody).toEqual(["relay", "phasesRelay"]);
    for (const key of Object.keys(PROMISES) as SeparationKey[])
      expect(SURVEY_CATALOGUES.en.survey.separation[key].startsWith("Nobody"), key).toBe(PROMISES[key] === "nobody");
  });

  it("may not say more than was measured", () => {
    expect(mayStand("relay", "addresses")).toBe(false);
    expect(mayStand("phases", "times")).toBe(false);
    expect(mayStand("phases", "addresses")).toBe(true);
    expect(mayStand("trialRelay", "addresses")).toBe(true);
  });

  it("are found by the settings that are measured", () => {
    expect((["none", "phases", "relay", "phases+relay"] as const).map((setting) => separationKey(separationOf(setting), false))).toEqual([
      "none",
      "phases",
      "relay",
      "phasesRelay",
    ]);
  });
});
