import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromUtf8, utf8 } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { decodeBuildList, encodeBuildList } from "./index.ts";

/** docs/protocol.md §11, with the SHA-256 of "" and of "abc" (FIPS 180-2). */
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const LIST = `{"files":[{"length":0,"path":"","sha256":"${EMPTY}"},{"length":3,"path":"assets/B.js","sha256":"${ABC}"},{"length":3,"path":"assets/a.js","sha256":"${ABC}"}],"protocol":"amana/1","type":"builds"}`;

const refused = (text: string): string => {
  try {
    decodeBuildList(utf8(text));
    return "taken";
  } catch (error) {
    return isAmanaError(error) ? error.code : "crashed";
  }
};

describe("the list of a form's files", () => {
  it("is the canonical document of the specification, in whatever order files are given", () => {
    const files: [string, Uint8Array][] = [
      ["assets/a.js", utf8("abc")],
      ["", new Uint8Array(0)],
      ["assets/B.js", utf8("abc")],
    ];
    expect(fromUtf8(encodeBuildList(new Map(files)))).toBe(LIST);
    expect(encodeBuildList(new Map([...files].reverse()))).toEqual(utf8(LIST));
    expect(decodeBuildList(utf8(LIST)).files.map(({ path, length }) => [path, length])).toEqual([
      ["", 0],
      ["assets/B.js", 3],
      ["assets/a.js", 3],
    ]);
  });

  it("is refused out of order, with a path twice, with a path that no address has, or with a member more", () => {
    expect(refused(LIST)).toBe("taken");
    expect(refused(LIST.replace("assets/a.js", "assets/A.js"))).toBe("ERR_JSON_SCHEMA");
    expect(refused(LIST.replace("assets/a.js", "assets/B.js"))).toBe("ERR_JSON_SCHEMA");
    expect(refused(LIST.replace("assets/a.js", "assets/a b.js"))).toBe("ERR_JSON_SCHEMA");
    expect(refused(LIST.replace('"builds"}', '"builds","x":1}'))).toBe("ERR_JSON_SCHEMA");
    expect(refused(LIST.replace(ABC, ABC.toUpperCase()))).toBe("ERR_JSON_SCHEMA");
    const many = new Map(Array.from({ length: 1025 }, (_, at) => [`${at}`, new Uint8Array(0)]));
    expect(() => encodeBuildList(many)).toThrow();
    expect(() => encodeBuildList(new Map([["a?b", new Uint8Array(0)]]))).toThrow();
  });

  it("never crashes on bytes from anywhere, and encodes what it decodes", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => refused(text).startsWith("ERR_")));
    const path = fc.stringMatching(/^[A-Za-z0-9._/-]{1,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 20 }), (paths) => {
        const list = encodeBuildList(new Map(paths.map((each) => [each, utf8(each)])));
        expect(new Set(decodeBuildList(list).files.map((file) => file.path))).toEqual(new Set(paths));
      }),
    );
  });
});
