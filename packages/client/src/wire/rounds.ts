import { checkSchema, type LocalizedText, localizedText, SHA256 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { RoundKind } from "@amana/core/manifest";
import { decodeQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import * as v from "valibot";
import { fetchFile } from "./ledger-view.ts";
import type { Transport } from "./transport.ts";

export type RoundState = "upcoming" | "enrolling" | "open" | "closed" | "released";

/** What a server says of a round: a hint of where to look, checked against the ledger before it is relied on. */
export interface RoundSummary {
  readonly name: string;
  readonly kind: RoundKind;
  readonly title: LocalizedText;
  readonly state: RoundState;
  readonly manifest: string;
  readonly entryIndex: number;
}

const summary = v.object({
  name: v.string(),
  kind: v.picklist(["survey", "consultation", "reports"]),
  title: localizedText,
  state: v.picklist(["upcoming", "enrolling", "open", "closed", "released"]),
  manifest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  entryIndex: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** Reads a JSON reply against a schema. @throws ERR_RESPONSE_INVALID */
export async function getJson<T>(transport: Transport, path: string, schema: v.GenericSchema<unknown, T>): Promise<T> {
  return parseJson(await transport.get(path), schema);
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
export function postJson(transport: Transport, path: string, value: unknown): Promise<Uint8Array> {
  return transport.post(path, "application/json", new TextEncoder().encode(JSON.stringify(value)));
}

/** All rounds that a server names. */
export async function fetchRounds(transport: Transport): Promise<readonly RoundSummary[]> {
  return (await getJson(transport, "rounds", v.object({ rounds: v.array(summary) }))).rounds;
}

/** One round by its name. @throws ERR_ROUND_UNKNOWN */
export async function fetchRound(transport: Transport, name: string): Promise<RoundSummary> {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new AmanaError("ERR_ROUND_UNKNOWN");
  return getJson(transport, `rounds/${name}`, summary);
}

/** A questionnaire by the hash that the manifest fixes. @throws ERR_QUESTIONNAIRE_MISMATCH */
export async function fetchQuestionnaire(transport: Transport, sha256: string): Promise<Questionnaire> {
  try {
    return decodeQuestionnaire(await fetchFile(transport, sha256, SHA256));
  } catch (error) {
    if (error instanceof AmanaError && error.code === "ERR_RESPONSE_INVALID") throw new AmanaError("ERR_QUESTIONNAIRE_MISMATCH");
    throw error;
  }
}
