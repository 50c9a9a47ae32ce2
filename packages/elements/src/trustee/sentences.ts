import { isAmanaError } from "@amana/core/errors";
import type { TrusteeCatalogue } from "../catalogue/index.ts";
import type { TrusteeTexts } from "../catalogue/model.ts";
import { deskSentence } from "../desk/sentences.ts";

/** Codes that only trustees meet, or that mean another thing to them than to others. */
const OWN: Readonly<Record<string, Exclude<keyof TrusteeTexts["errors"], "backup">>> = {
  ERR_MANIFEST_SECOND: "second",
  ERR_MANIFEST_INVALID: "rules",
  ERR_QUESTIONNAIRE_MISMATCH: "questions",
  ERR_QUESTIONNAIRE_INVALID: "questions",
  ERR_ANALYSIS_PLAN_INVALID: "plan",
  ERR_ENVELOPE_SHARES: "shares",
  ERR_ENVELOPE_INVALID: "shares",
  ERR_ISSUER_RECORD: "issuer",
  ERR_COMMITMENT_MISMATCH: "commitment",
  ERR_SHARE_LIST_FORMAT: "commitment",
  ERR_STORE_DAMAGED: "damaged",
  ERR_NOT_DUE: "notDue",
  ERR_ENTRY_REFUSED: "refused",
  ERR_FETCH_REFUSED: "refused",
  ERR_AMENDMENT_INVALID: "amendment",
  ERR_AMENDMENT_UNKNOWN: "amendment",
  ERR_STORE_WRITE: "saved",
};

/** Where an error came up that means several things. */
export type ErrorPlace = "check" | "cosign" | "join" | "restore";

const KEY_FILE_AT: Readonly<Record<ErrorPlace, "ownKey" | "group" | "hasKey" | "backup">> = {
  check: "ownKey",
  cosign: "group",
  join: "hasKey",
  restore: "backup",
};

/** What happened and what to do, for a trustee. */
export function trusteeSentence(catalogue: TrusteeCatalogue, error: unknown, place?: ErrorPlace): string {
  const { errors } = catalogue.trustee;
  const code = isAmanaError(error) ? error.code : "";
  if (code === "ERR_KEY_FILE" && place !== undefined) {
    // A line's number, or the name of one that is missing: made by this page, from what was typed into it.
    const note = isAmanaError(error) ? (error.details.note ?? "") : "";
    return errors[KEY_FILE_AT[place]].replace("{note}", note);
  }
  const own = OWN[code];
  return own === undefined ? deskSentence(catalogue, error) : errors[own];
}
