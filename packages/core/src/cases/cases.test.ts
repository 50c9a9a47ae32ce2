import { describe, expect, it } from "vitest";
import { expectBounded, verdict } from "../../test-support/properties.ts";
import { HANDLERS, REPORTS, REPORTS_ID, seed, TRUSTEES, testRng } from "../../test-support/world.ts";
import { concat, encodeJson, fromHex, H, SHA256, TAGS, toHex, uint } from "../bytes/index.ts";
import { seal } from "../envelope/index.ts";
import { recipients } from "../manifest/index.ts";
import { type KemKey, sign } from "../primitives/index.ts";
import {
  CASE_RECORD_SIZE,
  type CaseChange,
  type CaseDocument,
  caseRecordLength,
  checkCaseRecord,
  dateOf,
  dayOf,
  deadlines,
  monthsLater,
  openCaseRecord,
  resolveCase,
  sealCaseRecord,
} from "./index.ts";
import vectors from "./vectors/cases.json" with { type: "json" };

const ADDRESS = vectors.address;
const CONTEXT = H(TAGS.contextCaseRecord, REPORTS_ID);
const read = (bytes: Uint8Array, index = 0) => openCaseRecord(bytes, REPORTS, index, HANDLERS[index as 0 | 1].kem);
const document = (change: unknown, more: Partial<CaseDocument> = {}): CaseDocument => ({
  protocol: "amana/1",
  type: "case-record",
  address: ADDRESS,
  after: [],
  day: 20_700,
  change: change as CaseChange,
  ...more,
});
const note = (text: string) => document({ kind: "note", text });

/** A record of whatever a test says, signed by whom it says, sealed as a handler could. */
function craft(body: Uint8Array, handler = 0, key = HANDLERS[0].signing, context = CONTEXT, size = CASE_RECORD_SIZE): Uint8Array {
  const signature = sign(key, H(TAGS.caseRecord, REPORTS_ID, uint(handler, 1), SHA256(body)));
  const spec = { recipients: recipients(REPORTS), threshold: 1, context, size, rng: testRng("crafted") };
  return seal(concat(uint(handler, 1), signature, body), spec);
}
const refused = { code: "ERR_CASE_RECORD" };

describe("the records of the vectors, computed by another program", () => {
  it("are sealed to the same bytes here", () => {
    expect(toHex(CONTEXT)).toBe(vectors.context);
    for (const { handler, document: said, id, seed: drawn, sha256 } of vectors.records) {
      const fields = { reports: REPORTS, handler, document: said as CaseDocument };
      const { bytes, record } = sealCaseRecord(fields, (HANDLERS[handler] as (typeof HANDLERS)[0]).signing, () => fromHex(drawn));
      expect({ id: record.id, sha256: toHex(SHA256(bytes)), length: bytes.length }).toEqual({
        id,
        sha256,
        length: caseRecordLength(REPORTS),
      });
    }
  });

  it("are opened by every handler", async () => {
    const [, , , , { id, handler, document: said }] = vectors.records as [object, object, object, object, (typeof vectors.records)[4]];
    for (const index of [0, 1]) expect(await read(fromHex(vectors.bytes), index)).toEqual({ id, handler, document: said });
  });

  it("come to the same history in whatever order they are read", () => {
    const records = vectors.records.map(({ id, handler, document: said }) => ({ id, handler, document: said as CaseDocument }));
    for (const order of [records, [...records].reverse(), [...records].sort((a, b) => (a.id < b.id ? -1 : 1))]) {
      const { records: resolved, missing, ...rest } = resolveCase([...order, ...order], ADDRESS);
      expect({ order: resolved.map(({ id }) => id), missing, ...rest }).toEqual({ ...vectors.history, missing: 0 });
    }
  });
});

