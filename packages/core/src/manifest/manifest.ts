import { copy, decodeJson, encodeJson, fromHex, H, SHA256, TAGS, uint } from "../bytes/index.ts";
import { type EnvelopeShape, envelopeLength } from "../envelope/index.ts";
import { AmanaError } from "../errors/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";
import { derived, holdersOf, type RoundIssuer } from "./derived.ts";
import { type KeyHolder, type Manifest, manifestSchema } from "./model.ts";

/** Reads a manifest. The bytes are attacker-controlled; whether its contents are right is `checkManifest`'s. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeManifest(bytes: Uint8Array): Manifest {
  return decodeJson(bytes, manifestSchema);
}

/** `H("amana/v1 manifest", canonical bytes)`: the round's id. 32 bytes, the caller's own. */
export function manifestId(manifest: Manifest): Uint8Array {
  return copy(derived(manifest).id);
}

/** Who holds the round's KEM keys: the trustees, or in a reports round the handlers. */
export function keyHolders(manifest: Manifest): readonly KeyHolder[] {
  return holdersOf(manifest);
}

/** The KEM public keys that every envelope of the round is sealed to, in slot order. */
export function recipients(manifest: Manifest): Uint8Array[] {
  return [...derived(manifest).recipients];
}

/** What a collector demands of every envelope of the round (see `checkEnvelope`). */
export function envelopeShape(manifest: Manifest): EnvelopeShape {
  return derived(manifest).shape;
}

/** The issuers of one audience in token order, their keys parsed; none for an audience that the manifest does not have. @throws ERR_ISSUER_KEY */
export function roundIssuers(manifest: Manifest, audience: number): readonly RoundIssuer[] {
  return derived(manifest).issuers(audience);
}

/** Bytes of every envelope of the round. */
export function roundEnvelopeLength(manifest: Manifest): number {
  return envelopeLength(keyHolders(manifest).length, manifest.size);
}

/** How many token places every submission of the round has: the most that any audience needs. */
export function tokenPlaces(manifest: Manifest): number {
  return Math.max(0, ...manifest.audiences.map((audience) => audience.issuers.length));
}

/** What key holder `index` signs when it agrees to a manifest: `H("amana/v1 cosignature", id, u8 index)`. */
function cosignatureMessage(id: Uint8Array, index: number): Uint8Array {
  return H(TAGS.cosignature, id, uint(index, 1));
}

/** A key holder's co-signature of a manifest, hex. Each calls it after its own checks and a rehearsal. */
export function cosignManifest(manifest: Manifest, index: number, key: SigningKey): Uint8Array {
  return sign(key, cosignatureMessage(manifestId(manifest), index));
}

/** Whether one co-signature is right. */
export function verifyCosignature(manifest: Manifest, index: number, signature: Uint8Array): boolean {
  const holder = keyHolders(manifest)[index];
  return holder !== undefined && verify(fromHex(holder.signingKey), cosignatureMessage(manifestId(manifest), index), signature);
}

/** A manifest is valid when all n key holders co-signed it. @throws ERR_COSIGNATURE */
export function verifyCosignatures(manifest: Manifest, signatures: readonly Uint8Array[]): void {
  const complete = signatures.length === keyHolders(manifest).length && signatures.length > 0;
  if (!complete || !signatures.every((signature, index) => verifyCosignature(manifest, index, signature))) {
    throw new AmanaError("ERR_COSIGNATURE");
  }
}

/** Context of the rehearsal's test envelope: `H("amana/v1 context rehearsal", SHA-256(canonical key holders and k))`. */
export function rehearsalContext(manifest: Manifest): Uint8Array {
  return H(TAGS.contextRehearsal, SHA256(encodeJson({ threshold: manifest.threshold, trustees: keyHolders(manifest) })));
}
