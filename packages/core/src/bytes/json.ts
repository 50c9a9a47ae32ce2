import canonicalize from "canonicalize";
import * as v from "valibot";
import { AmanaError } from "../errors/index.ts";
import { equal, fromUtf8, utf8 } from "./bytes.ts";

/** The first field of every document. */
export const PROTOCOL = "amana/1";

/** Canonical JSON (RFC 8785) as UTF-8. Numbers must be safe non-negative integers, strings NFC. @throws TypeError, ERR_BYTES_ENCODING */
export function encodeJson(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return utf8(text);
}

/**
 * Reads a canonical JSON document against a closed schema. The bytes are attacker-controlled: they are decoded fatally,
 * parsed, checked, serialised again and compared; anything that differs is refused, never repaired.
 * @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA (with every wrong path)
 */
export function decodeJson<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>): T {
  const text = fromUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL");
  }
  if (!equal(bytes, encodeJsonOrEmpty(value))) throw new AmanaError("ERR_JSON_CANONICAL");
  return checkSchema(value, schema);
}

/** Checks a value against a closed schema and names every wrong path. @throws ERR_JSON_SCHEMA */
export function checkSchema<T>(value: unknown, schema: v.GenericSchema<unknown, T>): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new AmanaError("ERR_JSON_SCHEMA", {
    problems: result.issues.map((issue) => ({ path: pointer(issue.path ?? []), message: `expected ${issue.expected ?? "another value"}` })),
  });
}

/** `/sections/0/title`: an RFC 6901 JSON Pointer, `/` for the whole document. */
function pointer(path: readonly v.IssuePathItem[]): string {
  return `/${path.map((item) => String(item.key).replace(/~/g, "~0").replace(/\//g, "~1")).join("/")}`;
}

function encodeJsonOrEmpty(value: unknown): Uint8Array {
  try {
    return encodeJson(value);
  } catch {
    return new Uint8Array(0);
  }
}

/** Schema of a safe non-negative integer below `limit`. */
export function integer(limit: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(limit));
}

/** Schema of lower-case hexadecimal of `length` bytes (any length if left out). */
export function hex(length?: number): v.GenericSchema<unknown, string> {
  return v.pipe(v.string(), v.regex(length === undefined ? /^([0-9a-f]{2})*$/ : new RegExp(`^[0-9a-f]{${2 * length}}$`)));
}

/** Schema of an identifier that people choose: `[a-z0-9-]`, 1 to 64 characters. */
export const name: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));

/** A text per locale, `{ "ar": "…", "en": "…", "fr": "…" }`. */
export type LocalizedText = Readonly<Record<string, string>>;

/** Schema of a text per locale: at least one, BCP 47 language tags as keys, NFC strings. */
export const localizedText: v.GenericSchema<unknown, LocalizedText> = v.pipe(
  v.record(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/)), v.pipe(v.string(), v.maxLength(4000))),
  v.check((texts) => Object.keys(texts).length > 0, "at least one locale"),
);
