import { decodeJson, encodeJson, fromUtf8 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type * as v from "valibot";

/**
 * Reads a small JSON request against a closed schema. It need not be canonical, as nothing of its form is hashed or kept; everything
 * else of the decoder stands. Attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL for what is no JSON, ERR_JSON_SCHEMA
 */
export function readJson<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>): T {
  const text = fromUtf8(bytes);
  return decodeJson(canonical(text), schema);
}

function canonical(text: string): Uint8Array {
  try {
    return encodeJson(JSON.parse(text));
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL");
  }
}
