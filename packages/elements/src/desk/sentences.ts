import { isAmanaError } from "@amana/core/errors";
import { type DeskCatalogue, sentenceFor } from "../catalogue/index.ts";
import type { DeskTexts } from "../catalogue/model.ts";

/** Codes that only key holders meet, or that mean another thing to them than to respondents. */
const OWN: Readonly<Record<string, keyof DeskTexts["errors"]>> = {
  ERR_KEY_FILE: "keyFile",
  ERR_PASSPHRASE: "passphrase",
  ERR_CONFIG_INVALID: "address",
  ERR_PROGRAMME_MISMATCH: "genuine",
  ERR_PROGRAMME_INVALID: "genuine",
};

/** What happened and what to do, for a key holder. */
export function deskSentence(catalogue: DeskCatalogue, error: unknown): string {
  const own = OWN[isAmanaError(error) ? error.code : ""];
  return own === undefined ? sentenceFor(catalogue, error) : catalogue.desk.errors[own];
}
