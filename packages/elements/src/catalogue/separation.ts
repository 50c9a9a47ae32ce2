import type { Separation } from "@amana/core/manifest";
import type { Language, SurveyTexts } from "./model.ts";
import { SURVEY_CATALOGUES } from "./surveys.ts";
import { fill } from "./text.ts";

/** A combination of settings, which has one sentence in every catalogue and one row in the linkage benchmark. */
export type SeparationKey = keyof SurveyTexts["separation"];

const KEYS = {
  none: ["none", "trialNone"],
  phases: ["phases", "trialPhases"],
  relay: ["relay", "trialRelay"],
  "phases relay": ["phasesRelay", "trialPhasesRelay"],
} as const satisfies Record<string, readonly [SeparationKey, SeparationKey]>;

/** The combination that a round's separation and its programme's `trial` make. */
export function separationKey(separation: readonly Separation[], trial: boolean): SeparationKey {
  const set = [...new Set(separation)].sort().join(" ") || "none";
  return KEYS[set as keyof typeof KEYS][trial ? 1 : 0];
}

/**
 * The one honest paragraph about who could link an answer to its person: what the settings of the round let us promise, and no more.
 * Only with `relay`, and never in a trial, does it say that nobody can tell. The form shows it; the linkage benchmark holds it against
 * what it measured. `relay` is the relay organisation's name in that language.
 */
export function separationSentence(separation: readonly Separation[], language: Language, trial: boolean, relay = ""): string {
  return fill(SURVEY_CATALOGUES[language].survey.separation[separationKey(separation, trial)], { relay });
}
