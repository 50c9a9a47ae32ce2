import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { AmanaError, isAmanaError } from "../errors/index.ts";
import { checkSchema, decodeJson, encodeJson, hex, integer, localizedText, name, PROTOCOL } from "./index.ts";

const text = (json: string): Uint8Array => new Uint8Array(Buffer.from(json));
const canonical = new AmanaError("ERR_JSON_CANONICAL");
const encoding = new AmanaError("ERR_BYTES_ENCODING");
const schema = expect.objectContaining({ code: "ERR_JSON_SCHEMA" });
const anything: v.GenericSchema<unknown, unknown> = v.unknown();

/** Any document that the protocol allows. */
const documents = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.maxSafeNat(),
    fc.string({ unit: "binary" }).map((string) => string.normalize("NFC")),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: "binary" }).map((string) => string.normalize("NFC")),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe("encodeJson", () => {
  it("sorts fields and leaves no spaces (RFC 8785)", () => {
    const value = { protocol: PROTOCOL, b: [1, true, null], a: { "\u20ac": "é\n", "\r": 0, "1": "" } };
    expect(Buffer.from(encodeJson(value)).toString()).toBe('{"a":{"\\r":0,"1":"","€":"é\\n"},"b":[1,true,null],"protocol":"amana/1"}');
  });

  it("leaves out an optional field that is not there", () => {
    expect(encodeJson({ a: undefined, b: 1 })).toEqual(text('{"b":1}'));
  });

  it("refuses numbers other than safe non-negative integers", () => {
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => encodeJson({ value: [value] })).toThrow(TypeError);
  });

  it("refuses what is no JSON value", () => {
    for (const value of [undefined, [undefined], Symbol("a"), () => 1, 1n, new Date(0), new Map(), new Uint8Array(1)]) {
      expect(() => encodeJson(value)).toThrow(TypeError);
    }
    expect(encodeJson(Object.assign(Object.create(null), { a: 1 }))).toEqual(text('{"a":1}'));
  });

  it("refuses strings and keys that are not NFC or have an unpaired surrogate", () => {
    for (const bad of ["e\u0301", "\ud800"]) {
      expect(() => encodeJson([bad])).toThrow(encoding);
      expect(() => encodeJson({ [bad]: 1 })).toThrow(encoding);
    }
    // The string is NFC; only its JSON text has an n before the accent.
    expect(decodeJson(encodeJson(["\n\u0301"]), anything)).toEqual(["\n\u0301"]);
  });
});

