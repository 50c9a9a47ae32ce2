import { concat, draw, equal, Reader, type Rng, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { AEAD_TAG, type Aead, type HpkeContext, hkdfExpand, hkdfExtract, type Kem, keySchedule } from "./hpke.ts";
import { HKDF_SHA256, type KeyConfiguration, offers } from "./key-configuration.ts";

/** The algorithms of an exchange; the KDF is HKDF-SHA256. */
export interface Suite {
  readonly kem: Kem;
  readonly aead: Aead;
}

/** A gateway's own key. */
export interface GatewayKey {
  readonly keyId: number;
  readonly secretKey: Uint8Array;
}

/** Bytes in front of the encapsulated KEM secret: key id, KEM, KDF, AEAD. */
const HEADER = 7;
const REQUEST_LABEL = "message/bhttp request";
const RESPONSE_LABEL = "message/bhttp response";

/** How many bytes an encapsulated request has more than its request, and an encapsulated response than its response. */
export function requestOverhead({ kem }: { readonly kem: Kem }): number {
  return HEADER + kem.encapsulationLength + AEAD_TAG;
}
export function responseOverhead({ aead }: { readonly aead: Pick<Aead, "keyLength" | "nonceLength"> }): number {
  return Math.max(aead.keyLength, aead.nonceLength) + AEAD_TAG;
}

/**
 *     Encapsulated Request {
 *       Key Identifier (8), HPKE KEM ID (16), HPKE KDF ID (16), HPKE AEAD ID (16),
 *       Encapsulated KEM Shared Secret (8 * Nenc), HPKE-Protected Request (..)
 *     }                                                                                     RFC 9458 §4.1, §4.3
 *
 * The client calls it with the key configuration that the manifest fixes. What it returns opens the response, which is attacker-controlled.
 * @throws ERR_ENCAPSULATION if the key does not go with the suite; from `openResponse`, when the response was not made by the key's holder
 */
export function encapsulateRequest(
  request: Uint8Array,
  configuration: KeyConfiguration,
  suite: Suite,
  rng: Rng,
): { readonly encapsulated: Uint8Array; openResponse(response: Uint8Array): Uint8Array } {
  const { kem, aead } = suite;
  if (configuration.kemId !== kem.id || !offers(configuration, aead)) throw new AmanaError("ERR_ENCAPSULATION");
  const header = headerOf(configuration.keyId, suite);
  const { sharedSecret, encapsulation } = kem.encapsulate(configuration.publicKey, rng);
  const context = keySchedule(kem, aead, sharedSecret, infoOf(header));
  const protectedRequest = aead.seal(context.key, context.baseNonce, request);
  return {
    encapsulated: concat(header, encapsulation, protectedRequest),
    openResponse: (response) => {
      const reader = new Reader(response, "ERR_ENCAPSULATION");
      const keys = responseKeys(context, encapsulation, reader.take(responseOverhead(suite) - AEAD_TAG), aead);
      return opened(aead, keys.key, keys.nonce, reader);
    },
  };
}

/** The key identifier of an encapsulated request, which says with which key to try. @throws ERR_ENCAPSULATION */
export function peekKeyId(bytes: Uint8Array): number {
  return new Reader(bytes, "ERR_ENCAPSULATION").uint8();
}

/**
 * The gateway opens a request, which is attacker-controlled, and gets what seals the response to its sender.
 * @throws ERR_ENCAPSULATION when it was not made for this key and suite, or was changed on the way
 */
export function decapsulateRequest(
  bytes: Uint8Array,
  key: GatewayKey,
  suite: Suite,
): { readonly request: Uint8Array; sealResponse(response: Uint8Array, rng: Rng): Uint8Array } {
  const { kem, aead } = suite;
  const reader = new Reader(bytes, "ERR_ENCAPSULATION");
  // 1. Key and algorithms are ours.
  const header = reader.take(HEADER);
  if (!equal(header, headerOf(key.keyId, suite))) throw new AmanaError("ERR_ENCAPSULATION");
  // 2. The shared secret, and with it the request.
  const encapsulation = reader.take(kem.encapsulationLength);
  const context = keySchedule(kem, aead, sharedSecretOf(kem, encapsulation, key), infoOf(header));
  const request = opened(aead, context.key, context.baseNonce, reader);
  return {
    request,
    //     Encapsulated Response { Nonce (8 * max(Nn, Nk)), AEAD-Protected Response (..) }    RFC 9458 §4.2, §4.4
    sealResponse: (response, rng) => {
      const nonce = draw(rng, responseOverhead(suite) - AEAD_TAG);
      const keys = responseKeys(context, encapsulation, nonce, aead);
      return concat(nonce, aead.seal(keys.key, keys.nonce, response));
    },
  };
}

function headerOf(keyId: number, { kem, aead }: Suite): Uint8Array {
  return concat(uint(keyId, 1), uint(kem.id, 2), uint(HKDF_SHA256, 2), uint(aead.id, 2));
}

function infoOf(header: Uint8Array): Uint8Array {
  return concat(new TextEncoder().encode(REQUEST_LABEL), uint(0, 1), header);
}

function sharedSecretOf(kem: Kem, encapsulation: Uint8Array, { secretKey }: GatewayKey): Uint8Array {
  try {
    return kem.decapsulate(encapsulation, secretKey);
  } catch {
    throw new AmanaError("ERR_ENCAPSULATION");
  }
}

/** RFC 9458 §4.4: fresh keys for the one response, from the request's context and a nonce of the gateway's. */
function responseKeys(
  context: HpkeContext,
  encapsulation: Uint8Array,
  nonce: Uint8Array,
  aead: Aead,
): { key: Uint8Array; nonce: Uint8Array } {
  const secret = context.export(RESPONSE_LABEL, Math.max(aead.keyLength, aead.nonceLength));
  const prk = hkdfExtract(concat(encapsulation, nonce), secret);
  const expand = (label: string, length: number): Uint8Array => hkdfExpand(prk, new TextEncoder().encode(label), length);
  return { key: expand("key", aead.keyLength), nonce: expand("nonce", aead.nonceLength) };
}

/** Opens what is left of a message. */
function opened(aead: Aead, key: Uint8Array, nonce: Uint8Array, reader: Reader): Uint8Array {
  const ciphertext = reader.take(reader.left);
  const plaintext = ciphertext.length < AEAD_TAG ? null : aead.open(key, nonce, ciphertext);
  if (plaintext === null) throw new AmanaError("ERR_ENCAPSULATION");
  return plaintext;
}
