import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answered, answersTo, questionnaires } from "../../../../test/generators/questionnaires.ts";
import { SMALL } from "../../../../test/generators/small-questionnaire.ts";
import { fromHex, toHex } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { type Answers, ballotSize, decodeBallot, encodeBallot, encodeWithdrawal, type Questionnaire, questionnaireHash } from "./index.ts";

/* Written by hand: "AMB1", state, then the hash computed with Python's json and hashlib from the same document. */
const HASH = "9501f736415033dfaefbc865b1333bbcd93ffcf2d45062434b19c611ed71c090";
const ANSWERED = `414d423101${HASH}`;
const WITHDRAWN = `414d423100${HASH}`;

/** Whether decoding refuses; any other error than the one code fails the test. */
function refuses(questionnaire: Questionnaire, bytes: Uint8Array): boolean {
  try {
    decodeBallot(questionnaire, bytes);
    return false;
  } catch (error) {
    if (isAmanaError(error, "ERR_BALLOT_FORMAT")) return true;
    throw error;
  }
}

describe("the ballot of docs/protocol.md", () => {
  it("has the size that its items take", () => {
    expect(ballotSize(SMALL)).toBe(37 + 1 + 1 + 3 + 7);
  });

  it.each<[string, Answers, string]>([
    ["nothing", {}, "00 00 000000 00000000000000"],
    ["a point", { L1: 3 }, "03 00 000000 00000000000000"],
    ["don't know", { L1: "dont_know" }, "ff 00 000000 00000000000000"],
    ["prefer not", { L1: "prefer_not" }, "fe 00 000000 00000000000000"],
    ["an option", { S1: "b" }, "00 02 000000 00000000000000"],
    ["options 1 and 9", { S1: "b", N1: ["o1", "o9"] }, "00 02 018080 00000000000000"],
    ["option 8", { S1: "b", N1: ["o8"] }, "00 02 010100 00000000000000"],
    ["prefer not, several", { S1: "b", N1: "prefer_not" }, "00 02 fe0000 00000000000000"],
    ["a text", { C1: "شك" }, "00 00 000000 0004d8b4d98300"],
    ["a full text", { C1: "12345" }, "00 00 000000 00053132333435"],
    ["everything", { L1: 1, S1: "b", N1: ["o2", "o3"], C1: "é" }, "01 02 016000 0002c3a9000000"],
  ])("encodes %s", (_, answers, fields) => {
    const bytes = encodeBallot(SMALL, answers);
    expect(toHex(bytes)).toBe(ANSWERED + fields.replaceAll(" ", ""));
    expect(decodeBallot(SMALL, bytes)).toEqual({ withdrawn: false, answers });
  });

  it("encodes a withdrawal of the same size", () => {
    const bytes = encodeWithdrawal(SMALL);
    expect(toHex(bytes)).toBe(`${WITHDRAWN}${"00".repeat(12)}`);
    expect(decodeBallot(SMALL, bytes)).toEqual({ withdrawn: true });
  });

  it("puts texts into NFC and options into the order of the questionnaire", () => {
    expect(encodeBallot(SMALL, { C1: "e\u0301" })).toEqual(encodeBallot(SMALL, { C1: "é" }));
    expect(encodeBallot(SMALL, { S1: "b", N1: ["o9", "o1"] })).toEqual(encodeBallot(SMALL, { S1: "b", N1: ["o1", "o9"] }));
  });

  it("encodes checked answers only", () => {
    expect(() => encodeBallot(SMALL, { S1: "a", N1: ["o1"] })).toThrow(expect.objectContaining({ code: "ERR_ANSWER_INVALID" }));
  });

  it.each<[string, string]>([
    ["another magic", `414d423201${HASH}${"00".repeat(12)}`],
    ["another state", `414d423102${HASH}${"00".repeat(12)}`],
    ["another questionnaire", `414d423101${HASH.replace(/.$/, "1")}${"00".repeat(12)}`],
    ["a withdrawal with an answer", `${WITHDRAWN}01${"00".repeat(11)}`],
    ["one byte too few", `${ANSWERED}${"00".repeat(11)}`],
    ["one byte too many", `${ANSWERED}${"00".repeat(13)}`],
    ["nothing", ""],
    ["a point above the scale", `${ANSWERED}04${"00".repeat(11)}`],
    ["an option above the list", `${ANSWERED}0003${"00".repeat(10)}`],
    ["don't know where it is not offered", `${ANSWERED}00ff${"00".repeat(10)}`],
    ["prefer not where it is not offered", `${ANSWERED}00fe${"00".repeat(10)}`],
    ["an unknown flag", `${ANSWERED}0002028000${"00".repeat(7)}`],
    ["a chosen flag without options", `${ANSWERED}0002010000${"00".repeat(7)}`],
    ["options without a flag", `${ANSWERED}0002008000${"00".repeat(7)}`],
    ["options besides prefer not", `${ANSWERED}0002fe8000${"00".repeat(7)}`],
    ["three options of at most two", `${ANSWERED}000201e000${"00".repeat(7)}`],
    ["an unused bit of the mask", `${ANSWERED}0002018040${"00".repeat(7)}`],
    ["an answer to a hidden item", `${ANSWERED}0001018000${"00".repeat(7)}`],
    ["a text longer than its field", `${ANSWERED}0000000000${"0006"}3132333435`],
    ["padding of a text that is not zero", `${ANSWERED}0000000000${"0001"}3100000001`],
    ["a text of length 0 with bytes", `${ANSWERED}0000000000${"0000"}3100000000`],
    ["a text that is not UTF-8", `${ANSWERED}0000000000${"0001"}ff00000000`],
    ["a text that is not NFC", `${ANSWERED}0000000000${"0003"}65cc810000`],
    ["a text with a byte-order mark", `${ANSWERED}0000000000${"0003"}efbbbf0000`],
  ])("refuses %s", (_, hex) => {
    expect(refuses(SMALL, fromHex(hex))).toBe(true);
  });

  it("carries nothing of a refused ballot in its error", () => {
    expect(() => decodeBallot(SMALL, fromHex(`${ANSWERED}0000000000${"0006"}3132333435`))).toThrow(
      expect.objectContaining({ code: "ERR_BALLOT_FORMAT", details: {} }),
    );
  });
});

