import { fromHex, H, hex, integer, TAGS, uint } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { keyHolders } from "@amana/core/manifest";
import { verify } from "@amana/core/primitives";
import * as v from "valibot";
import { readJson } from "./json.ts";
import type { Nonces } from "./nonces.ts";
import type { LiveRound } from "./round.ts";

/** How many messages or records one request may ask for. */
export const WANTED_LIMIT = 512;
/** Bytes of such a request at most. */
export const WANTED_BODY: number = 4096 + WANTED_LIMIT * 70;

/** What proves, with a nonce of ours, that a key holder asks. */
export interface FetchProof {
  readonly holder: number;
  readonly nonce: string;
  readonly signature: string;
}

const asked = { holder: integer(254), nonce: hex(32), signature: hex(64) };
const fetchSchema: v.GenericSchema<unknown, FetchProof> = v.strictObject(asked);
const wantedSchema = v.strictObject({ ...asked, wanted: v.pipe(v.array(hex(32)), v.maxLength(WANTED_LIMIT)) });

/**
 * Checks that a key holder of the round signed for this epoch with an unused nonce of ours. The body is attacker-controlled
 * JSON `{ holder, nonce, signature }`. @returns the holder. @throws ERR_JSON_CANONICAL, ERR_JSON_SCHEMA, ERR_FETCH_REFUSED
 */
export async function checkFetch(round: LiveRound, epoch: number, body: Uint8Array, nonces: Nonces): Promise<number> {
  return checkFetchProof(round, epoch, readJson(body, fetchSchema), nonces);
}

/** The same of a handler, for epoch 0, who says what it wants: `{ holder, nonce, signature, wanted: [hex 32] }`. @throws as {@link checkFetch} */
export async function checkWanted(
  round: LiveRound,
  body: Uint8Array,
  nonces: Nonces,
): Promise<{ readonly holder: number; readonly wanted: readonly string[] }> {
  const { wanted, ...proof } = readJson(body, wantedSchema);
  return { holder: await checkFetchProof(round, 0, proof, nonces), wanted };
}

/** The same of a body that was read. @throws ERR_FETCH_REFUSED */
export async function checkFetchProof(round: LiveRound, epoch: number, proof: FetchProof, nonces: Nonces): Promise<number> {
  const { holder, nonce, signature } = proof;
  const keys = keyHolders(round.manifest)[holder];
  const message = H(TAGS.fetch, round.id, uint(epoch, 4), fromHex(nonce));
  const signed = keys !== undefined && verify(fromHex(keys.signingKey), message, fromHex(signature));
  if (!signed || !(await nonces.use(fromHex(nonce)))) throw new AmanaError("ERR_FETCH_REFUSED");
  return holder;
}
