import { concat, H, Reader, TAGS, uint, uint64 } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import type { Manifest, ManifestRelay } from "../manifest/index.ts";
import { decodeBinaryRequest, encodeBinaryRequest, MLKEM768_X25519, requestOverhead } from "../ohttp/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";
import { submissionLength } from "./submission.ts";

/** Leading zero bits of the work that a relay asks for (docs/protocol.md §10.6): about a third of a second in a browser. */
export const RELAY_WORK_DIFFICULTY = 16;
/** Bytes of every response inside its encapsulation, whatever it says. */
export const GATEWAY_RESPONSE_LENGTH = 2048;
export const SUBMISSION_TYPE = "application/vnd.amana.submission";

/** Room for the request line and the fields around a submission. */
const REQUEST_ROOM = 512;

/** Bytes of every encapsulated request of a round: one size for everyone, whatever a client writes around its submission. */
export function relayRequestLength(manifest: Manifest): number {
  return requestOverhead({ kem: MLKEM768_X25519 }) + gatewayRequestLength(manifest);
}

/** Bytes of every request of a round inside its encapsulation. */
export function gatewayRequestLength(manifest: Manifest): number {
  return submissionLength(manifest) + REQUEST_ROOM;
}

/** `POST submissions` as a binary HTTP request, for the client to encapsulate. */
export function encodeGatewayRequest(submission: Uint8Array, manifest: Manifest): Uint8Array {
  const fields = [["content-type", SUBMISSION_TYPE] as const];
  const request = { method: "POST", scheme: "https", authority: "", path: "/submissions", fields, content: submission };
  return encodeBinaryRequest(request, gatewayRequestLength(manifest));
}

/**
 * The submission of a request that a gateway opened; attacker-controlled. Scheme and authority are not looked at, of the path only the end:
 * whoever has the key speaks for the one server that there is. @throws ERR_BINARY_HTTP, ERR_METHOD, ERR_NOT_FOUND, ERR_MEDIA_TYPE
 */
export function decodeGatewayRequest(request: Uint8Array): Uint8Array {
  const { method, path, fields, content } = decodeBinaryRequest(request);
  if (!/^\/([^?#]*\/)?submissions$/.test(path)) throw new AmanaError("ERR_NOT_FOUND");
  if (method !== "POST") throw new AmanaError("ERR_METHOD");
  const types = fields.filter(([name]) => name === "content-type");
  if (types.length !== 1 || types[0]?.[1] !== SUBMISSION_TYPE) throw new AmanaError("ERR_MEDIA_TYPE");
  return content;
}

/** When a relay gives what it holds to the gateway, unix seconds: all at once, and once more, a smaller crowd, for those who come after that. */
export function releaseTimes({ releaseLead }: Pick<ManifestRelay, "releaseLead">, answeringClose: number): readonly [number, number] {
  return [answeringClose - releaseLead, answeringClose - Math.floor(releaseLead / 4)];
}

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