describe("sealCaseRecord", () => {
  it("makes all records as long as each other", () => {
    const short = sealCaseRecord({ reports: REPORTS, handler: 0, document: note("x") }, HANDLERS[0].signing);
    const long = sealCaseRecord({ reports: REPORTS, handler: 0, document: note("ع".repeat(3500)) }, HANDLERS[0].signing);
    expect(short.bytes).toHaveLength(long.bytes.length);
    expect(short.record.document).toEqual(note("x"));
  });

  it("takes the longest reply, and refuses what does not fit", () => {
    const longest = document(
      { kind: "reply", sequence: 0xffff_ffff, sha256: ADDRESS, text: "\n".repeat(2680), feedback: false },
      {
        after: Array.from({ length: 16 }, (_, i) => toHex(seed(`${i}`))).sort(),
      },
    );
    const make = (of: CaseDocument) => sealCaseRecord({ reports: REPORTS, handler: 0, document: of }, HANDLERS[0].signing);
    expect(make(longest).record.document).toEqual(longest);
    expect(() => make(note("\n".repeat(4000)))).toThrow(expect.objectContaining({ code: "ERR_ENVELOPE_SIZE" }));
  });

  it.each<[string, CaseDocument]>([
    ["a state that is none", document({ kind: "state", state: "closed" })],
    ["an empty note", note("")],
    ["a note of control characters", note("a\u001b[2J")],
    ["a note that is too long", note("x".repeat(4001))],
    ["a label with a line feed", document({ kind: "label", label: "a\nb", on: true })],
    ["a label that hides its direction", document({ kind: "label", label: "a\u202eb", on: true })],
    ["a handler beyond what a manifest can have", document({ kind: "assign", to: 255 })],
    ["ids that are not ascending", document({ kind: "note", text: "x" }, { after: ["bb".repeat(32), "aa".repeat(32)] })],
    ["an id twice", document({ kind: "note", text: "x" }, { after: ["aa".repeat(32), "aa".repeat(32)] })],
    ["a kind that is none", document({ kind: "delete" })],
  ])("refuses %s", (_, wrong) => {
    expect(() => sealCaseRecord({ reports: REPORTS, handler: 0, document: wrong }, HANDLERS[0].signing)).toThrow(
      expect.objectContaining({ code: "ERR_JSON_SCHEMA" }),
    );
  });
});

describe("checkCaseRecord", () => {
  const check = (bytes: Uint8Array) => checkCaseRecord(bytes, REPORTS);

  it("takes what can be a record, without a key", () => expect(() => check(fromHex(vectors.bytes))).not.toThrow());

  it.each<[string, Uint8Array]>([
    ["another size", craft(encodeJson(note("x")), 0, HANDLERS[0].signing, CONTEXT, 4096)],
    ["no envelope", new Uint8Array(caseRecordLength(REPORTS))],
    ["nothing", new Uint8Array(0)],
  ])("refuses %s", (_, bytes) => expect(() => check(bytes)).toThrow(expect.objectContaining(refused)));
});

describe("openCaseRecord", () => {
  it("is bounded and total", () => expectBounded(read, fromHex(vectors.bytes), 100), 120_000);

  it.each<[string, Uint8Array]>([
    ["a record whose handler the round does not have", craft(encodeJson(note("x")), 2)],
    ["a record that is not canonical", craft(new TextEncoder().encode(JSON.stringify(note("x"))))],
    ["an assignment to a handler that there is not", craft(encodeJson(document({ kind: "assign", to: 2 })))],
    ["a record without a document", craft(new Uint8Array(0))],
    ["another size", craft(encodeJson(note("x")), 0, HANDLERS[0].signing, CONTEXT, 4096)],
  ])("refuses %s", async (_, bytes) => expect(await verdict(read, bytes)).toEqual(refused));

  it("is of no use to another key", async () =>
    await expect(openCaseRecord(fromHex(vectors.bytes), REPORTS, 0, TRUSTEES[0].kem)).rejects.toMatchObject(refused));

  it("passes on what is no verdict on the record", async () =>
    await expect(openCaseRecord(fromHex(vectors.bytes), REPORTS, 0, {} as KemKey)).rejects.toThrow(TypeError));
});

