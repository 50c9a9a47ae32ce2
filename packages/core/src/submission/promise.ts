import { concat, H, Reader, TAGS, uint } from "../bytes/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";

/** The server's answer to an admitted submission: by `sealBy` this leaf is in the ledger, or the promise is evidence. */
export interface InclusionPromise {
  readonly manifestId: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly epoch: number;
  readonly signature: Uint8Array;
}

const MAGIC = "AMP1";
const LENGTH = 136;

function promiseMessage({ manifestId, leafHash, epoch }: Omit<InclusionPromise, "signature">): Uint8Array {
  return H(TAGS.promise, manifestId, leafHash, uint(epoch, 4));
}

/** Signs a promise with the promise key; the same input gives the same bytes. The collector calls it after the disk has the submission. */
export function signPromise(fields: Omit<InclusionPromise, "signature">, key: SigningKey): InclusionPromise {
  return { ...fields, signature: sign(key, promiseMessage(fields)) };
}

/** Whether a promise was made by this promise key. */
export function verifyPromise(promise: InclusionPromise, promiseKey: Uint8Array): boolean {
  return verify(promiseKey, promiseMessage(promise), promise.signature);
}

/**
 *     struct {
 *       opaque magic[4] = "AMP1";  opaque manifestId[32];  opaque leafHash[32];  uint32 epoch;  opaque signature[64];
 *     } Promise;                                                                                       136 bytes
 */
export function encodePromise(promise: InclusionPromise): Uint8Array {
  const { manifestId, leafHash, epoch, signature } = promise;
  const bytes = concat(new TextEncoder().encode(MAGIC), manifestId, leafHash, uint(epoch, 4), signature);
  if (bytes.length !== LENGTH) throw new TypeError(`a promise has ${LENGTH} bytes`);
  return bytes;
}

/** Reads a promise; the bytes are attacker-controlled. @throws ERR_RESPONSE_INVALID */
export function decodePromise(bytes: Uint8Array): InclusionPromise {
  const reader = new Reader(bytes, "ERR_RESPONSE_INVALID");
  reader.magic(MAGIC);
  const promise = { manifestId: reader.take(32), leafHash: reader.take(32), epoch: reader.uint32(), signature: reader.take(64) };
  reader.end();
  return promise;
}
