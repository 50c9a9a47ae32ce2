import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, Reader, toHex } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { type BinaryRequest, decodeBinaryRequest, decodeBinaryResponse, encodeBinaryRequest, encodeBinaryResponse } from "./index.ts";
import { readVarint, varint } from "./varint.ts";

const rfc = JSON.parse(readFileSync(new URL("./vectors/rfc9292.json", import.meta.url), "utf8")) as Record<string, string>;
const of = (name: string) => fromHex(rfc[name] ?? "");
const ascii = (text: string) => new TextEncoder().encode(text);
const refused = (run: () => unknown) => expect(run).toThrow(expect.objectContaining({ code: "ERR_BINARY_HTTP" }));

const HELLO: BinaryRequest = {
  method: "GET",
  scheme: "https",
  authority: "",
  path: "/hello.txt",
  fields: [
    ["user-agent", "curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3"],
    ["host", "www.example.com"],
    ["accept-language", "en, mi"],
  ],
  content: new Uint8Array(0),
};

describe("the examples of RFC 9292", () => {
  it("a known-length request reads and writes", () => {
    expect(decodeBinaryRequest(of("figure8"))).toEqual(HELLO);
    expect(toHex(encodeBinaryRequest(HELLO, of("figure8").length))).toBe(rfc.figure8);
  });

  it("what is empty at the end may be left out, and zeros may follow", () => {
    const bytes = of("figure8");
    for (const cut of [1, 2]) expect(decodeBinaryRequest(bytes.slice(0, -cut))).toEqual(HELLO);
    expect(decodeBinaryRequest(encodeBinaryRequest(HELLO, 500))).toEqual(HELLO);
    // The request of RFC 9458, Appendix A, ends after its control data.
    const minimal = { method: "GET", scheme: "https", authority: "example.com", path: "/", fields: [], content: new Uint8Array(0) };
    expect(decodeBinaryRequest(fromHex("00034745540568747470730b6578616d706c652e636f6d012f"))).toEqual(minimal);
    expect(decodeBinaryResponse(fromHex("0140c8"))).toEqual({ status: 200, fields: [], content: new Uint8Array(0) });
  });

  it("a known-length response with a trailer reads; the trailer is dropped", () => {
    const content = ascii("This content contains CRLF.\r\n");
    expect(decodeBinaryResponse(of("figure13"))).toEqual({ status: 200, fields: [], content });
  });

  it("indeterminate-length messages are refused", () => {
    refused(() => decodeBinaryRequest(of("figure9")));
    refused(() => decodeBinaryResponse(of("figure11Start")));
  });
});

describe("a variable-length integer", () => {
  it("is written as RFC 9000 §16 has it", () => {
    const cases = { "00": 0, "25": 37, "3f": 63, "4040": 64, "7bbd": 15_293, "9d7f3e7d": 494_878_333, c000000040000000: 2 ** 30 };
    for (const [hex, value] of Object.entries(cases)) {
      expect(toHex(varint(value))).toBe(hex);
      expect(readVarint(new Reader(fromHex(hex), "ERR_BINARY_HTTP"))).toBe(value);
    }
    expect(readVarint(new Reader(fromHex("4025"), "ERR_BINARY_HTTP"))).toBe(37);
    // 151,288,809,941,952,652 of the RFC is no safe number.
    refused(() => readVarint(new Reader(fromHex("c2197c5eff14e88c"), "ERR_BINARY_HTTP")));
  });
});

/** A message written by hand; lengths below 64 only. */
const part = (text: string) => concat(new Uint8Array([text.length]), ascii(text));
const request = (method: string, path: string, fields: readonly (readonly [string, string])[], tail: readonly number[] = [0, 0]) => {
  const section = concat(...fields.flatMap(([name, value]) => [part(name), part(value)]));
  return concat(
    new Uint8Array([0]),
    part(method),
    part("https"),
    part(""),
    part(path),
    varint(section.length),
    section,
    new Uint8Array(tail),
  );
};

describe("a message that HTTP does not have", () => {
  it("is refused", () => {
    expect(decodeBinaryRequest(request("POST", "/x", [["a", ""]])).fields).toEqual([["a", ""]]);
    refused(() => decodeBinaryRequest(of("figure13")));
    refused(() => decodeBinaryResponse(of("figure8")));
    refused(() => decodeBinaryRequest(request("", "/x", [])));
    refused(() => decodeBinaryRequest(request("GET", "", [])));
    refused(() => decodeBinaryRequest(concat(new Uint8Array([0]), part("GET"), part(""), part(""), part("/x"))));
    refused(() => decodeBinaryRequest(request("GE T", "/x", [])));
    refused(() => decodeBinaryRequest(request("GET", "/x", [["A", "b"]])));
    refused(() => decodeBinaryRequest(request("GET", "/x", [[":path", "b"]])));
    refused(() => decodeBinaryRequest(request("GET", "/x", [["a", "b\r\nc: d"]])));
    refused(() => decodeBinaryRequest(request("GET", "/x", [["a", " b"]])));
    refused(() => decodeBinaryRequest(request("GET", "/x", [], [0, 0, 0, 1])));
    refused(() => decodeBinaryRequest(request("GET", "/x", [], [5, 0])));
    refused(() => decodeBinaryRequest(request("GET", "/x", Array(33).fill(["a", "b"]))));
    for (const status of ["4063", "4258"]) refused(() => decodeBinaryResponse(fromHex(`01${status}`)));
  });

  it("is not written either", () => {
    expect(() => encodeBinaryRequest({ ...HELLO, path: "/é" }, 500)).toThrow(TypeError);
    expect(() => encodeBinaryRequest({ ...HELLO, fields: [["a", "b\n"]] }, 500)).toThrow(TypeError);
    expect(() => encodeBinaryRequest(HELLO, 100)).toThrow(TypeError);
  });

  it("of any bytes is read or refused, nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(100), fc.nat(255), (bytes, at, change) => {
        const mutated = of("figure8");
        mutated[at] = change;
        for (const input of [bytes, mutated])
          for (const decode of [decodeBinaryRequest, decodeBinaryResponse])
            try {
              decode(input);
            } catch (error) {
              expect(isAmanaError(error, "ERR_BINARY_HTTP")).toBe(true);
            }
      }),
    );
  });

  it("and a message of any content reads back at any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(50), fc.integer({ min: 200, max: 599 }), (content, more, status) => {
        const response = { status, fields: [["content-type", "a/b"] as const], content: new Uint8Array(content) };
        expect(decodeBinaryResponse(encodeBinaryResponse(response, content.length + 40 + more))).toEqual(response);
      }),
    );
  });
});
