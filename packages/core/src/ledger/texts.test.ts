import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex, uint, utf8 } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import {
  addSignatures,
  cosignNote,
  decodeAddCheckpoint,
  decodeTlogProof,
  encodeAddCheckpoint,
  encodeTlogProof,
  encodeVerifierKey,
  formatSignatureLine,
  inclusionProof,
  leafHash,
  merkleRoot,
  NOTE_COSIGNATURE,
  noteKey,
  openTlogProof,
  parseNote,
  parseSignatureLines,
  signCheckpoint,
} from "./index.ts";

/** The example request of c2sp.org/tlog-witness. */
const SPEC_REQUEST = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return error.code;
  }
}

describe("c2sp.org/tlog-witness add-checkpoint", () => {
  it("reads and writes the specification's example", () => {
    const request = decodeAddCheckpoint(SPEC_REQUEST);
    expect(request.oldSize).toBe(20852014);
    expect(request.proof.map((hash) => toHex(hash).slice(0, 8))).toEqual(["3e544d0a", "8eb2590e", "e7ea4a95", "ffa59584"]);
    expect(request.checkpoint.startsWith("example.com/behind-the-sofa\n20852163\n")).toBe(true);
    expect(encodeAddCheckpoint(request)).toBe(SPEC_REQUEST);
    expect(decodeAddCheckpoint(new TextEncoder().encode(SPEC_REQUEST))).toEqual(request);
  });

  it("reads the specification's example of a response, whose signatures were published without their keys", () => {
    const response = `— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
— witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
— witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
`;
    const lines = parseSignatureLines(response);
    expect(lines.map(({ name, keyId, signature }) => [name, toHex(keyId), signature.length])).toEqual([
      ["witness.example/w1", "08ca7ee8", 72],
      ["witness.example/w1", "23bac4a6", 72],
      ["witness.example/w2", "016ba2f1", 72],
    ]);
    expect(lines.map(formatSignatureLine).join("")).toBe(response);
    // The client may join it to the checkpoint that it asked about.
    expect(parseNote(addSignatures(decodeAddCheckpoint(SPEC_REQUEST).checkpoint, response)).signatures).toHaveLength(5);
  });

  const NOTE = SPEC_REQUEST.slice(SPEC_REQUEST.indexOf("\n\n") + 2);
  const HASH = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
  it("takes the first request, and 63 hashes", () => {
    expect(decodeAddCheckpoint(`old 0\n\n${NOTE}`)).toEqual({ oldSize: 0, proof: [], checkpoint: NOTE });
    expect(decodeAddCheckpoint(`old 1\n${HASH.repeat(63)}\n${NOTE}`).proof).toHaveLength(63);
  });

  it.each([
    ["nothing", ""],
    ["no empty line", "old 0\n"],
    ["no checkpoint", "old 0\n\n"],
    ["a checkpoint without signatures", "old 0\n\nexample.com\n1\n"],
    ["no old size", `\n\n${NOTE}`],
    ["another word", `new 0\n\n${NOTE}`],
    ["a leading zero", `old 00\n\n${NOTE}`],
    ["two spaces", `old  0\n\n${NOTE}`],
    ["more in the line", `old 0 0\n\n${NOTE}`],
    ["a size beyond safe integers", `old 9007199254740992\n\n${NOTE}`],
    ["a hash that is not base 64", `old 1\nhash\n\n${NOTE}`],
    ["a short hash", `old 1\nAAAA\n\n${NOTE}`],
    ["64 hashes", `old 1\n${HASH.repeat(64)}\n${NOTE}`],
  ])("refuses %s", (_, body) => {
    expect(outcome(() => decodeAddCheckpoint(body))).toBe("ERR_LEDGER_FORMAT");
  });
});

