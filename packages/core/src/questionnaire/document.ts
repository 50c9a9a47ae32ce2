import * as v from "valibot";
import { decodeJson, encodeJson, H, TAGS } from "../bytes/index.ts";
import { checkQuestionnaire } from "./check.ts";
import type { Questionnaire } from "./model.ts";

/** Canonical bytes of a questionnaire: the file that a ledger entry and a manifest name by its hash. */
export function encodeQuestionnaire(questionnaire: Questionnaire): Uint8Array {
  return encodeJson(questionnaire);
}

/** Reads and checks a questionnaire. The bytes are attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_QUESTIONNAIRE_INVALID */
export function decodeQuestionnaire(bytes: Uint8Array): Questionnaire {
  return checkQuestionnaire(decodeJson(bytes, v.unknown()));
}

/** `H("amana/v1 questionnaire", canonical bytes)`, 32 bytes: what every ballot carries. A manifest names the file by its plain SHA-256. */
export function questionnaireHash(questionnaire: Questionnaire): Uint8Array {
  return H(TAGS.questionnaire, encodeQuestionnaire(questionnaire));
}
