import { AmanaTrustee } from "./trustee-element.ts";

/** Registers `<amana-trustee>`. A second call does nothing. */
export function defineTrustee(registry: CustomElementRegistry = customElements): void {
  if (registry.get("amana-trustee") === undefined) registry.define("amana-trustee", AmanaTrustee);
}