describe("any ballot", () => {
  it("decodes to what was encoded, at the size of its questionnaire", () => {
    fc.assert(
      fc.property(answered(), ({ questionnaire, answers }) => {
        const bytes = encodeBallot(questionnaire, answers);
        expect(bytes.length).toBe(ballotSize(questionnaire));
        expect(decodeBallot(questionnaire, bytes)).toEqual({ withdrawn: false, answers });
        expect(decodeBallot(questionnaire, encodeWithdrawal(questionnaire))).toEqual({ withdrawn: true });
      }),
      { numRuns: 200 },
    );
  });

  it("is either refused or encodes again to the same bytes, whatever was changed in it", () => {
    // Mostly small numbers behind the header, so that some of what comes out is a ballot again.
    const byte = fc.oneof({ arbitrary: fc.nat({ max: 5 }), weight: 4 }, fc.nat({ max: 255 }));
    const flipped = answered().chain(({ questionnaire, answers }) => {
      const at = fc.oneof({ arbitrary: fc.integer({ min: 37, max: ballotSize(questionnaire) - 1 }), weight: 20 }, fc.nat({ max: 36 }));
      const changes = fc.array(fc.tuple(at, byte), { minLength: 1, maxLength: 2 });
      return changes.map((list) => ({ questionnaire, list, bytes: encodeBallot(questionnaire, answers) }));
    });
    let accepted = 0;
    fc.assert(
      fc.property(flipped, ({ questionnaire, list, bytes }) => {
        for (const [place, value] of list) bytes[place] = value;
        if (refuses(questionnaire, bytes)) return;
        accepted++;
        const ballot = decodeBallot(questionnaire, bytes);
        expect(ballot.withdrawn ? encodeWithdrawal(questionnaire) : encodeBallot(questionnaire, ballot.answers)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(5);
  });

  it("is refused by another questionnaire", () => {
    fc.assert(
      fc.property(answered(), fc.constantFrom("other", "another"), ({ questionnaire, answers }, id) => {
        expect(refuses({ ...questionnaire, id }, encodeBallot(questionnaire, answers))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what the length of a ballot says", () => {
  const pairs = questionnaires().chain((questionnaire) =>
    fc.record({ questionnaire: fc.constant(questionnaire), one: answersTo(questionnaire), other: answersTo(questionnaire) }),
  );
  /** How often an observer of lengths alone can tell two sets of answers apart. */
  function toldApart(encode: (questionnaire: Questionnaire, answers: Answers) => Uint8Array): number {
    const samples = fc.sample(pairs, { numRuns: 100, seed: 1 });
    return samples.filter(({ questionnaire, one, other }) => encode(questionnaire, one).length !== encode(questionnaire, other).length)
      .length;
  }

  it("is nothing with the fixed fields", () => {
    expect(toldApart(encodeBallot)).toBe(0);
  });

  it("is much with an encoding as long as its answers", () => {
    expect(toldApart((_, answers) => new TextEncoder().encode(JSON.stringify(answers)))).toBeGreaterThan(50);
  });
});

describe("a mark that somebody made a respondent put into the ballot", () => {
  const honest = encodeBallot(SMALL, { C1: "é" });
  const marked = honest.with(honest.length - 1, 0x2a);
  /** A reader that stops at the length of the text, as most would. */
  const lenient = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(44, 44 + (bytes[43] ?? 0)));

  it("would be counted by a reader that skips padding", () => {
    expect(lenient(marked)).toBe(lenient(honest));
  });

  it("is refused here", () => {
    expect(refuses(SMALL, honest)).toBe(false);
    expect(refuses(SMALL, marked)).toBe(true);
  });
});

describe("questionnaireHash", () => {
  it("is the hash of the canonical document", () => {
    expect(toHex(questionnaireHash(SMALL))).toBe(HASH);
  });
});
