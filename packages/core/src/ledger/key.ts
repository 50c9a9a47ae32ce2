import { concat, equal, SHA256, toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { isSigningPublicKey, signingKey } from "../primitives/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { encodeNoteText, isKeyName } from "./text.ts";

/** Signature types of c2sp.org/signed-note: a log's (or anybody's) signature, and a witness's timestamped cosignature. */
export const NOTE_ED25519 = 0x01;
export const NOTE_COSIGNATURE = 0x04;
export type NoteKeyType = typeof NOTE_ED25519 | typeof NOTE_COSIGNATURE;

/** Who signs notes: what a verifier knows of them. Name and key id together name the key in a note. */
export interface VerifierKey {
  readonly name: string;
  readonly type: NoteKeyType;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 4 bytes, an identifier and no commitment. */
  readonly keyId: Uint8Array;
}

/** Who signs notes, with the secret: the 32-byte seed, which its holder alone keeps. */
export interface NoteKey extends VerifierKey {
  readonly seed: Uint8Array;
}

/**
 * The key of a seed under a name: a schema-less URL without spaces or plus, the log's origin for a log.
 * A witness's key has the type {@link NOTE_COSIGNATURE}. @throws TypeError for a name that no key can have
 */
export function noteKey(name: string, seed: Uint8Array, type: NoteKeyType = NOTE_ED25519): NoteKey {
  if (!isKeyName(name)) throw new TypeError("not the name of a key");
  const { publicKey } = signingKey(seed);
  return { name, type, publicKey, keyId: keyIdOf(name, type, publicKey), seed };
}

/** `SHA-256(name ‖ 0x0A ‖ type ‖ public key)`, the first 4 bytes. */
function keyIdOf(name: string, type: NoteKeyType, publicKey: Uint8Array): Uint8Array {
  return SHA256(concat(encodeNoteText(name), Uint8Array.of(0x0a, type), publicKey)).subarray(0, 4);
}

/** A verifier key as text, `name+hex(key id)+base64(type ‖ public key)`: what programmes and witnesses publish. */
export function encodeVerifierKey({ name, type, publicKey, keyId }: VerifierKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(concat(Uint8Array.of(type), publicKey))}`;
}

/**
 * Reads a verifier key. Refuses types other than the two, and public keys that no honest signer has.
 * @throws ERR_LEDGER_FORMAT
 */
export function parseVerifierKey(vkey: string): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  if (match === null) throw new AmanaError("ERR_LEDGER_FORMAT");
  const [, name = "", id = "", material = ""] = match;
  const bytes = fromBase64(material);
  const publicKey = bytes.subarray(1);
  const type = bytes[0];
  if (type !== NOTE_ED25519 && type !== NOTE_COSIGNATURE) throw new AmanaError("ERR_LEDGER_FORMAT");
  if (!isKeyName(name) || !isSigningPublicKey(publicKey)) throw new AmanaError("ERR_LEDGER_FORMAT");
  const keyId = keyIdOf(name, type, publicKey);
  if (toHex(keyId) !== id) throw new AmanaError("ERR_LEDGER_FORMAT");
  return { name, type, publicKey, keyId };
}

/** Whether two keys are named alike in a note. */
export function sameKeyName(a: { name: string; keyId: Uint8Array }, b: { name: string; keyId: Uint8Array }): boolean {
  return a.name === b.name && equal(a.keyId, b.keyId);
}
