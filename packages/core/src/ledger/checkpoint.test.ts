import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes/index.ts";
import { AmanaError, isAmanaError } from "../errors/index.ts";
import {
  addSignatures,
  type Checkpoint,
  cosign,
  cosignedMessage,
  cosignNote,
  decodeCosignature,
  emptyRoot,
  encodeCheckpoint,
  encodeVerifierKey,
  formatNote,
  NOTE_COSIGNATURE,
  noteKey,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  signCheckpoint,
  signNote,
  verifyNote,
} from "./index.ts";

/** The example of c2sp.org/tlog-checkpoint and c2sp.org/tlog-cosignature, published without its keys. */
const SPEC_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const SPEC_NOTE = `${SPEC_TEXT}
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

/** A checkpoint as a real log and real witnesses signed it, with two of the keys: a public Certificate Transparency staging log. */
const REAL_NOTE = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`;
const REAL_VKEY = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
const REAL_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

const ORIGIN = "amana.example/ledger";
const seed = (fill: number) => new Uint8Array(32).fill(fill);
const log = noteKey(ORIGIN, seed(1));
const w1 = noteKey("witness.example/w1", seed(2), NOTE_COSIGNATURE);
const w2 = noteKey("witness.example/w2", seed(3), NOTE_COSIGNATURE);
const w1Again = noteKey("witness.example/other", seed(2), NOTE_COSIGNATURE);
const logAsWitness = noteKey("witness.example/log", seed(1), NOTE_COSIGNATURE);
const vkey = encodeVerifierKey;

const CHECKPOINT: Checkpoint = {
  origin: ORIGIN,
  size: 1,
  root: fromHex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
  extensions: [],
};
/** Computed apart with OpenSSL's Ed25519 from the seeds 01… and 02…. */
const TEXT = "amana.example/ledger\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n";
const LOG_LINE = "— amana.example/ledger FEgmxQy15QxEE4064mnXXGEJqLx3mjL6/ZPeC6uzvlO+JyFFbFLIE97Pf50UqM1g15mbuTs4Y+UBg2ssj1ET++sphQQ=\n";
const WITNESS_LINE =
  "— witness.example/w1 3xwKNQAAAABpVbkAbhGyBR5Pem+bxf7xRDTZfKPq5D2+YHth4BMyNgbPi3fWX1+2mS4LJZ4xnHvmRkkCyZunQnGaYYCI2B4kd0VUBA==\n";

const signed = signCheckpoint(CHECKPOINT, log);
const trust = (quorum: number, ...witnesses: (typeof w1)[]) => ({
  origin: ORIGIN,
  vkey: vkey(log),
  witnesses: witnesses.map(vkey),
  quorum,
});

function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return error.code;
  }
}

describe("c2sp.org/tlog-checkpoint text", () => {
  it("reads and writes the specification's example", () => {
    const checkpoint = parseCheckpoint(SPEC_TEXT);
    expect({ ...checkpoint, root: toHex(checkpoint.root) }).toEqual({
      origin: "example.com/behind-the-sofa",
      size: 20852163,
      root: "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62",
      extensions: [],
    });
    expect(encodeCheckpoint(checkpoint)).toBe(SPEC_TEXT);
    expect(encodeCheckpoint(CHECKPOINT)).toBe(TEXT);
  });

  it("keeps extension lines", () => {
    const text = `${TEXT}first\nsecond line\n`;
    expect(parseCheckpoint(text).extensions).toEqual(["first", "second line"]);
    expect(encodeCheckpoint(parseCheckpoint(text))).toBe(text);
  });

  const ROOT = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
  it.each([
    ["", "nothing"],
    ["o\n1\n", "two lines"],
    [`o\n1\n${ROOT}`, "no last newline"],
    [`\n1\n${ROOT}\n`, "no origin"],
    [`o\n\n${ROOT}\n`, "no size"],
    [`o\n01\n${ROOT}\n`, "a leading zero"],
    [`o\n-1\n${ROOT}\n`, "a negative size"],
    [`o\n1e3\n${ROOT}\n`, "a size in another notation"],
    [`o\n9007199254740992\n${ROOT}\n`, "a size beyond safe integers"],
    [`o\n99999999999999999999\n${ROOT}\n`, "a size beyond 64 bits"],
    [`o\n1\n${ROOT.slice(4)}\n`, "a short root"],
    [`o\n1\nzz\n`, "a root that is not base 64"],
    [`o\n1\n${ROOT}\n\n`, "an empty extension line"],
    [`o\n0\n${ROOT}\n`, "another root for the empty tree"],
  ])("refuses %j (%s)", (text) => {
    expect(outcome(() => parseCheckpoint(text))).toBe("ERR_LEDGER_FORMAT");
  });

  it("writes no line that reads as another", () => {
    const wrong: Partial<Checkpoint>[] = [
      { origin: "" },
      { origin: `o\n5\n${ROOT}` },
      { size: -1 },
      { size: 1.5 },
      { size: 1e21 },
      { root: new Uint8Array(31) },
      { extensions: [""] },
      { extensions: ["a\nb"] },
    ];
    for (const part of wrong) expect(() => encodeCheckpoint({ ...CHECKPOINT, ...part })).toThrow(TypeError);
    const empty = { ...CHECKPOINT, size: 0, root: emptyRoot() };
    expect(parseCheckpoint(encodeCheckpoint(empty))).toEqual(empty);
  });

  it("fails with the one code on anything at all", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        outcome(() => parseCheckpoint(text));
        outcome(() => parseCheckpoint(`o\n1\n${text}\n`));
        outcome(() => openCheckpoint(`${text}\n\n${LOG_LINE}`, trust(0)));
      }),
    );
  });
});