describe("decodeJson", () => {
  it("round-trips every document", () => {
    fc.assert(
      fc.property(documents, (value) => {
        const bytes = encodeJson(value);
        expect(encodeJson(decodeJson(bytes, anything))).toEqual(bytes);
      }),
    );
  });

  it("refuses a byte-order mark and bad UTF-8", () => {
    for (const bad of [
      [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
    ]) {
      expect(() => decodeJson(Uint8Array.from(bad), anything)).toThrow(encoding);
    }
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a trailing byte", "{}\n"],
    ["a space", '{"a": 1}'],
    ["another order", '{"b":1,"a":2}'],
    ["an order by code point instead of UTF-16 unit", '{"\ufb33":1,"\u{1f600}":2}'],
    ["a duplicate key", '{"a":1,"a":1}'],
    ["a duplicate key, escaped", '{"a":1,"\\u0061":1}'],
    ["a needless escape", '{"a":"\\u0062"}'],
    ["an escaped slash", '["\\/"]'],
    ["an upper-case escape", '["\\u001F"]'],
    ["a float", "[1.5]"],
    ["a whole float", "[1.0]"],
    ["an exponent", "[1e2]"],
    ["a negative number", "[-1]"],
    ["a negative zero", "[-0]"],
    ["an integer that is not safe", "[9007199254740992]"],
    ["an unpaired surrogate, escaped", '["\\ud800"]'],
    ["a string that is not NFC", '["e\u0301"]'],
    ["a key that is not NFC", '{"e\u0301":1}'],
    ["nesting that no encoder survives", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
  ])("refuses %s", (_, json) => {
    expect(() => decodeJson(text(json), anything)).toThrow(canonical);
  });

  it("refuses every truncation and every other byte of a document", () => {
    const bytes = encodeJson({ protocol: PROTOCOL, list: [1, "é", { a: null }] });
    const closed = v.strictObject({
      protocol: v.literal(PROTOCOL),
      list: v.tuple([v.literal(1), v.literal("é"), v.strictObject({ a: v.null() })]),
    });
    expect(decodeJson(bytes, closed)).toBeDefined();
    for (let length = 0; length < bytes.length; length++) expect(() => decodeJson(bytes.subarray(0, length), closed)).toThrow(AmanaError);
    for (let at = 0; at < bytes.length; at++) {
      const other = bytes.slice();
      other[at] = (other[at] as number) ^ 1;
      expect(() => decodeJson(other, closed)).toThrow(AmanaError);
    }
  });

  it("refuses fields that a closed schema does not have, also those that valibot passes over", () => {
    const closed = v.strictObject({ title: v.optional(localizedText) });
    expect(decodeJson(text('{"title":{"en":"Hello"}}'), closed)).toEqual({ title: { en: "Hello" } });
    const extras = [
      '{"other":1}',
      '{"__proto__":1}',
      '{"title":{"constructor":1,"en":"Hello"}}',
      '{"title":{"__proto__":{"x":1},"en":"Hello"}}',
      "[]",
    ];
    for (const extra of extras) expect(() => decodeJson(text(extra), closed)).toThrow(schema);
    // Without the second comparison the closed schema lets three of the five through.
    const passed = extras.filter((extra) => v.safeParse(closed, JSON.parse(extra)).success);
    expect(passed).toEqual(extras.slice(2));
  });
});

describe("checkSchema", () => {
  const closed = v.strictObject({
    "a/b~c": v.array(v.strictObject({ size: integer(10) })),
    text: v.pipe(
      v.string(),
      v.check(() => false),
    ),
  });

  it("names every wrong path and what was expected, never what was found", () => {
    try {
      checkSchema({ "a/b~c": [{ size: 1 }, { size: 11 }, { size: "secret" }], text: "secret" }, closed);
      expect.unreachable();
    } catch (error) {
      expect(isAmanaError(error, "ERR_JSON_SCHEMA") && error.details.problems).toEqual([
        { path: "/a~1b~0c/1/size", message: "expected <=10" },
        { path: "/a~1b~0c/2/size", message: "expected number" },
        { path: "/text", message: "expected another value" },
      ]);
    }
  });

  it("names the whole document as /", () => {
    expect(() => checkSchema(1, closed)).toThrow(schema);
    try {
      checkSchema(1, closed);
    } catch (error) {
      expect(isAmanaError(error) && error.details.problems).toEqual([{ path: "/", message: "expected Object" }]);
    }
  });
});

describe("schemas", () => {
  const accepts = (kind: v.GenericSchema<unknown, unknown>, value: unknown): boolean => v.safeParse(kind, value).success;

  it("integer: safe, non-negative, at most the limit", () => {
    expect([0, 5, Number.MAX_SAFE_INTEGER].every((value) => accepts(integer(), value))).toBe(true);
    expect([-1, 0.5, 2 ** 53, "1", null].some((value) => accepts(integer(), value))).toBe(false);
    expect([accepts(integer(5), 5), accepts(integer(5), 6)]).toEqual([true, false]);
  });

  it("hex: lower case, of the length asked for", () => {
    expect([accepts(hex(), ""), accepts(hex(), "00ff"), accepts(hex(2), "00ff")]).toEqual([true, true, true]);
    expect(
      [accepts(hex(), "0"), accepts(hex(), "0F"), accepts(hex(2), "00"), accepts(hex(2), "00ff\n"), accepts(hex(2), 0)].some(Boolean),
    ).toBe(false);
  });

  it("name: 1 to 64 of a-z, 0-9 and the hyphen", () => {
    expect([accepts(name, "round-1"), accepts(name, "a".repeat(64))]).toEqual([true, true]);
    expect(["", "a".repeat(65), "Round", "a b", "a\n"].some((value) => accepts(name, value))).toBe(false);
  });

  it("localizedText: at least one locale, each a language tag with a text of at most 4,000 characters", () => {
    expect(accepts(localizedText, { ar: "سلام", en: "Hello", fr: "Salut" })).toBe(true);
    expect([{}, { EN: "Hello" }, { en: 1 }, { en: "a".repeat(4001) }, []].some((value) => accepts(localizedText, value))).toBe(false);
  });
});
