import { AmanaReport } from "./report-element.ts";

/** Registers `<amana-report>` alone. A second call does nothing. */
export function defineReport(registry: CustomElementRegistry = customElements): void {
  if (registry.get("amana-report") === undefined) registry.define("amana-report", AmanaReport);
}