describe("c2sp.org/tlog-cosignature", () => {
  it("frames the specification's example", () => {
    const { text, signatures } = parseNote(SPEC_NOTE);
    expect(formatNote({ text, signatures })).toBe(SPEC_NOTE);
    const [, witness] = signatures;
    expect([witness?.name, toHex(witness?.keyId ?? new Uint8Array())]).toEqual(["witness.example.com/w1", "8d66cf3f"]);
    const { timestamp, signature } = decodeCosignature(witness?.signature ?? new Uint8Array());
    expect([timestamp, signature.length]).toEqual([1679315147, 64]);
    expect(new TextDecoder().decode(cosignedMessage(text, timestamp))).toBe(`cosignature/v1\ntime 1679315147\n${SPEC_TEXT}`);
  });

  it("verifies a real log's checkpoint with a real witness's cosignature, ignoring the keys it does not know", () => {
    const { cosignatures, size } = openCheckpoint(REAL_NOTE, {
      origin: "arche2025h1.staging.ct.transparency.dev",
      vkey: REAL_VKEY,
      witnesses: [REAL_WITNESS],
      quorum: 1,
    });
    expect(size).toBe(1432088532);
    expect(cosignatures).toEqual([{ name: "remora.n621.de", timestamp: 1779573024 }]);
    expect(outcome(() => verifyNote(REAL_NOTE.replace("1432088532", "1432088533"), [REAL_WITNESS]))).toBe("ERR_LEDGER_SIGNATURE");
  });

  it("signs byte for byte what was computed apart", () => {
    expect(signed).toBe(`${TEXT}\n${LOG_LINE}`);
    expect(cosignNote(signed, w1, 1767225600)).toBe(WITNESS_LINE);
  });

  it("covers the time and the extension lines", () => {
    const note = addSignatures(signed, cosignNote(signed, w1, 7));
    const { text, signatures } = parseNote(note);
    const later = signatures.map((one) =>
      one.name === w1.name ? { ...one, signature: fromHex(`0000000000000008${toHex(one.signature).slice(16)}`) } : one,
    );
    expect(outcome(() => openCheckpoint(formatNote({ text, signatures: later }), trust(1, w1)))).toBe("ERR_LEDGER_SIGNATURE");
    const longer = signNote(`${TEXT}extension\n`, [log]) + note.slice(note.indexOf("— witness"));
    expect(outcome(() => openCheckpoint(longer, trust(1, w1)))).toBe("ERR_LEDGER_SIGNATURE");
  });

  it("refuses other lengths, times beyond safe integers, and keys that are no witness's", () => {
    for (const length of [0, 71, 73]) expect(outcome(() => decodeCosignature(new Uint8Array(length)))).toBe("ERR_LEDGER_FORMAT");
    expect(outcome(() => decodeCosignature(new Uint8Array(72).fill(255)))).toBe("ERR_LEDGER_FORMAT");
    expect(() => cosign(TEXT, log, 1)).toThrow(TypeError);
    expect(() => cosign(TEXT, w1, -1)).toThrow(TypeError);
  });
});

