import { concat, Reader, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import type { Aead, Kem } from "./hpke.ts";

/** HKDF-SHA256, the one KDF spoken here. IANA "HPKE KDF Identifiers". */
export const HKDF_SHA256 = 0x0001;

/** A gateway's public key, and with what it may be used. */
export interface KeyConfiguration {
  readonly keyId: number;
  readonly kemId: number;
  readonly publicKey: Uint8Array;
  readonly algorithms: readonly { readonly kdfId: number; readonly aeadId: number }[];
}

/**
 *     HPKE Symmetric Algorithms { HPKE KDF ID (16), HPKE AEAD ID (16) }
 *     Key Config {
 *       Key Identifier (8), HPKE KEM ID (16), HPKE Public Key (Npk * 8),
 *       HPKE Symmetric Algorithms Length (16) = 4..65532, HPKE Symmetric Algorithms (32) ...
 *     }                                                                                     RFC 9458 §3.1
 */
export function encodeKeyConfiguration({ keyId, kemId, publicKey, algorithms }: KeyConfiguration): Uint8Array {
  const pairs = concat(...algorithms.flatMap(({ kdfId, aeadId }) => [uint(kdfId, 2), uint(aeadId, 2)]));
  return concat(uint(keyId, 1), uint(kemId, 2), publicKey, uint(pairs.length, 2), pairs);
}

/** Reads the one key configuration that the bytes are. Attacker-controlled. @throws ERR_ENCAPSULATION, of another KEM too */
export function decodeKeyConfiguration(bytes: Uint8Array, kem: Kem): KeyConfiguration {
  const reader = new Reader(bytes, "ERR_ENCAPSULATION");
  const keyId = reader.uint8();
  const kemId = reader.uint16();
  if (kemId !== kem.id) throw new AmanaError("ERR_ENCAPSULATION");
  const publicKey = reader.take(kem.publicKeyLength);
  const length = reader.uint16();
  if (length === 0 || length % 4 !== 0) throw new AmanaError("ERR_ENCAPSULATION");
  const algorithms = Array.from({ length: length / 4 }, () => ({ kdfId: reader.uint16(), aeadId: reader.uint16() }));
  reader.end();
  return { keyId, kemId, publicKey, algorithms };
}

/** Whether a key may be used with HKDF-SHA256 and this AEAD. */
export function offers({ algorithms }: KeyConfiguration, aead: Pick<Aead, "id">): boolean {
  return algorithms.some(({ kdfId, aeadId }) => kdfId === HKDF_SHA256 && aeadId === aead.id);
}
