import { readdirSync } from "node:fs";
import { toHex } from "@amana/core/bytes";
import { CASE_RECORD_SIZE } from "@amana/core/cases";
import {
  DRAW_LENGTH,
  ENROLMENT_ANSWER_LENGTH,
  ENROLMENT_LENGTH,
  ENROLMENT_RECEIPT_LENGTH,
  generateIssuerKey,
  TOKEN_LENGTH,
} from "@amana/core/credential";
import { envelopeLength } from "@amana/core/envelope";
import { SENTENCES } from "@amana/core/errors";
import {
  CHUNK_LENGTH,
  encodeFirstReport,
  encodeReportDocument,
  GROUP_LENGTH,
  MARK_LENGTH,
  REPLY_LENGTH,
  REPLY_TEXT_LIMIT,
} from "@amana/core/mailbox";
import { REPORT_SIZE } from "@amana/core/manifest";
import { encodePromise, encodeReportLeaf, encodeSubmissionLeaf } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { documents, read, tableOf } from "./markdown.ts";

const protocol = read("docs/protocol.md");
const zeros = (length: number): Uint8Array => new Uint8Array(length);

const leaf = {
  manifestId: zeros(32),
  audience: 0,
  sequence: 0,
  responseKey: zeros(32),
  tokens: [zeros(TOKEN_LENGTH)],
  envelope: zeros(0),
  signature: zeros(64),
};

function firstReportHead(): number {
  const document = { protocol: "amana/1", type: "report", locale: "en", fields: {}, text: "", attachments: [] } as const;
  const whole = encodeFirstReport({ address: zeros(32), replyKey: zeros(1216), mark: null, document });
  return whole.length - encodeReportDocument({ ...document, type: "follow-up" }).length + "follow-up".length - "report".length;
}

const LENGTHS: Readonly<Record<string, number>> = {
  "Envelope for 1 recipient, empty plaintext size": envelopeLength(1, 0),
  "Envelope for 3 recipients, empty plaintext size": envelopeLength(3, 0),
  EnrolmentRequest: ENROLMENT_LENGTH,
  EnrolmentReceipt: ENROLMENT_RECEIPT_LENGTH,
  EnrolmentAnswer: ENROLMENT_ANSWER_LENGTH,
  Token: TOKEN_LENGTH,
  Draw: DRAW_LENGTH,
  "SubmissionLeaf, one token place": encodeSubmissionLeaf(leaf).length,
  ReportLeaf: encodeReportLeaf(zeros(1)).length,
  Promise: encodePromise({ manifestId: zeros(32), leafHash: zeros(32), epoch: 0, signature: zeros(64) }).length,
  Mark: MARK_LENGTH,
  "FirstReport, without its document": firstReportHead(),
  "plaintext of a report's message": REPORT_SIZE,
  Reply: REPLY_LENGTH,
  "longest text of a reply": REPLY_TEXT_LIMIT,
  "case record for 3 handlers": envelopeLength(3, CASE_RECORD_SIZE),
  "chunk of an attachment": CHUNK_LENGTH,
  ChunkGroup: GROUP_LENGTH,
};

describe("docs/protocol.md", () => {
  it("gives the lengths that the code has", () => {
    const stated = Object.fromEntries(tableOf(protocol, "lengths").map(([name, bytes]) => [name, Number(bytes)]));
    expect(stated).toEqual(LENGTHS);
  });

  it("prints the DER before and after the modulus of an issuer key", async () => {
    const [, before = "", after = ""] =
      /bytes before n are\n\n```\n([0-9a-f\n]+)```\n\nand those after it `([0-9a-f]+)`/.exec(protocol) ?? [];
    const spki = toHex((await generateIssuerKey()).spki);
    expect(spki.startsWith(before.replaceAll("\n", ""))).toBe(true);
    expect(spki.endsWith(after)).toBe(true);
    expect((before.replaceAll("\n", "").length + after.length) / 2 + 256).toBe(spki.length / 2);
  });

  it("names the checks of a verifier as the auditor does, in its order", () => {
    const names = tableOf(protocol, "checks").map(([name = ""]) => name);
    const folder = "packages/client/src/auditor";
    const sources = readdirSync(new URL(`../../${folder}/`, import.meta.url)).filter((file) => !file.endsWith(".test.ts"));
    const classes = new Map<string, string>();
    for (const file of sources)
      for (const [, type = "", name = ""] of read(`${folder}/${file}`).matchAll(
        /class (\w+) implements Check {\n {2}readonly name = "([a-z -]+)"/g,
      ))
        classes.set(type, name);
    const all = (file: string, pattern: RegExp): string[] =>
      [...read(`${folder}/${file}`).matchAll(pattern)].map(([, found = ""]) => found);
    const listed = [...all("reading.ts", /new RunningCheck\(new (\w+)\(/g), ...all("checks.ts", /new (\w+Check)\(/g)];
    const foundations = [...all("audit.ts", /runCheck\("([a-z ]+)"/g), ...all("reading.ts", /runCheck\("([a-z ]+)"/g)];
    expect([...foundations, ...listed.map((type) => classes.get(type))]).toEqual(names);
    expect(classes.size).toBe(listed.length);
  });

  it("gives each problem the status that the server gives it", () => {
    const source = read("packages/server/src/http/problem.ts");
    const [, table = ""] = /### 10\.5 Problems([\s\S]*?)\n## /.exec(protocol) ?? [];
    const rows = [...table.matchAll(/^\| ((?:\d{3}(?:, )?)+) \| (.*) \|$/gm)];
    const stated = rows.flatMap(([, numbers = "", cell = ""]) =>
      cell.split("; ").flatMap((part, at, parts) => {
        const statuses = numbers.split(", ");
        // Fewer statuses than groups of codes, or the other way round, would be a mistake of the table.
        expect(parts).toHaveLength(statuses.length);
        return [...part.matchAll(/ERR_[A-Z_]+/g)].map(([code]) => [code, Number(statuses[at])] as const);
      }),
    );
    expect(stated.length).toBeGreaterThan(30);
    for (const [code, status] of stated) expect(Number(new RegExp(`\\b${code}: (\\d+)`).exec(source)?.[1] ?? 400), code).toBe(status);
  });

  it("has a section for every number it refers to", () => {
    const headings = new Set([...protocol.matchAll(/^#{2,3} (\d+(?:\.\d+)?)[. ]/gm)].map(([, number]) => number));
    const own = protocol.replace(/RFC \d+ §[\d.]+/g, "");
    const used = [...own.matchAll(/[§( ](\d{1,2}\.\d)(?=[\s,.;:)])/g)].map(([, number]) => number);
    expect(used.length).toBeGreaterThan(20);
    for (const number of used) expect(headings).toContain(number);
  });
});

describe("every document", () => {
  it.each(documents())("%s names only error codes that exist", (document) => {
    const codes = [...read(document).matchAll(/\bERR_[A-Z_]+[A-Z]\b/g)].map(([code]) => code).filter((code) => code !== "ERR_X");
    for (const code of codes) expect(Object.keys(SENTENCES)).toContain(code);
  });
});
