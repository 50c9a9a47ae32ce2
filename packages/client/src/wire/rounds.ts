import { checkSchema, type LocalizedText, localizedText } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest, RoundKind } from "@amana/core/manifest";
import { ballotSize, decodeQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import * as v from "valibot";
import { fetchFile } from "./ledger-view.ts";
import type { Transport } from "./transport.ts";

/** Bytes of JSON that are read at most. */
const LARGEST_JSON = 8 * 1024 * 1024;
const LARGEST_QUESTIONNAIRE = 8 * 1024 * 1024;

export type RoundState = "upcoming" | "enrolling" | "open" | "closed" | "released" | "cancelled";

/** What a server says of a round: a hint of where to look, checked against the ledger before it is relied on. */
export interface RoundSummary {
  readonly name: string;
  readonly kind: RoundKind;
  readonly title: LocalizedText;
  readonly state: RoundState;
  readonly manifest: string;
  readonly entryIndex: number;
  /** Where the round's amendments are in the ledger. */
  readonly amendments: readonly number[];
  /** Where its draws are. */
  readonly draws: readonly number[];
}

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** An amendment's number is one byte. */
const MOST_AMENDMENTS = 256;

const summary = v.object({
  name: v.string(),
  kind: v.picklist(["survey", "consultation", "reports"]),
  title: localizedText,
  state: v.picklist(["upcoming", "enrolling", "open", "closed", "released", "cancelled"]),
  manifest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  entryIndex: index,
  amendments: v.pipe(v.array(index), v.maxLength(MOST_AMENDMENTS)),
  draws: v.array(index),
});

/** Reads a JSON reply against a schema. @throws ERR_RESPONSE_INVALID */
export async function getJson<T>(transport: Transport, path: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  return parseJson(await transport.get(path, LARGEST_JSON), schema);
}

/** A JSON reply is attacker-controlled. @throws ERR_RESPONSE_INVALID */
export function parseJson<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>): T {
  try {
    return checkSchema(JSON.parse(new TextDecoder().decode(bytes)), schema);
  } catch {
    throw new AmanaError("ERR_RESPONSE_INVALID");
  }
}

/** Sends a small JSON document. */
export function postJson(transport: Transport, path: string, value: unknown, limit?: number): Promise<Uint8Array> {
  return transport.post(path, "application/json", new TextEncoder().encode(JSON.stringify(value)), limit);
}

/** All rounds that a server names. */
export async function fetchRounds(transport: Transport): Promise<readonly RoundSummary[]> {
  return (await getJson(transport, "rounds", v.object({ rounds: v.array(summary) }))).rounds;
}

/** One round by its name. @throws ERR_ROUND_UNKNOWN */
export async function fetchRound(transport: Transport, name: string): Promise<RoundSummary> {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new AmanaError("ERR_ROUND_UNKNOWN");
  const found = await getJson(transport, `rounds/${name}`, summary);
  if (found.name !== name) throw new AmanaError("ERR_RESPONSE_INVALID");
  return found;
}

/** A questionnaire by the hash that the manifest fixes. @throws ERR_QUESTIONNAIRE_MISMATCH */
export async function fetchQuestionnaire(transport: Transport, sha256: string): Promise<Questionnaire> {
  try {
    return decodeQuestionnaire(await fetchFile(transport, sha256, LARGEST_QUESTIONNAIRE));
  } catch (error) {
    // Not there, or another: what the trustees signed cannot be shown.
    if (isAmanaError(error, "ERR_RESPONSE_INVALID") || isAmanaError(error, "ERR_NOT_FOUND"))
      throw new AmanaError("ERR_QUESTIONNAIRE_MISMATCH");
    throw error;
  }
}

/**
 * The questionnaires of all audiences, in the manifest's order. Everyone fetches all of them, so that no request tells an audience; and
 * before anything is blinded or sealed, as one that is not the manifest's, or does not fit its size, ends the visit.
 * @throws ERR_QUESTIONNAIRE_MISMATCH
 */
export async function fetchQuestionnaires(transport: Transport, { audiences, size }: Manifest): Promise<readonly Questionnaire[]> {
  const questionnaires: Questionnaire[] = [];
  for (const { questionnaire } of audiences) questionnaires.push(await fetchQuestionnaire(transport, questionnaire));
  if (questionnaires.some((each) => ballotSize(each) > size)) throw new AmanaError("ERR_QUESTIONNAIRE_MISMATCH");
  return questionnaires;
}
