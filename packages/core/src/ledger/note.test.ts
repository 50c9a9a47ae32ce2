import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import {
  addSignatures,
  cosignNote,
  encodeVerifierKey,
  formatNote,
  NOTE_COSIGNATURE,
  type NoteKey,
  noteKey,
  parseNote,
  parseSignatureLines,
  parseVerifierKey,
  signNote,
  verifyNote,
} from "./index.ts";

/** The example of c2sp.org/signed-note §Verifier keys. */
const SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const SPEC_NOTE =
  "This is an example message.\n\n" +
  "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

/** The example at the head of c2sp.org/signed-note, published without its key. */
const POEM =
  "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n" +
  "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

/** From golang.org/x/mod sumdb/note/note_test.go (BSD-3-Clause): key pair, text and signature. */
const GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_SEED = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const alice = noteKey("a.example", new Uint8Array(32).fill(1));
const bob = noteKey("b.example", new Uint8Array(32).fill(2));
const vkey = (key: NoteKey) => encodeVerifierKey(key);

/** The code that is thrown, or what is returned. */
function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return error.code;
  }
}

describe("c2sp.org/signed-note verifier keys", () => {
  it.each([
    SPEC_VKEY,
    GO_VKEY,
    // From github.com/transparency-dev/formats note/note_cosigv1_test.go (BSD-3-Clause).
    "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
  ])("reads and writes %s", (text) => {
    expect(encodeVerifierKey(parseVerifierKey(text))).toBe(text);
  });

  it("names a seed's key by the bytes computed apart", () => {
    expect(vkey(noteKey("amana.example/ledger", new Uint8Array(32).fill(1)))).toBe(
      "amana.example/ledger+144826c5+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
    );
    expect(vkey(noteKey("witness.example/w1", new Uint8Array(32).fill(2), NOTE_COSIGNATURE))).toBe(
      "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
    );
  });

  it("refuses every part and every change of one, as Go does", () => {
    for (let from = 0; from <= GO_VKEY.length; from++) {
      for (let to = from; to <= GO_VKEY.length; to++) {
        if (to - from < GO_VKEY.length) expect(outcome(() => parseVerifierKey(GO_VKEY.slice(from, to)))).toBe("ERR_LEDGER_FORMAT");
      }
      const next = String.fromCharCode(GO_VKEY.charCodeAt(from) + 1);
      if (from < GO_VKEY.length) {
        expect(outcome(() => parseVerifierKey(GO_VKEY.slice(0, from) + next + GO_VKEY.slice(from + 1)))).toBe("ERR_LEDGER_FORMAT");
      }
    }
  });

  it.each([
    ["another length, with its own key id", "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="],
    ["another type, with its own key id", "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
    ["upper-case hex", "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
    ["a space in the name", `Peter Neumann${GO_VKEY.slice(12)}`],
    ["a control character in the name", `Peter\u0001Neumann${GO_VKEY.slice(12)}`],
    ["no key", "PeterNeumann+c74f20a3+AQ=="],
    // The point of order 1 signs everything; the key id is right.
    ["a public key that anybody signs for", "weak.example+6ee080f1+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ])("refuses %s", (_, text) => {
    expect(outcome(() => parseVerifierKey(text))).toBe("ERR_LEDGER_FORMAT");
  });

  it("does not name a key what no key can be named", () => {
    for (const name of ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\u0085b", "a\nb", "a\ud800b"]) {
      expect(() => noteKey(name, new Uint8Array(32))).toThrow(TypeError);
    }
    expect(noteKey("أمانة.example", new Uint8Array(32)).name).toBe("أمانة.example");
  });
});

describe("c2sp.org/signed-note notes", () => {
  it("verifies the specification's example", () => {
    expect(verifyNote(SPEC_NOTE, [SPEC_VKEY])).toEqual({
      text: "This is an example message.\n",
      signatures: [{ key: parseVerifierKey(SPEC_VKEY), line: parseNote(SPEC_NOTE).signatures[0], timestamp: null }],
    });
  });

  it("takes the specification's poem apart at its last empty line", () => {
    const { text, signatures } = parseNote(POEM);
    expect(text).toBe("Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n");
    expect(signatures.map(({ name, keyId, signature }) => [name, toHex(keyId), signature.length])).toEqual([
      ["quasimodo.example/salvatore", "367ba04b", 64],
    ]);
    expect(formatNote({ text, signatures })).toBe(POEM);
  });

  it("signs byte for byte what Go signs", () => {
    expect(signNote(GO_TEXT, [noteKey("PeterNeumann", GO_SEED)])).toBe(GO_NOTE);
    expect(verifyNote(new TextEncoder().encode(GO_NOTE), [GO_VKEY]).text).toBe(GO_TEXT);
  });

  it("ignores signatures by keys that are not known, alike in name or id", () => {
    const note = signNote("hello\n", [bob, alice]);
    expect(verifyNote(note, [vkey(alice)]).signatures.map(({ key }) => key.name)).toEqual(["a.example"]);
    const namesake = noteKey("a.example", new Uint8Array(32).fill(9));
    const { text, signatures } = parseNote(signNote("hello\n", [namesake, alice]));
    expect(verifyNote(formatNote({ text, signatures }), [vkey(alice)]).signatures).toHaveLength(1);
    expect(outcome(() => verifyNote(signNote("hello\n", [bob]), [vkey(alice)]))).toBe("ERR_LEDGER_SIGNATURE");
    expect(outcome(() => verifyNote(note, []))).toBe("ERR_LEDGER_SIGNATURE");
  });

  it("refuses a wrong signature by a known key, even beside right ones", () => {
    const { text, signatures } = parseNote(signNote("hello\n", [alice, bob]));
    const wrong = formatNote({
      text,
      signatures: signatures.map((one) => (one.name === "b.example" ? { ...one, signature: new Uint8Array(64) } : one)),
    });
    expect(outcome(() => verifyNote(wrong, [vkey(alice), vkey(bob)]))).toBe("ERR_LEDGER_SIGNATURE");
    expect(verifyNote(wrong, [vkey(alice)]).signatures).toHaveLength(1);
  });

  it("gives a key once, whatever is repeated", () => {
    const note = signNote("hello\n", [alice, alice]);
    expect(parseNote(note).signatures).toHaveLength(2);
    expect(verifyNote(note, [vkey(alice), vkey(alice)]).signatures).toHaveLength(1);
  });

  it("refuses any change of the text", () => {
    fc.assert(
      fc.property(fc.nat(GO_TEXT.length - 2), (at) => {
        const changed = GO_TEXT.slice(0, at) + (GO_TEXT[at] === "#" ? "%" : "#") + GO_TEXT.slice(at + 1);
        expect(outcome(() => verifyNote(GO_NOTE.replace(GO_TEXT, changed), [GO_VKEY]))).toBe("ERR_LEDGER_SIGNATURE");
      }),
    );
  });

  const LINE = "— n AAAAAAE=\n";
  it.each([
    ["empty", ""],
    ["no empty line", `text\n${LINE}`],
    ["no signature", "text\n\n"],
    ["no last newline", `text\n\n${LINE.trimEnd()}`],
    ["another dash", `text\n\n- n AAAAAAE=\n`],
    ["no name", `text\n\n—  AAAAAAE=\n`],
    ["no signature in the line", `text\n\n— n\n`],
    ["two spaces", `text\n\n— n  AAAAAAE=\n`],
    ["something behind", `text\n\n— n AAAAAAE= x\n`],
    ["a plus in the name", `text\n\n— n+n AAAAAAE=\n`],
    ["only a key id", `text\n\n— n AAAAAA==\n`],
    ["base 64 without padding", `text\n\n— n AAAAAAE\n`],
    ["base 64 with stray bits", `text\n\n— n AAAAAAF=\n`],
    ["base 64 of the other alphabet", `text\n\n— n AAA_AAE=\n`],
    ["what is not base 64", `text\n\n— n !\n`],
    ["a carriage return", `text\r\n\n${LINE}`],
    ["a tab", `te\txt\n\n${LINE}`],
    ["a null", `te\u0000xt\n\n${LINE}`],
    ["half a character", `te\ud83dxt\n\n${LINE}`],
    ["101 signatures", `text\n\n${LINE.repeat(101)}`],
    ["a million characters", `${"x".repeat(1_000_000)}\n\n${LINE}`],
  ])("refuses a note with %s", (_, note) => {
    expect(outcome(() => parseNote(note))).toBe("ERR_LEDGER_FORMAT");
  });

  it("takes what the specification allows", () => {
    expect(parseNote(`text\n\n${LINE.repeat(100)}`).signatures).toHaveLength(100);
    expect(parseNote(`\n\n${LINE}`).text).toBe("\n");
    expect(parseNote(`\ufeffe\u0301 \u007f\n\n${LINE}`).text).toBe("\ufeffe\u0301 \u007f\n");
    expect(parseNote(new TextEncoder().encode(`\ufefftext\n\n${LINE}`)).text).toBe("\ufefftext\n");
  });

  it("refuses bytes that are not UTF-8, and fails with the one code on anything at all", () => {
    expect(outcome(() => parseNote(fromHex("ff0a0a")))).toBe("ERR_LEDGER_FORMAT");
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, text) => {
        for (const note of [bytes, text, `${text}\n\n${LINE}`, `text\n\n— ${text}\n`]) outcome(() => verifyNote(note, [GO_VKEY]));
        outcome(() => parseVerifierKey(text));
        outcome(() => parseVerifierKey(`n+00000000+${text}`));
      }),
    );
  });

  it("signs only what is a note", () => {
    for (const text of ["", "no newline", "tab\t\n", "\ud800\n"]) expect(() => signNote(text, [alice])).toThrow(TypeError);
    expect(() => signNote("hello\n", [])).toThrow(TypeError);
    expect(() => signNote("hello\n", [noteKey("w", new Uint8Array(32), NOTE_COSIGNATURE)])).toThrow(TypeError);
  });

  it("adds signature lines once each", () => {
    const line = signNote("hello\n", [bob]).slice("hello\n\n".length);
    const both = addSignatures(signNote("hello\n", [alice]), line);
    expect(both).toBe(signNote("hello\n", [alice, bob]));
    expect(addSignatures(both, line + line)).toBe(both);
    expect(parseSignatureLines(line)).toEqual(parseNote(both).signatures.slice(1));
    expect(outcome(() => addSignatures(both, "nonsense\n"))).toBe("ERR_LEDGER_FORMAT");
    const many = Array.from({ length: 99 }, (_, i) => signNote("hello\n", [noteKey(`k${i}`, new Uint8Array(32))]).slice(7)).join("");
    expect(outcome(() => addSignatures(both, many))).toBe("ERR_LEDGER_FORMAT");
  });

  it("does not cosign what is no checkpoint, nor count such a cosignature", () => {
    const witness = noteKey("w.example", new Uint8Array(32).fill(3), NOTE_COSIGNATURE);
    const note = signNote("hello\n", [alice]);
    expect(outcome(() => cosignNote(note, witness, 1))).toBe("ERR_LEDGER_FORMAT");
    const forced = formatNote({ text: "hello\n", signatures: [{ ...witness, signature: new Uint8Array(72) }] });
    expect(outcome(() => verifyNote(forced, [vkey(witness)]))).toBe("ERR_LEDGER_FORMAT");
  });
});
