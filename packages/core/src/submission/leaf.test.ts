import { describe, expect, it } from "vitest";
import { answer } from "../../test-support/answers.ts";
import { expectBounded } from "../../test-support/properties.ts";
import { PROMISE_KEY, person, SURVEY_ID } from "../../test-support/world.ts";
import { concat, fromHex, toHex } from "../bytes/index.ts";
import {
  decodePromise,
  decodeReportLeaf,
  decodeSubmissionLeaf,
  encodePromise,
  encodeReportLeaf,
  encodeSubmissionLeaf,
  signPromise,
  verifyPromise,
  verifySubmissionLeaf,
} from "./index.ts";
import vectors from "./vectors/submission.json" with { type: "json" };

const LEAF = fromHex(vectors.leaf);
const refused = expect.objectContaining({ code: "ERR_ENTRY_INVALID" });

describe("the leaf of the vectors", () => {
  const leaf = decodeSubmissionLeaf(LEAF);

  it("has these fields, and no ciphertext", () => {
    expect(toHex(leaf.manifestId)).toBe(toHex(SURVEY_ID));
    expect([leaf.audience, leaf.sequence]).toEqual([0, 0]);
    expect(toHex(leaf.responseKey)).toBe(vectors.responseKey);
    expect(leaf.tokens.map(toHex)).toEqual(vectors.tokens);
    expect(toHex(leaf.envelopeHash)).toBe(vectors.envelopeHash);
    expect(toHex(leaf.signature)).toBe(vectors.signature);
    expect(toHex(LEAF)).not.toContain(vectors.envelope.slice(0, 64));
  });

  it("is signed by its response key over every field", () => {
    expect(verifySubmissionLeaf(leaf)).toBe(true);
    expect(verifySubmissionLeaf({ ...leaf, audience: 1 })).toBe(false);
    expect(verifySubmissionLeaf({ ...leaf, sequence: 1 })).toBe(false);
    expect(verifySubmissionLeaf({ ...leaf, tokens: leaf.tokens.slice(1) })).toBe(false);
    expect(verifySubmissionLeaf({ ...leaf, envelopeHash: leaf.responseKey })).toBe(false);
    expect(verifySubmissionLeaf({ ...leaf, manifestId: leaf.responseKey })).toBe(false);
  });
});

describe("decodeSubmissionLeaf", () => {
  it("is bounded", () => expectBounded(decodeSubmissionLeaf, LEAF, 300));

  it("reads back what a submission gives", () => {
    const submission = answer(person("somebody"));
    const { envelope: _, ...rest } = submission;
    expect(decodeSubmissionLeaf(encodeSubmissionLeaf(submission))).toMatchObject(rest);
    expect(encodeSubmissionLeaf(submission)).toEqual(encodeSubmissionLeaf({ ...submission }));
    expect(() => encodeSubmissionLeaf({ ...submission, signature: new Uint8Array(1) })).toThrow(TypeError);
  });

  it("refuses more places than any audience has issuers", () => {
    const wide = concat(LEAF.subarray(0, 38), Uint8Array.of(5), LEAF.subarray(39, 71), new Uint8Array(5 * 354), LEAF.subarray(-96));
    expect(() => decodeSubmissionLeaf(wide)).toThrow(refused);
    wide[38] = 4;
    expect(() => decodeSubmissionLeaf(wide)).toThrow(refused);
  });
});

describe("the leaf of a report", () => {
  it("is opaque, and bounded", async () => {
    const leaf = fromHex(vectors.reportLeaf);
    expect(decodeReportLeaf(leaf)).toEqual(leaf.slice(4));
    expect(encodeReportLeaf(fromHex(vectors.submission))).toEqual(leaf);
    await expectBounded(decodeReportLeaf, leaf);
  });
});

describe("a promise", () => {
  const bytes = fromHex(vectors.promise.bytes);
  const fields = { manifestId: SURVEY_ID, leafHash: fromHex(vectors.leafHash), epoch: vectors.promise.epoch };

  it("has these 136 bytes and this signature, every time", () => {
    const promise = signPromise(fields, PROMISE_KEY);
    expect(toHex(promise.signature)).toBe(vectors.promise.signature);
    expect(encodePromise(promise)).toEqual(bytes);
    expect(bytes).toHaveLength(136);
    expect(decodePromise(bytes)).toEqual(promise);
  });

  it("holds for one leaf, one round, one epoch and one key", () => {
    const promise = decodePromise(bytes);
    expect(verifyPromise(promise, PROMISE_KEY.publicKey)).toBe(true);
    expect(verifyPromise({ ...promise, epoch: 8 }, PROMISE_KEY.publicKey)).toBe(false);
    expect(verifyPromise({ ...promise, leafHash: SURVEY_ID }, PROMISE_KEY.publicKey)).toBe(false);
    expect(verifyPromise({ ...promise, manifestId: promise.leafHash }, PROMISE_KEY.publicKey)).toBe(false);
    expect(verifyPromise(promise, person("somebody").key.publicKey)).toBe(false);
  });

  it("is bounded", () => expectBounded(decodePromise, bytes));

  it("has fields of fixed lengths", () => {
    expect(() => encodePromise({ ...decodePromise(bytes), leafHash: new Uint8Array(31) })).toThrow(TypeError);
  });
});
