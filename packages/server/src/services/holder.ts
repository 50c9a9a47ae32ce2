import { fromHex, H, hex, integer, TAGS, uint } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { keyHolders } from "@amana/core/manifest";
import { verify } from "@amana/core/primitives";
import * as v from "valibot";
import { readJson } from "./json.ts";
import type { Nonces } from "./nonces.ts";
import type { LiveRound } from "./round.ts";

/** What proves, with a nonce of ours, that a key holder asks. */
export interface FetchProof {
  readonly holder: number;
  readonly nonce: string;
  readonly signature: string;
}

const schema: v.GenericSchema<unknown, FetchProof> = v.strictObject({ holder: integer(254), nonce: hex(32), signature: hex(64) });

/**
 * Checks that a key holder of the round signed for this epoch with an unused nonce of ours. The body is attacker-controlled
 * JSON `{ holder, nonce, signature }`. @returns the holder. @throws ERR_JSON_CANONICAL, ERR_JSON_SCHEMA, ERR_FETCH_REFUSED
 */
export function checkFetch(round: LiveRound, epoch: number, body: Uint8Array, nonces: Nonces): number {
  return checkFetchProof(round, epoch, readJson(body, schema), nonces);
}

/** The same of a body that was read. @throws ERR_FETCH_REFUSED */
export function checkFetchProof(round: LiveRound, epoch: number, proof: FetchProof, nonces: Nonces): number {
  const { holder, nonce, signature } = proof;
  const keys = keyHolders(round.manifest)[holder];
  const message = H(TAGS.fetch, round.id, uint(epoch, 4), fromHex(nonce));
  const signed = keys !== undefined && verify(fromHex(keys.signingKey), message, fromHex(signature));
  if (!signed || !nonces.use(fromHex(nonce))) throw new AmanaError("ERR_FETCH_REFUSED");
  return holder;
}
