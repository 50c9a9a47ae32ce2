import { AmanaSurvey } from "./survey-element.ts";

/** Registers `<amana-survey>` alone. A second call does nothing. */
export function defineSurvey(registry: CustomElementRegistry = customElements): void {
  if (registry.get("amana-survey") === undefined) registry.define("amana-survey", AmanaSurvey);
}
