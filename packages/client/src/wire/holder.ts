import { encodeJson, H, TAGS, toHex, uint } from "@amana/core/bytes";
import { type HolderEntry, type HolderFields, signEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { keyHolders, type Manifest, manifestId } from "@amana/core/manifest";
import { type KemKey, type SigningKey, sign } from "@amana/core/primitives";
import * as v from "valibot";
import { parseJson } from "./rounds.ts";
import type { Transport } from "./transport.ts";

/** What a trustee or handler holds of a round. Both seeds are theirs alone; the KEM key is for this round only. */
export interface HolderKeys {
  readonly signing: SigningKey;
  readonly kem: KemKey;
}

/** The index of whoever holds these keys in a manifest. @throws ERR_KEY_FILE when the manifest does not name them */
export function holderIndex(manifest: Manifest, keys: HolderKeys): number {
  const index = keyHolders(manifest).findIndex(
    ({ signingKey, kemKey }) => signingKey === toHex(keys.signing.publicKey) && kemKey === toHex(keys.kem.publicKey),
  );
  if (index < 0) throw new AmanaError("ERR_KEY_FILE", { note: "It is not a key of this round." });
  return index;
}

/** What proves that a key holder asks. */
export interface FetchRequest {
  readonly holder: number;
  /** Hex. */
  readonly nonce: string;
  readonly signature: string;
}

/** The body that proves, with the server's one-use nonce, that a key holder asks. */
export async function fetchRequest(transport: Transport, manifest: Manifest, keys: HolderKeys, epoch: number): Promise<FetchRequest> {
  const nonce = await transport.post("nonces", "application/octet-stream", new Uint8Array(0));
  if (nonce.length !== 32) throw new AmanaError("ERR_RESPONSE_INVALID");
  const signature = sign(keys.signing, H(TAGS.fetch, manifestId(manifest), uint(epoch, 4), nonce));
  return { holder: holderIndex(manifest, keys), nonce: toHex(nonce), signature: toHex(signature) };
}

/** Signs an entry, has it logged, and returns its index. The same entry again gives the same index. */
export async function logEntry<E extends HolderEntry>(
  transport: Transport,
  manifest: Manifest,
  fields: HolderFields<E>,
  keys: HolderKeys,
): Promise<number> {
  const entry = signEntry<E>(manifest, fields, keys.signing);
  const reply = await transport.post("entries", "application/json", encodeJson(entry));
  return parseJson(reply, v.object({ index: v.pipe(v.number(), v.safeInteger()) })).index;
}