describe("openCheckpoint", () => {
  const lines = cosignNote(signed, w1, 100) + cosignNote(signed, w2, 200);
  const cosigned = addSignatures(signed, lines);

  it("gives the checkpoint and who witnessed it when", () => {
    expect(openCheckpoint(cosigned, trust(2, w1, w2))).toEqual({
      ...CHECKPOINT,
      cosignatures: [
        { name: "witness.example/w1", timestamp: 100 },
        { name: "witness.example/w2", timestamp: 200 },
      ],
      note: cosigned,
    });
    expect(openCheckpoint(new TextEncoder().encode(signed), trust(0)).cosignatures).toEqual([]);
  });

  it("keeps of a note what known keys signed, one line each: a line of another could mark whoever was given it", () => {
    const marked = addSignatures(cosigned, cosignNote(cosigned, noteKey("visitor-4711.example", seed(8), NOTE_COSIGNATURE), 1));
    const { note } = openCheckpoint(marked, trust(2, w1, w2));
    expect(note).toBe(cosigned);
    // Without the defence: the marked note is as good.
    expect(marked).toContain("visitor-4711");
    expect(openCheckpoint(note, trust(2, w1, w2)).size).toBe(openCheckpoint(marked, trust(2, w1, w2)).size);
  });

  it("wants the log's signature, by the log's key, over the log's origin", () => {
    const other = noteKey(ORIGIN, seed(9));
    const { text, signatures } = parseNote(cosigned);
    expect(outcome(() => openCheckpoint(signCheckpoint(CHECKPOINT, other), trust(0)))).toBe("ERR_LEDGER_SIGNATURE");
    expect(outcome(() => openCheckpoint(formatNote({ text, signatures: signatures.slice(1) }), trust(1, w1)))).toBe("ERR_LEDGER_SIGNATURE");
    expect(outcome(() => openCheckpoint(signCheckpoint({ ...CHECKPOINT, origin: "other.example" }, log), trust(0)))).toBe(
      "ERR_LEDGER_SIGNATURE",
    );
    expect(outcome(() => openCheckpoint(cosigned.replace("\n1\n", "\n2\n"), trust(0)))).toBe("ERR_LEDGER_SIGNATURE");
    expect(outcome(() => openCheckpoint(signNote("hello\n", [log]), trust(0)))).toBe("ERR_LEDGER_FORMAT");
  });

  it("wants a quorum of the witnesses it was given", () => {
    expect(outcome(() => openCheckpoint(signed, trust(1, w1)))).toBe("ERR_LEDGER_WITNESSES");
    expect(outcome(() => openCheckpoint(cosigned, trust(1)))).toBe("ERR_LEDGER_WITNESSES");
    expect(outcome(() => openCheckpoint(cosigned, trust(3, w1, w2)))).toBe("ERR_LEDGER_WITNESSES");
  });

  it("refuses a wrong cosignature by a known witness rather than counting without it", () => {
    const { text, signatures } = parseNote(cosigned);
    const wrong = signatures.map((one) => (one.name === w2.name ? { ...one, signature: new Uint8Array(72) } : one));
    expect(outcome(() => openCheckpoint(formatNote({ text, signatures: wrong }), trust(1, w1, w2)))).toBe("ERR_LEDGER_SIGNATURE");
  });

  it("counts one witness once: not twice in a note, nor under two names; counting lines would be fooled", () => {
    const twice = addSignatures(signed, cosignNote(signed, w1, 100) + cosignNote(signed, w1, 101));
    const renamed = addSignatures(signed, cosignNote(signed, w1, 100) + cosignNote(signed, w1Again, 100));
    for (const [note, witnesses] of [
      [twice, [w1, w1]],
      [renamed, [w1, w1Again]],
    ] as const) {
      // Without the defence: as many cosignature lines as the quorum asks for, and each of them verifies.
      expect(parseNote(note).signatures.length - 1).toBe(2);
      expect(verifyNote(note, witnesses.map(vkey)).signatures.length).toBeGreaterThan(0);
      expect(outcome(() => openCheckpoint(note, trust(2, ...witnesses)))).toBe("ERR_LEDGER_WITNESSES");
      expect(openCheckpoint(note, trust(1, ...witnesses)).cosignatures).toHaveLength(1);
    }
    expect(openCheckpoint(twice, trust(1, w1)).cosignatures).toEqual([{ name: w1.name, timestamp: 101 }]);
  });

  it("does not count the log as its own witness, nor its signature as a cosignature", () => {
    const own = addSignatures(signed, cosignNote(signed, logAsWitness, 100));
    expect(verifyNote(own, [vkey(logAsWitness)]).signatures).toHaveLength(1);
    expect(outcome(() => openCheckpoint(own, trust(1, logAsWitness)))).toBe("ERR_LEDGER_WITNESSES");
    expect(outcome(() => openCheckpoint(cosigned, { ...trust(1, w1), witnesses: [vkey(log)] }))).toBe("ERR_LEDGER_FORMAT");
    expect(outcome(() => openCheckpoint(cosigned, { ...trust(1, w2), vkey: vkey(w1) }))).toBe("ERR_LEDGER_FORMAT");
  });

  it("takes no quorum that is no number of witnesses", () => {
    for (const quorum of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => openCheckpoint(cosigned, trust(quorum, w1))).toThrow(TypeError);
  });

  it("says why in words that hold none of the input", () => {
    expect(new AmanaError("ERR_LEDGER_MISSING").message).toMatch(/not there/);
    try {
      openCheckpoint(cosigned, trust(3, w1));
    } catch (error) {
      expect(JSON.stringify([error, (error as Error).message])).not.toContain("witness.example");
    }
  });
});
