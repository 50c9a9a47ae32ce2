import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectBounded } from "../../test-support/properties.ts";
import { drawTokens, PRIVATE_SECTOR, person, REPORTS, REPORTS_ID, SURVEY, SURVEY_ID, seed } from "../../test-support/world.ts";
import { encodeJson, fromHex, H, SHA256, TAGS, toHex, utf8 } from "../bytes/index.ts";
import { type Manifest, type ManifestAudience, manifestId } from "../manifest/index.ts";
import { kemKey, signingKey } from "../primitives/index.ts";
import {
  checkWork,
  decodeFirstReport,
  decodeMark,
  decodeReportDocument,
  encodeFirstReport,
  encodeMark,
  encodeReportDocument,
  MARK_LENGTH,
  type Mark,
  type MarkedReport,
  mailboxAddress,
  makeMark,
  type ReportDocument,
  reportContext,
  solveWork,
  verifyMark,
  WORK_LENGTH,
  withWork,
} from "./index.ts";
import vectors from "./vectors/mailbox.json" with { type: "json" };

const DOCUMENT = vectors.document as ReportDocument;
const FOLLOW_UP = vectors.followUp.document as unknown as ReportDocument;
const ADDRESS = fromHex(vectors.address);
const AT = { address: ADDRESS, responseKey: fromHex(vectors.responseKey) };
const REPLY_KEY = kemKey(fromHex(vectors.replySeed)).publicKey;
const MARK = decodeMark(fromHex(vectors.mark.bytes), 1) as Mark;
const FIRST = fromHex(vectors.firstReport);

describe("the report of the vectors, computed by another program", () => {
  it("goes to this mailbox, sealed in this context", () => {
    expect(toHex(mailboxAddress(REPORTS_ID, fromHex(vectors.mailboxSecret)))).toBe(vectors.address);
    expect(toHex(reportContext(REPORTS_ID, fromHex(vectors.responseKey), 200))).toBe(vectors.context);
  });

  it("has these bytes, with and without a mark", () => {
    const report = { address: ADDRESS, replyKey: REPLY_KEY, mark: MARK, document: DOCUMENT };
    expect(toHex(encodeFirstReport(report))).toBe(vectors.firstReport);
    expect(decodeFirstReport(FIRST)).toEqual(report);
    expect(toHex(encodeFirstReport({ ...report, mark: null }))).toBe(vectors.unmarkedReport);
    expect(decodeFirstReport(fromHex(vectors.unmarkedReport))).toEqual({ ...report, mark: null });
  });

  it("is followed up by this document", () => {
    expect(encodeReportDocument(FOLLOW_UP)).toEqual(utf8(vectors.followUp.canonical));
    expect(decodeReportDocument(utf8(vectors.followUp.canonical))).toEqual(FOLLOW_UP);
  });
});

describe("decodeFirstReport", () => {
  it("is bounded", async () => {
    await expectBounded(decodeFirstReport, FIRST, 200);
    await expectBounded(decodeFirstReport, fromHex(vectors.unmarkedReport), 200);
  });

  it("refuses flags that say nothing, and marks where none should be", () => {
    const at = 32 + 1216;
    for (const flags of [0, 2, 255]) {
      const changed = new Uint8Array(FIRST);
      changed[at] = flags;
      expect(() => decodeFirstReport(changed)).toThrow(expect.objectContaining({ code: "ERR_REPORT_FORMAT" }));
    }
  });

  it("reads a report, and decodeReportDocument a follow-up: neither takes the other", () => {
    const swapped = new Uint8Array([...FIRST.slice(0, 32 + 1216 + 1 + MARK_LENGTH), ...encodeJson(FOLLOW_UP)]);
    expect(() => decodeFirstReport(swapped)).toThrow(expect.objectContaining({ code: "ERR_REPORT_FORMAT" }));
    expect(() => decodeReportDocument(encodeJson(DOCUMENT))).toThrow(expect.objectContaining({ code: "ERR_REPORT_FORMAT" }));
    expect(() => encodeReportDocument(DOCUMENT)).toThrow(TypeError);
    expect(() => encodeFirstReport({ address: ADDRESS, replyKey: REPLY_KEY, mark: null, document: FOLLOW_UP })).toThrow(TypeError);
  });

  it("has a head of fixed length", () => {
    expect(() => encodeFirstReport({ address: ADDRESS.subarray(1), replyKey: REPLY_KEY, mark: null, document: DOCUMENT })).toThrow(
      TypeError,
    );
  });
});

