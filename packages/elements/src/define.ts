import { AmanaReport } from "./report/report-element.ts";
import { AmanaSurvey } from "./survey/survey-element.ts";

/** Registers `<amana-survey>` and `<amana-report>`. Call it once per page; a second call does nothing. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  if (registry.get("amana-survey") === undefined) registry.define("amana-survey", AmanaSurvey);
  if (registry.get("amana-report") === undefined) registry.define("amana-report", AmanaReport);
}
