import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AmanaError, isAmanaError } from "../errors/index.ts";
import {
  formatCode,
  type InvitationCode,
  newInvitationCode,
  newSecretCode,
  parseInvitationCode,
  parseSecretCode,
  type SecretCode,
} from "./index.ts";

const secret = (bytes: Uint8Array): SecretCode => newSecretCode(() => bytes);
const invitation = (bytes: Uint8Array): InvitationCode => newInvitationCode(() => bytes);
const counting = Uint8Array.from({ length: 16 }, (_, index) => index);
const format = new AmanaError("ERR_CODE_FORMAT");
const check = new AmanaError("ERR_CODE_CHECK");
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

describe("codes on paper", () => {
  it("are written as docs/protocol.md §1 says", () => {
    // Computed once, by other code (Python) from the specification.
    expect(formatCode(secret(counting))).toBe("000G-40R4-0M30-E209-185G-R38E-1W2");
    expect(formatCode(secret(new Uint8Array(16)))).toBe("0000-0000-0000-0000-0000-0000-008");
    expect(formatCode(secret(new Uint8Array(16).fill(255)))).toBe("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZWQ");
    expect(formatCode(invitation(Uint8Array.from({ length: 10 }, (_, index) => 0xf0 + index)))).toBe("Y3RZ-5WZM-YQVF-FY7S-Z");
  });

  it("round-trip", () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), (code) => {
        expect(parseSecretCode(formatCode(secret(code)))).toEqual(code);
      }),
    );
    fc.assert(
      fc.property(bytes(10), (code) => {
        expect(parseInvitationCode(formatCode(invitation(code)))).toEqual(code);
      }),
    );
  });

  it("are read in lower case, with any spacing and hyphens, and with look-alikes", () => {
    expect(parseSecretCode(" 000g40r4 0m30-e209\t185g\u00a0r38e--1w2\n")).toEqual(counting);
    expect(parseSecretCode("oOOg-4Or4-Om3o-e2o9-I85g-r38e-Lw2")).toEqual(counting);
    expect(parseSecretCode("000g-40r4-0m30-e209-l85g-r38e-iw2")).toEqual(counting);
    // The check character is mapped too.
    const code = fc.uint8Array({ minLength: 10, maxLength: 10 }).filter((bytes) => formatCode(invitation(bytes)).endsWith("0"));
    fc.assert(
      fc.property(code, (bytes) => {
        expect(parseInvitationCode(formatCode(invitation(bytes)).replace(/0$/, "o"))).toEqual(bytes);
      }),
      { numRuns: 3 },
    );
  });

  it("are refused with a wrong length or a character that codes do not use", () => {
    const right = "000G-40R4-0M30-E209-185G-R38E-1W2";
    for (const text of ["", right.slice(0, -1), `${right}0`, right.replace("G", "U"), right.replace("G", "*"), right.replace("G", "–")]) {
      expect(() => parseSecretCode(text)).toThrow(format);
    }
    expect(() => parseInvitationCode(right)).toThrow(format);
    // Upper case turns ſ into S and ı into I; neither is a letter of a code.
    for (const letter of ["ſ", "ı"]) expect(() => parseSecretCode(right.replace("1", letter))).toThrow(format);
  });

  it("are refused when the bits on the right are not zero", () => {
    expect(() => parseSecretCode("000G-40R4-0M30-E209-185G-R38E-1X2")).toThrow(format);
  });

  it("are refused with a wrong check character", () => {
    const right = "000G-40R4-0M30-E209-185G-R38E-1W";
    for (const letter of ALPHABET.replace("2", "")) expect(() => parseSecretCode(right + letter)).toThrow(check);
  });

  /**
   * The check character is five bits of a hash: it finds about 31 of 32 mistakes, whatever their kind, and promises no
   * single one. (Every wrong check character is found, and so is every non-zero bit on the right.)
   */
  it("find at least 95 % of single substitutions and of swapped neighbours", () => {
    let mistakes = 0;
    let found = 0;
    const attempt = (text: string): void => {
      mistakes++;
      try {
        parseInvitationCode(text);
      } catch (error) {
        if (isAmanaError(error)) found++;
      }
    };
    for (let code = 0; code < 8; code++) {
      const text = formatCode(invitation(Uint8Array.from({ length: 10 }, (_, index) => (index * 37 + code * 101) & 255))).replaceAll(
        "-",
        "",
      );
      for (let at = 0; at < text.length; at++) {
        for (const letter of ALPHABET) if (letter !== text[at]) attempt(text.slice(0, at) + letter + text.slice(at + 1));
        const [a, b] = [text[at], text[at + 1]];
        if (b !== undefined && a !== b) attempt(text.slice(0, at) + b + a + text.slice(at + 2));
      }
    }
    expect(mistakes).toBeGreaterThan(4000);
    expect(found / mistakes).toBeGreaterThan(0.95);
    expect(found).toBeLessThan(mistakes);
  });

  it("come from an rng that gives as many bytes as asked", () => {
    const asked: number[] = [];
    const rng = (length: number): Uint8Array => {
      asked.push(length);
      return new Uint8Array(length);
    };
    newSecretCode(rng);
    newInvitationCode(rng);
    expect(asked).toEqual([16, 10]);
    expect(() => newSecretCode(() => new Uint8Array(15))).toThrow(TypeError);
  });
});
