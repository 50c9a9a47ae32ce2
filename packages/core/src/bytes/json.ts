import canonicalize from "canonicalize";
import * as v from "valibot";
import { AmanaError } from "../errors/index.ts";
import { decodeUtf8, equal, utf8 } from "./bytes.ts";

/** The first field of every document. */
export const PROTOCOL = "amana/1";

/**
 * Canonical JSON (RFC 8785) as UTF-8. Numbers must be safe non-negative integers, strings and keys NFC.
 * @throws TypeError for what is no such JSON value, ERR_BYTES_ENCODING for a string
 */
export function encodeJson(value: unknown): Uint8Array {
  checkValue(value);
  return new TextEncoder().encode(canonicalize(value));
}

/**
 * Reads a canonical JSON document against a closed schema. The bytes are attacker-controlled: they are decoded fatally,
 * parsed, checked, serialised again and compared; anything that differs is refused, never repaired.
 * Schemas only check. They must not transform: what they return has to be the document.
 * @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA (with every wrong path)
 */
export function decodeJson<T>(bytes: Uint8Array, schema: v.GenericSchema<unknown, T>): T {
  const text = decodeUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL");
  }
  if (!encodesTo(value, bytes)) throw new AmanaError("ERR_JSON_CANONICAL");
  const output = checkSchema(value, schema);
  // valibot takes an array for an object, and its records pass over a few names such as "constructor". Comparing once
  // more keeps the schema closed: nothing may be in the bytes that is not in the result.
  if (!encodesTo(output, bytes))
    throw new AmanaError("ERR_JSON_SCHEMA", { problems: [{ path: "/", message: "expected no other fields" }] });
  return output;
}

/** What JSON.stringify would repair or drop, and RFC 8785 does not rule out, is refused. */
function checkValue(value: unknown): void {
  if (typeof value === "string") utf8(value);
  else if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError("numbers in documents are safe non-negative integers");
  } else if (Array.isArray(value)) value.forEach(checkValue);
  else if (value !== null && typeof value === "object") {
    // A Date, a Map or bytes would be written as something else than they are.
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw new TypeError("not a JSON value");
    for (const [key, field] of Object.entries(value)) {
      utf8(key);
      // An optional field that is not there.
      if (field !== undefined) checkValue(field);
    }
  } else if (value !== null && typeof value !== "boolean") throw new TypeError("not a JSON value");
}

/** Whether a value's canonical encoding is exactly these bytes. Nesting too deep to encode is not canonical either. */
function encodesTo(value: unknown, bytes: Uint8Array): boolean {
  try {
    return equal(bytes, encodeJson(value));
  } catch {
    return false;
  }
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

/** Schema of a safe non-negative integer of at most `limit`. */
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