describe("resolveCase", () => {
  let made = 0;
  const record = (handler: number, change: CaseChange, ...after: { id: string }[]) => {
    const said = document(change, { after: after.map(({ id }) => id).sort(), day: 20_700 + made++ });
    return sealCaseRecord({ reports: REPORTS, handler, document: said }, HANDLERS[handler as 0 | 1].signing, testRng(`${made}`)).record;
  };
  const state = (handler: number, to: "assessing" | "concluded" | "junk", ...after: { id: string }[]) =>
    record(handler, { kind: "state", state: to }, ...after);

  it("of nothing is a case that was received", () =>
    expect(resolveCase([], ADDRESS)).toEqual({
      records: [],
      state: "received",
      assigned: null,
      labels: [],
      conflicts: [],
      missing: 0,
      heads: [],
    }));

  it("leaves records of other mailboxes aside", () => {
    const mine = state(0, "junk");
    expect(resolveCase([mine], "00".repeat(32)).records).toEqual([]);
  });

  it("lets the later of two states hold, whoever set it", () => {
    const first = state(1, "assessing");
    const second = state(0, "concluded", first);
    expect(resolveCase([second, first], ADDRESS)).toMatchObject({ state: "concluded", conflicts: [] });
  });

  it("says when two were set at once, until somebody who has seen both sets it again", () => {
    const [first, second] = [state(0, "assessing"), state(1, "junk")];
    const both = resolveCase([first, second], ADDRESS);
    expect(both).toMatchObject({ state: "junk", conflicts: ["state"], heads: [first.id, second.id].sort() });
    expect(resolveCase([first, second, state(0, "assessing", first, second)], ADDRESS)).toMatchObject({
      state: "assessing",
      conflicts: [],
    });
  });

  it("sees no conflict where both set the same", () => {
    const [first, second] = [record(0, { kind: "assign", to: 1 }), record(1, { kind: "assign", to: 1 })];
    expect(resolveCase([first, second], ADDRESS)).toMatchObject({ assigned: 1, conflicts: [] });
    expect(resolveCase([first, second, record(1, { kind: "assign", to: null }, first, second)], ADDRESS).assigned).toBeNull();
  });

  it("decides between two devices of one handler by the ids of what they wrote", () => {
    const two = [record(0, { kind: "assign", to: 1 }), record(0, { kind: "assign", to: null })];
    const last = two.map(({ id }) => id).sort()[1];
    const assigned = two[0]?.id === last ? 1 : null;
    for (const order of [two, [...two].reverse()]) expect(resolveCase(order, ADDRESS)).toMatchObject({ assigned, conflicts: ["assign"] });
  });

  it("puts labels on and takes them off", () => {
    const on = record(0, { kind: "label", label: "port", on: true });
    const other = record(0, { kind: "label", label: "douane", on: true }, on);
    expect(resolveCase([on, other], ADDRESS).labels).toEqual(["douane", "port"]);
    expect(resolveCase([on, other, record(1, { kind: "label", label: "port", on: false }, other)], ADDRESS).labels).toEqual(["douane"]);
  });

  it("counts what others name and is not there", () => {
    const first = state(0, "assessing");
    const second = state(1, "concluded", first);
    const third = record(0, { kind: "note", text: "x" }, second);
    expect(resolveCase([third], ADDRESS)).toMatchObject({ missing: 1, state: "received" });
    expect(resolveCase([first, third], ADDRESS)).toMatchObject({ missing: 1, state: "assessing" });
    expect(resolveCase([second], ADDRESS)).toMatchObject({ missing: 1, state: "concluded", conflicts: [] });
    // The newest held back looks as if it were not written yet.
    expect(resolveCase([first, second], ADDRESS)).toMatchObject({ missing: 0, heads: [second.id] });
  });

  it("orders a record after one that it follows, though its id and its writer come first", () => {
    const chain = [state(1, "assessing")];
    for (let i = 0; i < 6; i++) chain.push(record(i % 2, { kind: "note", text: `${i}` }, chain.at(-1) as { id: string }));
    expect(resolveCase([...chain].reverse(), ADDRESS).records.map(({ id }) => id)).toEqual(chain.map(({ id }) => id));
  });

  it("comes to an end on a line of ten thousand records, and on a net of them", () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => {
      const after = [i - 1, i - 2].filter((at) => at >= 0).map((at) => at.toString(16).padStart(64, "0"));
      return {
        id: i.toString(16).padStart(64, "0"),
        handler: 0,
        document: document({ kind: "state", state: "junk" }, { after: after.sort() }),
      };
    });
    expect(resolveCase([...chain].reverse(), ADDRESS)).toMatchObject({ conflicts: [], heads: [chain.at(-1)?.id] });
  });
});

describe("deadlines", () => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

  it("are seven days for the acknowledgement and three months from there for feedback", () => {
    const received = day("2026-03-02");
    expect(deadlines({ received, acknowledged: null, hasFeedback: false })).toEqual({
      acknowledgeBy: day("2026-03-09"),
      feedbackBy: day("2026-06-09"),
    });
    expect(deadlines({ received, acknowledged: day("2026-03-04"), hasFeedback: false })).toEqual({
      acknowledgeBy: null,
      feedbackBy: day("2026-06-04"),
    });
    expect(deadlines({ received, acknowledged: day("2026-04-20"), hasFeedback: false }).feedbackBy).toBe(day("2026-06-09"));
    expect(deadlines({ received, acknowledged: received, hasFeedback: true })).toEqual({ acknowledgeBy: null, feedbackBy: null });
  });

  it("end with the month where it has no such day", () => {
    expect(monthsLater(day("2026-08-31"), 3)).toBe(day("2026-11-30"));
    expect(monthsLater(day("2026-11-30"), 3)).toBe(day("2027-02-28"));
    expect(monthsLater(day("2027-11-30"), 3)).toBe(day("2028-02-29"));
    expect(dayOf(86_400 * 20_000 + 86_399)).toBe(20_000);
    expect(dateOf(day("2026-03-09"))).toBe("2026-03-09");
  });
});
