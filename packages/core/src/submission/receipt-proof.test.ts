import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROGRAMME, PROMISE_KEY, person, SURVEY_ID, seed } from "../../test-support/world.ts";
import { concat, uint, utf8 } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import {
  addSignatures,
  cosignNote,
  encodeTlogProof,
  encodeVerifierKey,
  inclusionProof,
  leafHash,
  merkleRoot,
  NOTE_COSIGNATURE,
  noteKey,
  signCheckpoint,
} from "../ledger/index.ts";
import type { Programme } from "../programme/index.ts";
import { encodeReceiptProof, openReceiptProof, signPromise } from "./index.ts";

const log = noteKey(PROGRAMME.ledger.origin, seed("ledger of receipts"));
const witness = noteKey("witness.example/w1", seed("witness of receipts"), NOTE_COSIGNATURE);
const programme: Programme = {
  ...PROGRAMME,
  ledger: { origin: log.name, vkey: encodeVerifierKey(log) },
  witnesses: [{ organisation: PROGRAMME.organisations[0]?.id ?? "", vkey: encodeVerifierKey(witness) }],
  quorum: 1,
};
const leaves = Array.from({ length: 11 }, (_, i) => leafHash(uint(i, 4)));
const signed = signCheckpoint({ origin: log.name, size: 11, root: merkleRoot(leaves), extensions: [] }, log);
const checkpoint = addSignatures(signed, cosignNote(signed, witness, 1_767_225_600));
const promise = signPromise({ manifestId: SURVEY_ID, leafHash: leaves[7] as Uint8Array, epoch: 3 }, PROMISE_KEY);
const receipt = { promise, index: 7, proof: inclusionProof(leaves, 7), checkpoint };

function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return error.code;
  }
}

describe("a receipt that verifies offline", () => {
  it("is a C2SP proof whose extra data is the promise, and nothing else", () => {
    const bytes = concat(utf8("AMP1"), SURVEY_ID, leaves[7] as Uint8Array, uint(3, 4), promise.signature);
    expect(encodeReceiptProof(receipt)).toBe(encodeTlogProof({ ...receipt, extra: bytes }));
  });

  it("says that the leaf is in the ledger, in which round, and when witnesses saw it", () => {
    const opened = openReceiptProof(encodeReceiptProof(receipt), programme);
    expect(opened).toMatchObject({ index: 7, promise, checkpoint: { size: 11, cosignatures: [{ timestamp: 1_767_225_600 }] } });
  });

  it("proves nothing when any part of it is another's", () => {
    const open = (change: Partial<typeof receipt>, under = programme) =>
      outcome(() => openReceiptProof(encodeReceiptProof({ ...receipt, ...change }), under));
    expect(open({ promise: { ...promise, leafHash: leaves[6] as Uint8Array } })).toBe("ERR_PROMISE_INVALID");
    expect(open({ promise: signPromise(promise, person("another server").key) })).toBe("ERR_PROMISE_INVALID");
    expect(open({ promise: signPromise({ ...promise, leafHash: leaves[6] as Uint8Array }, PROMISE_KEY) })).toBe("ERR_LEDGER_INCLUSION");
    expect(open({ index: 6 })).toBe("ERR_LEDGER_INCLUSION");
    expect(open({ checkpoint: signed })).toBe("ERR_LEDGER_WITNESSES");
    expect(open({}, { ...programme, ledger: PROGRAMME.ledger })).toBe("ERR_LEDGER_SIGNATURE");
  });

  it("is not a proof without a promise", () => {
    for (const extra of [null, new Uint8Array(135), new Uint8Array(136)]) {
      expect(outcome(() => openReceiptProof(encodeTlogProof({ ...receipt, extra }), programme))).toBe("ERR_LEDGER_FORMAT");
    }
  });

  it("fails with a code on any text", () => {
    const text = encodeReceiptProof(receipt);
    fc.assert(
      fc.property(fc.string(), fc.nat(text.length), (garbage, at) => {
        expect(typeof outcome(() => openReceiptProof(garbage, programme))).toBe("string");
        const cut = text.slice(0, at);
        if (cut !== text) expect(typeof outcome(() => openReceiptProof(cut + garbage, programme))).toBe("string");
      }),
      { numRuns: 50 },
    );
  });
});
