import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { answer } from "../../test-support/answers.ts";
import { expectBounded } from "../../test-support/properties.ts";
import { drawTokens, OFFICIALS, PRIVATE_SECTOR, person, REPORTS, REPORTS_ID, SURVEY, SURVEY_ID, seed } from "../../test-support/world.ts";
import { fromHex, SHA256, toHex } from "../bytes/index.ts";
import { responseNonce } from "../credential/index.ts";
import { leafHash } from "../ledger/index.ts";
import { type Manifest, roundEnvelopeLength } from "../manifest/index.ts";
import { signingKey } from "../primitives/index.ts";
import {
  checkSubmission,
  checkTokens,
  decodeSubmission,
  encodeReportLeaf,
  encodeSubmission,
  encodeSubmissionLeaf,
  isPlaced,
  lastSequence,
  NO_TOKEN,
  peekManifestId,
  type Submission,
  signSubmission,
  submissionContext,
  submissionLength,
  submissionMessage,
} from "./index.ts";
import vectors from "./vectors/submission.json" with { type: "json" };

const BYTES = fromHex(vectors.submission);
const official = person("an official");
const trader = person("a trader");
let submission: Submission;
let trade: Submission;

beforeAll(() => {
  submission = answer(official, { audience: OFFICIALS });
  trade = answer(trader, { audience: PRIVATE_SECTOR });
});

describe("the submission of the vectors, computed by another program", () => {
  const read = decodeSubmission(BYTES, SURVEY);

  it("has these fields", () => {
    expect(toHex(read.manifestId)).toBe(toHex(SURVEY_ID));
    expect([read.audience, read.sequence]).toEqual([vectors.audience, vectors.sequence]);
    expect(toHex(read.responseKey)).toBe(vectors.responseKey);
    expect(read.tokens.map(toHex)).toEqual(vectors.tokens);
    expect(toHex(read.envelope)).toBe(vectors.envelope);
    expect(toHex(read.signature)).toBe(vectors.signature);
    expect(encodeSubmission(read)).toEqual(BYTES);
  });

  it("signs this message with the response key", () => {
    expect(toHex(submissionMessage({ ...read, envelopeHash: SHA256(read.envelope) }))).toBe(vectors.message);
    const { signature: _, responseKey: __, ...fields } = read;
    expect(signSubmission(fields, signingKey(fromHex(vectors.responseSeed)))).toEqual(read);
  });

  it("is sealed in this context, with tokens for this nonce", () => {
    expect(toHex(submissionContext(SURVEY_ID, 0, read.responseKey, 0))).toBe(vectors.context);
    expect(toHex(responseNonce(SURVEY_ID, read.responseKey))).toBe(vectors.nonce);
  });

  it("is admitted", () => {
    expect(checkTokens(read, SURVEY)).toBe("valid");
    expect(() => checkSubmission(read, SURVEY, false)).not.toThrow();
  });

  it("has these leaves", () => {
    expect(toHex(encodeSubmissionLeaf(read))).toBe(vectors.leaf);
    expect(toHex(leafHash(encodeSubmissionLeaf(read)))).toBe(vectors.leafHash);
    expect(toHex(encodeReportLeaf(BYTES))).toBe(vectors.reportLeaf);
  });
});