describe("c2sp.org/tlog-proof", () => {
  const log = noteKey("amana.example/ledger", new Uint8Array(32).fill(1));
  const witness = noteKey("witness.example/w1", new Uint8Array(32).fill(2), NOTE_COSIGNATURE);
  const leaves = Array.from({ length: 11 }, (_, i) => leafHash(uint(i, 4)));
  const signed = signCheckpoint({ origin: log.name, size: 11, root: merkleRoot(leaves), extensions: [] }, log);
  const checkpoint = addSignatures(signed, cosignNote(signed, witness, 1767225600));
  const trust = { origin: log.name, vkey: encodeVerifierKey(log), witnesses: [encodeVerifierKey(witness)], quorum: 1 };
  const receipt = { extra: null, index: 7, proof: inclusionProof(leaves, 7), checkpoint };
  const leaf = leaves[7] as Uint8Array;

  it("has the lines written by hand", () => {
    const one = { extra: utf8("hi"), index: 7, proof: [new Uint8Array(32)], checkpoint };
    const text = `c2sp.org/tlog-proof@v1\nextra aGk=\nindex 7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n${checkpoint}`;
    expect(encodeTlogProof(one)).toBe(text);
    expect(decodeTlogProof(text)).toEqual(one);
    expect(decodeTlogProof(new TextEncoder().encode(encodeTlogProof(receipt)))).toEqual(receipt);
    expect(decodeTlogProof(`c2sp.org/tlog-proof@v1\nindex 0\n\n${checkpoint}`).proof).toEqual([]);
  });

  it("reads and writes the specification's example, under a checkpoint of ours, as its own is abridged", () => {
    const hashes = `gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=
`;
    const extra = "YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ";
    const text = `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex 73894\n${hashes}\n${checkpoint}`;
    const example = decodeTlogProof(text);
    expect([example.index, example.proof.map((hash) => toHex(hash).slice(0, 8))]).toEqual([
      73894,
      ["8122b25e", "07de650d", "10a373a0", "468a2912", "0070a2a1"],
    ]);
    expect(new TextDecoder().decode(example.extra ?? undefined)).toContain("age-v1.2.1-darwin-arm64.tar.gz");
    expect(encodeTlogProof(example)).toBe(text);
  });

  it("proves offline that an entry is in the log, and when that was witnessed", () => {
    const opened = openTlogProof(encodeTlogProof(receipt), leaf, trust);
    expect(opened).toMatchObject({ index: 7, size: 11, cosignatures: [{ name: witness.name, timestamp: 1767225600 }] });
  });

  it("proves nothing else", () => {
    const text = encodeTlogProof(receipt);
    expect(outcome(() => openTlogProof(text, leafHash(utf8("forged")), trust))).toBe("ERR_LEDGER_INCLUSION");
    expect(outcome(() => openTlogProof(encodeTlogProof({ ...receipt, index: 6 }), leaf, trust))).toBe("ERR_LEDGER_INCLUSION");
    expect(outcome(() => openTlogProof(encodeTlogProof({ ...receipt, proof: receipt.proof.slice(1) }), leaf, trust))).toBe(
      "ERR_LEDGER_INCLUSION",
    );
    expect(outcome(() => openTlogProof(encodeTlogProof({ ...receipt, checkpoint: signed }), leaf, trust))).toBe("ERR_LEDGER_WITNESSES");
    expect(outcome(() => openTlogProof(text, leaf, { ...trust, origin: "other.example" }))).toBe("ERR_LEDGER_SIGNATURE");
  });

  it.each([
    ["another version", `c2sp.org/tlog-proof@v2\nindex 0\n\n${checkpoint}`],
    ["no index", `c2sp.org/tlog-proof@v1\n\n${checkpoint}`],
    ["nothing after the extra line", `c2sp.org/tlog-proof@v1\nextra aGk=\n\n${checkpoint}`],
    ["two extra lines", `c2sp.org/tlog-proof@v1\nextra aGk=\nextra aGk=\nindex 0\n\n${checkpoint}`],
    ["an extra line that is not base 64", `c2sp.org/tlog-proof@v1\nextra aGk\nindex 0\n\n${checkpoint}`],
    ["a line before", `\nc2sp.org/tlog-proof@v1\nindex 0\n\n${checkpoint}`],
    ["no checkpoint", "c2sp.org/tlog-proof@v1\nindex 0\n\n"],
    ["bytes that are not UTF-8", new Uint8Array([255])],
  ])("refuses %s", (_, text) => {
    expect(outcome(() => decodeTlogProof(text))).toBe("ERR_LEDGER_FORMAT");
  });

  it("fails with the one code on any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        for (const text of [a, `${a}\n\n${b}`, `c2sp.org/tlog-proof@v1\n${a}\n\n${checkpoint}`, `old ${a}\n${b}\n\n${checkpoint}`]) {
          outcome(() => openTlogProof(text, leaf, trust));
          outcome(() => decodeAddCheckpoint(text));
        }
      }),
    );
  });
});
