import { concat, H, Reader, TAGS, uint, uint64 } from "../bytes/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";

/** Leading zero bits of the work that a relay asks for (docs/protocol.md §10.7): a tenth of a second on a laptop, a second on an old phone. */
export const RELAY_WORK_DIFFICULTY = 12;

/** A relay's signed word that it has a request on its disk and will release it. */
export interface RelayPromise {
  readonly manifestId: Uint8Array;
  readonly slot: Uint8Array;
  readonly sequence: number;
  /** SHA-256 of the encapsulated request. */
  readonly requestHash: Uint8Array;
  /** Unix seconds. */
  readonly releaseAt: number;
  readonly signature: Uint8Array;
}

const MAGIC = "AMY1";
export const RELAY_PROMISE_LENGTH = 173;

function message({ manifestId, slot, sequence, requestHash, releaseAt }: Omit<RelayPromise, "signature">): Uint8Array {
  return H(TAGS.relayPromise, manifestId, slot, uint(sequence, 1), requestHash, uint64(releaseAt));
}

/** Signs a promise with the relay's key, after the disk has the request. */
export function signRelayPromise(fields: Omit<RelayPromise, "signature">, key: SigningKey): RelayPromise {
  return { ...fields, signature: sign(key, message(fields)) };
}

/** Whether the relay of a manifest (`relay.key`) made a promise. */
export function verifyRelayPromise(promise: RelayPromise, relayKey: Uint8Array): boolean {
  return verify(relayKey, message(promise), promise.signature);
}

/**
 *     struct {
 *       opaque magic[4] = "AMY1";  opaque manifestId[32];  opaque slot[32];  uint8 sequence;
 *       opaque requestHash[32];  uint64 releaseAt;  opaque signature[64];
 *     } RelayPromise;                                                                                  173 bytes
 */
export function encodeRelayPromise(promise: RelayPromise): Uint8Array {
  const { manifestId, slot, sequence, requestHash, releaseAt, signature } = promise;
  const magic = new TextEncoder().encode(MAGIC);
  const bytes = concat(magic, manifestId, slot, uint(sequence, 1), requestHash, uint64(releaseAt), signature);
  if (bytes.length !== RELAY_PROMISE_LENGTH) throw new TypeError(`a relay's promise has ${RELAY_PROMISE_LENGTH} bytes`);
  return bytes;
}

/** Reads a relay's promise; the bytes are attacker-controlled. @throws ERR_RESPONSE_INVALID */
export function decodeRelayPromise(bytes: Uint8Array): RelayPromise {
  const reader = new Reader(bytes, "ERR_RESPONSE_INVALID");
  reader.magic(MAGIC);
  const promise = {
    manifestId: reader.take(32),
    slot: reader.take(32),
    sequence: reader.uint8(),
    requestHash: reader.take(32),
    releaseAt: reader.uint64(),
    signature: reader.take(64),
  };
  reader.end();
  return promise;
}
