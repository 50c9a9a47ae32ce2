export {
  type BinaryRequest,
  type BinaryResponse,
  decodeBinaryRequest,
  decodeBinaryResponse,
  encodeBinaryRequest,
  encodeBinaryResponse,
  type Field,
} from "./binary-http.ts";
export {
  decapsulateRequest,
  encapsulateRequest,
  type GatewayKey,
  peekKeyId,
  requestOverhead,
  responseOverhead,
  type Suite,
} from "./encapsulation.ts";
export type { Aead, Kem } from "./hpke.ts";
export { decodeKeyConfiguration, encodeKeyConfiguration, HKDF_SHA256, type KeyConfiguration } from "./key-configuration.ts";
export { CHACHA20_POLY1305, MLKEM768_X25519 } from "./suite.ts";