describe("decodeReportDocument", () => {
  it("is bounded", () => expectBounded(decodeReportDocument, utf8(vectors.followUp.canonical)));

  it("reads whatever was written", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 60 });
    const key = fc.stringMatching(/^[a-z0-9-]{1,10}$/).filter((name) => !["constructor", "prototype"].includes(name));
    fc.assert(
      fc.property(
        fc.dictionary(
          key,
          text.filter((value) => value.normalize("NFC").length <= 64),
          { maxKeys: 8 },
        ),
        text,
        (fields, words) => {
          const normal = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.normalize("NFC")]));
          expect(decodeReportDocument(encodeReportDocument({ ...FOLLOW_UP, fields, text: words }))).toEqual({
            ...FOLLOW_UP,
            fields: normal,
            text: words.normalize("NFC"),
          });
        },
      ),
    );
  });

  it("takes a text that a keyboard gave decomposed", () => {
    const decomposed = "Re\u0301ponse a\u0300 la question";
    expect(decodeReportDocument(encodeReportDocument({ ...FOLLOW_UP, text: decomposed })).text).toBe("R\u00e9ponse \u00e0 la question");
  });

  it("takes every text that fits the envelope, and refuses a field that could not be read before it is sent", () => {
    const long = { ...FOLLOW_UP, text: "x".repeat(16_000) };
    expect(decodeReportDocument(encodeReportDocument(long))).toEqual(long);
    const refused = expect.objectContaining({ code: "ERR_JSON_SCHEMA" });
    expect(() => encodeReportDocument({ ...FOLLOW_UP, fields: { Region: "north" } })).toThrow(refused);
    expect(() => encodeReportDocument({ ...FOLLOW_UP, fields: { region: "x".repeat(65) } })).toThrow(refused);
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`f${i}`, "x"]));
    expect(() => encodeReportDocument({ ...FOLLOW_UP, fields: many })).toThrow(refused);
  });
});

describe("the mark of the vectors, computed by another program", () => {
  const key = signingKey(fromHex(vectors.mark.seed));
  const fields = { survey: SURVEY_ID, audience: vectors.mark.audience, tokens: [fromHex(vectors.mark.token)] };

  it("has these bytes", () => {
    expect(makeMark(fields, REPORTS_ID, AT, key)).toEqual(MARK);
    expect(toHex(encodeMark(MARK))).toBe(vectors.mark.bytes);
    expect(toHex(MARK.reportKey)).toBe(vectors.mark.reportKey);
    expect(toHex(MARK.signature)).toBe(vectors.mark.signature);
    expect(encodeMark(MARK)).toHaveLength(MARK_LENGTH);
  });

  it("checks", () => expect(() => verifyMark(MARK, REPORTS, AT, SURVEY)).not.toThrow());

  it("is bounded", () => expectBounded((bytes) => decodeMark(bytes, 1), encodeMark(MARK), 200));

  it("takes nothing from its maker but what it is made of", () => {
    const source = { ...fields, secretCode: seed("secret") };
    expect(Object.keys(makeMark(source, REPORTS_ID, AT, key)).sort()).toEqual(["audience", "reportKey", "signature", "survey", "tokens"]);
    expect(() => encodeMark({ ...MARK, tokens: MARK.tokens.slice(1) })).toThrow(TypeError);
  });
});

