import { defineReport } from "./report/define.ts";
import { defineSurvey } from "./survey/define.ts";

/** Registers `<amana-survey>` and `<amana-report>`. Call it once per page; a second call does nothing. */
export function defineElements(registry: CustomElementRegistry = customElements): void {
  defineSurvey(registry);
  defineReport(registry);
}
