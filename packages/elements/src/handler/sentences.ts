import { isAmanaError } from "@amana/core/errors";
import type { HandlerCatalogue } from "../catalogue/index.ts";
import type { HandlerTexts } from "../catalogue/model.ts";
import { deskSentence } from "../desk/sentences.ts";

/** Codes that only handlers meet, or that mean another thing to them than to others. */
const OWN: Readonly<Record<string, keyof HandlerTexts["errors"]>> = {
  ERR_FETCH_REFUSED: "refused",
  ERR_CASE_UNKNOWN: "gone",
  ERR_ATTACHMENT_MISSING: "missingAttachment",
  ERR_ATTACHMENT_INVALID: "badAttachment",
  ERR_ATTACHMENT_FORMAT: "badAttachment",
};

/** What a text is refused for that is being written here; elsewhere the same codes are about the server's records. */
const OF_A_TEXT: ReadonlySet<string> = new Set(["ERR_JSON_SCHEMA", "ERR_BYTES_ENCODING"]);

/** What happened and what to do, for a handler. `writing`: it happened to a text of their own. */
export function handlerSentence(catalogue: HandlerCatalogue, error: unknown, writing = false): string {
  const code = isAmanaError(error) ? error.code : "";
  if (writing && OF_A_TEXT.has(code)) return catalogue.handler.errors.text;
  const own = OWN[code];
  return own === undefined ? deskSentence(catalogue, error) : catalogue.handler.errors[own];
}
