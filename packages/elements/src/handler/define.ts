import { AmanaHandler } from "./handler-element.ts";

/** Registers `<amana-handler>`. A second call does nothing. */
export function defineHandler(registry: CustomElementRegistry = customElements): void {
  if (registry.get("amana-handler") === undefined) registry.define("amana-handler", AmanaHandler);
}