describe("decodeSubmission", () => {
  it("is bounded", () => expectBounded((bytes) => decodeSubmission(bytes, SURVEY), BYTES, 300));

  it("gives back what was encoded", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        fc.record({
          manifestId: bytes(32),
          audience: fc.nat(255),
          sequence: fc.nat(255),
          responseKey: bytes(32),
          tokens: fc.tuple(bytes(354), bytes(354)),
          envelope: bytes(roundEnvelopeLength(SURVEY)),
          signature: bytes(64),
        }),
        (fields) => {
          expect(decodeSubmission(encodeSubmission(fields), SURVEY)).toEqual(fields);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("asks for the one size of the round, and for an envelope that fills it", () => {
    expect(submissionLength(SURVEY)).toBe(BYTES.length);
    const shifted = new Uint8Array(BYTES);
    shifted[4 + 32 + 2 + 32 + 708 + 3] = (shifted[4 + 32 + 2 + 32 + 708 + 3] as number) - 1;
    expect(() => decodeSubmission(shifted, SURVEY)).toThrow(expect.objectContaining({ code: "ERR_SUBMISSION_FORMAT" }));
    expect(() => decodeSubmission(BYTES, REPORTS)).toThrow(expect.objectContaining({ code: "ERR_SUBMISSION_FORMAT" }));
  });

  it("is not the place for fields of a wrong length", () => {
    expect(() => encodeSubmission({ ...submission, signature: new Uint8Array(63) })).toThrow(TypeError);
    expect(() => encodeSubmission({ ...submission, tokens: [new Uint8Array(353)] })).toThrow(TypeError);
  });
});

describe("peekManifestId", () => {
  it("names the round of a submission and nothing else's", () => {
    expect(peekManifestId(BYTES)).toEqual(SURVEY_ID);
    expect(peekManifestId(BYTES.subarray(0, 35))).toBeNull();
    expect(peekManifestId(fromHex(vectors.leaf))).toBeNull();
    expect(peekManifestId(new Uint8Array(0))).toBeNull();
  });
});

describe("checkSubmission refuses", () => {
  const check = (change: Partial<Submission>, admitted = false, of: Submission = submission) => {
    try {
      checkSubmission({ ...of, ...change }, SURVEY, admitted);
      return "admitted";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  /** Signed as it stands, whatever it says. */
  const signed = (change: Partial<Submission>, of: Submission = submission) => signSubmission({ ...of, ...change }, official.key);

  it("nothing that is right", () => {
    expect(check({})).toBe("admitted");
    expect(check({}, false, trade)).toBe("admitted");
    expect(check({}, true, trade)).toBe("admitted");
  });

  it("another round's", () => {
    expect(check({ manifestId: REPORTS_ID })).toBe("ERR_ROUND_UNKNOWN");
    expect(check({ manifestId: new Uint8Array(0) })).toBe("ERR_ROUND_UNKNOWN");
  });

  it("an audience or a sequence that the round does not have", () => {
    expect(check(signed({ audience: 2 }))).toBe("ERR_SUBMISSION_FORMAT");
    expect(check(signed({ sequence: 16 }))).toBe("ERR_SUBMISSION_FORMAT");
    expect(check(signed({ sequence: 15 }))).toBe("admitted");
  });

  it("a response key that is none", () => {
    expect(check({ responseKey: new Uint8Array(32) })).toBe("ERR_SUBMISSION_FORMAT");
  });

  it("an envelope of another shape, before any signature is looked at", () => {
    const envelope = new Uint8Array(submission.envelope);
    envelope[4] = 1;
    expect(check({ envelope })).toBe("ERR_ENVELOPE_FORMAT");
    expect(check({ envelope: envelope.subarray(1) })).toBe("ERR_ENVELOPE_FORMAT");
  });

  it("whatever was changed after it was signed", () => {
    const envelope = new Uint8Array(submission.envelope);
    envelope[envelope.length - 1] = (envelope[envelope.length - 1] as number) ^ 1;
    expect(check({ envelope })).toBe("ERR_SUBMISSION_SIGNATURE");
    expect(check({ sequence: 1 })).toBe("ERR_SUBMISSION_SIGNATURE");
    expect(check({ audience: 1 })).toBe("ERR_SUBMISSION_SIGNATURE");
    expect(check({ tokens: [NO_TOKEN, NO_TOKEN] })).toBe("ERR_SUBMISSION_SIGNATURE");
    expect(check({ responseKey: trader.key.publicKey })).toBe("ERR_SUBMISSION_SIGNATURE");
  });

  it("tokens that are missing, unless the key was admitted before", () => {
    const none = signed({ tokens: [NO_TOKEN, NO_TOKEN] });
    expect(check(none)).toBe("ERR_TOKEN_MISSING");
    expect(check(none, true)).toBe("admitted");
  });

  it("tokens that are wrong, admitted before or not", () => {
    const [one, two] = submission.tokens as [Uint8Array, Uint8Array];
    for (const tokens of [[two, one], [one, NO_TOKEN], [NO_TOKEN, two], [one, one], [one], [one, two, NO_TOKEN], trade.tokens]) {
      expect(check(signed({ tokens }))).toBe("ERR_TOKEN_INVALID");
      expect(check(signed({ tokens }), true)).toBe("ERR_TOKEN_INVALID");
    }
  });
});

describe("a message of a reports round", () => {
  const key = signingKey(seed("reporter"));
  // Any bytes of the right shape: nobody but a handler can tell.
  const shape = (manifest: Manifest) => {
    const envelope = new Uint8Array(roundEnvelopeLength(manifest));
    envelope.set(new TextEncoder().encode("AMN1"));
    envelope[4] = 1;
    envelope[5] = 2;
    return envelope;
  };
  const message = signSubmission({ manifestId: REPORTS_ID, audience: 0, sequence: 255, tokens: [], envelope: shape(REPORTS) }, key);

  it("has up to 256 sequences, audience 0 and no tokens", () => {
    expect(lastSequence(REPORTS)).toBe(255);
    expect(lastSequence(SURVEY)).toBe(15);
    expect(isPlaced(message, REPORTS)).toBe(true);
    expect(isPlaced({ audience: 1, sequence: 0 }, REPORTS)).toBe(false);
    expect(checkTokens(message, REPORTS)).toBe("none");
  });

  it("has its own size", () => {
    expect(decodeSubmission(encodeSubmission(message), REPORTS)).toEqual(message);
  });

  it("needs no tokens, but an envelope to the handlers", () => {
    expect(() => checkSubmission(message, REPORTS, false)).toThrow(expect.objectContaining({ code: "ERR_ENVELOPE_FORMAT" }));
  });
});

describe("checkTokens", () => {
  it("takes keys from the manifest and people from their response key", () => {
    expect(checkTokens(submission, SURVEY)).toBe("valid");
    expect(checkTokens({ ...submission, responseKey: trader.key.publicKey }, SURVEY)).toBe("invalid");
    expect(checkTokens({ ...submission, audience: 7 }, SURVEY)).toBe("invalid");
    expect(checkTokens({ ...submission, tokens: drawTokens(official, OFFICIALS, "reports") }, SURVEY)).toBe("invalid");
    expect(checkTokens(submission, { ...SURVEY, round: "wave-2" })).toBe("invalid");
  });
});
