import {
  type Aead,
  aeadOpen,
  ascii,
  CHACHA20_POLY1305,
  HKDF_SHA256,
  hkdfExpand,
  hkdfExtract,
  join,
  type Kem,
  setupBaseS,
  uint16,
} from "./hpke.ts";
import { MLKEM768_X25519 } from "./kems.ts";

/* The client of Oblivious HTTP, from RFC 9458 alone. */

/** A key configuration (RFC 9458 §3.1), and which of its pairs of algorithms is used. */
export interface KeyConfiguration {
  readonly keyId: number;
  readonly kem: Kem;
  readonly publicKey: Uint8Array;
  readonly aead: Aead;
}

/** Reads what docs/protocol.md §10.6 pins: one KEM, one pair of KDF and AEAD, 1,225 bytes. */
export function parseKeyConfiguration(bytes: Uint8Array): KeyConfiguration {
  const kem = MLKEM768_X25519;
  const [keyId = 0] = bytes;
  const expected = [
    Uint8Array.of(keyId),
    uint16(kem.id),
    bytes.subarray(3, 3 + kem.publicKeyLength),
    uint16(4),
    uint16(HKDF_SHA256),
    uint16(CHACHA20_POLY1305.id),
  ];
  if (bytes.length !== 1225 || Buffer.compare(join(...expected), bytes) !== 0) throw new Error("not the one kind of key configuration");
  return { keyId, kem, publicKey: bytes.slice(3, 3 + kem.publicKeyLength), aead: CHACHA20_POLY1305 };
}

/** An encapsulated request, and what opens the one response to it. */
export interface Encapsulated {
  readonly request: Uint8Array;
  readonly open: (response: Uint8Array) => Uint8Array;
}

/** RFC 9458 §4.3 and, for the response, §4.4. `randomness` is what the KEM takes. */
export function encapsulateRequest(configuration: KeyConfiguration, message: Uint8Array, randomness: Uint8Array): Encapsulated {
  const { keyId, kem, publicKey, aead } = configuration;
  // 1. The header.
  const header = join(Uint8Array.of(keyId), uint16(kem.id), uint16(HKDF_SHA256), uint16(aead.id));
  // 2. Info is the label, a zero byte, and the header.
  const info = join(ascii("message/bhttp request"), Uint8Array.of(0), header);
  // 3. to 5. Set up, seal without associated data, join.
  const context = setupBaseS(kem, aead, publicKey, info, randomness);
  const request = join(header, context.enc, context.seal(new Uint8Array(), message));
  // The response: a secret of the context, and a nonce in front of the ciphertext, both as long as the longer of key and nonce.
  const length = Math.max(aead.keyLength, aead.nonceLength);
  const secret = context.export(ascii("message/bhttp response"), length);
  const open = (response: Uint8Array): Uint8Array => {
    const prk = hkdfExtract(join(context.enc, response.subarray(0, length)), secret);
    const key = hkdfExpand(prk, ascii("key"), aead.keyLength);
    return aeadOpen(aead, key, hkdfExpand(prk, ascii("nonce"), aead.nonceLength), response.subarray(length));
  };
  return { request, open };
}
