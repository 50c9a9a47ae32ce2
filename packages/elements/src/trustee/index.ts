/** `@amana/elements/trustee`: the page of those who hold a key of a round. Nothing that respondents load imports it. */
export type { TrusteeCatalogue } from "../catalogue/index.ts";
export { TRUSTEE_CATALOGUES } from "../catalogue/trustees.ts";
export type { Counted, DraftRound, LiveRound, TrusteeClient, TrusteeRound, TrusteeServer } from "./client.ts";
export { defineTrustee } from "./define.ts";
export { AmanaTrustee } from "./trustee-element.ts";
