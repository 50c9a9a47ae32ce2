export { compare, concat, copy, equal, fromUtf8, uint, uint64, utf8 } from "./bytes.ts";
export {
  formatCode,
  type InvitationCode,
  newInvitationCode,
  newSecretCode,
  parseInvitationCode,
  parseSecretCode,
  type SecretCode,
} from "./codes.ts";
export { H, KDF, type Part, RunningSHA256, SHA256 } from "./hash.ts";
export { fromHex, toHex } from "./hex.ts";
export { checkSchema, decodeJson, encodeJson, hex, integer, type LocalizedText, localizedText, name, PROTOCOL } from "./json.ts";
export { Reader, vector } from "./reader.ts";
export { draw, type Rng } from "./rng.ts";
export { TAGS, type Tag } from "./tags.ts";