describe("verifyMark", () => {
  const invalid = expect.objectContaining({ code: "ERR_MARK_INVALID" });
  const refuses = (mark: Mark, reports: Manifest = REPORTS, report: MarkedReport = AT, survey: Manifest = SURVEY) =>
    expect(() => verifyMark(mark, reports, report, survey)).toThrow(invalid);

  it("knows an official by two issuers, a trader by one", () => {
    const who = person("an official");
    const mark = makeMark({ survey: SURVEY_ID, audience: 0, tokens: drawTokens(who, 0, "reports") }, REPORTS_ID, AT, who.reportKey);
    expect(() => verifyMark(mark, REPORTS, AT, SURVEY)).not.toThrow();
    refuses({ ...mark, tokens: mark.tokens.map((token, place) => (place === 1 ? new Uint8Array(354) : token)) });
    refuses({ ...mark, audience: PRIVATE_SECTOR });
  });

  it("refuses a survey that is another, or that the channel does not accept", () => {
    refuses({ ...MARK, survey: REPORTS_ID });
    refuses(MARK, REPORTS, AT, { ...SURVEY, round: "wave-2" });
    // All else is right for a channel that accepts nothing.
    const closed: Manifest = { ...REPORTS, accepts: [] };
    const key = signingKey(fromHex(vectors.mark.seed));
    refuses(makeMark({ survey: SURVEY_ID, audience: MARK.audience, tokens: MARK.tokens }, manifestId(closed), AT, key), closed);
  });

  it("refuses an audience that the survey does not have, or that nobody issues for", () => {
    refuses({ ...MARK, audience: 2 });
    const [officials, traders] = SURVEY.audiences as [ManifestAudience, ManifestAudience];
    const open: Manifest = { ...SURVEY, audiences: [officials, { ...traders, issuers: [] }] };
    const channel: Manifest = { ...REPORTS, accepts: [toHex(manifestId(open))] };
    const fields = { survey: manifestId(open), audience: PRIVATE_SECTOR, tokens: [] };
    refuses(makeMark(fields, manifestId(channel), AT, signingKey(seed("anyone"))), channel, AT, open);
  });

  it("refuses tokens for answering, too few places, and a token where there is no issuer", () => {
    const who = person("a trader");
    const tokens = drawTokens(who, PRIVATE_SECTOR);
    refuses(makeMark({ survey: SURVEY_ID, audience: PRIVATE_SECTOR, tokens }, REPORTS_ID, AT, who.reportKey));
    refuses({ ...MARK, tokens: MARK.tokens.slice(0, 1) });
    refuses({ ...MARK, tokens: [MARK.tokens[0], MARK.tokens[0], MARK.tokens[2], MARK.tokens[3]] as Uint8Array[] });
  });
});

describe("work", () => {
  const message = fromHex(vectors.work.message);
  const work = fromHex(vectors.work.work);

  it("of the vectors is found and checked", async () => {
    expect(await solveWork(REPORTS_ID, message, vectors.work.difficulty)).toEqual(work);
    expect(toHex(H(TAGS.work, REPORTS_ID, SHA256(message), work))).toBe(vectors.work.hash);
    expect(checkWork(REPORTS_ID, message, work, vectors.work.zeroBits)).toBe(true);
    expect(checkWork(REPORTS_ID, message, work, vectors.work.zeroBits + 1)).toBe(false);
  });

  it("is for one message of one round, of eight bytes", () => {
    expect(checkWork(REPORTS_ID, utf8("another message"), work, 8)).toBe(false);
    expect(checkWork(SURVEY_ID, message, work, 8)).toBe(false);
    expect(checkWork(REPORTS_ID, message, work.subarray(1), 0)).toBe(false);
    expect(checkWork(REPORTS_ID, message, new Uint8Array(8), 0)).toBe(true);
  });

  it("stands in front of what is sent", () => {
    expect(withWork(work, message)).toEqual(Uint8Array.of(...work, ...message));
    expect(WORK_LENGTH).toBe(8);
  });

  it("lets the page breathe while it is found", async () => {
    let pauses = 0;
    const found = await solveWork(REPORTS_ID, utf8("a longer search"), 13, async () => void pauses++);
    expect(checkWork(REPORTS_ID, utf8("a longer search"), found, 13)).toBe(true);
    expect(pauses).toBe(Math.floor(Number(BigInt(`0x${toHex(found)}`)) / 1024));
    expect(pauses).toBeGreaterThan(0);
    expect(await solveWork(REPORTS_ID, utf8("a longer search"), 13)).toEqual(found);
  });
});
