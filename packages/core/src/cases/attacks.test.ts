import { describe, expect, it } from "vitest";
import { HANDLERS, REPORTS, REPORTS_ID, seed, testRng } from "../../test-support/world.ts";
import { concat, decodeJson, encodeJson, H, SHA256, TAGS, toHex, uint } from "../bytes/index.ts";
import { open, openShare, seal } from "../envelope/index.ts";
import { type Manifest, recipients } from "../manifest/index.ts";
import { kemKey, type SigningKey, sign, signingKey } from "../primitives/index.ts";
import {
  CASE_RECORD_SIZE,
  type CaseChange,
  type CaseDocument,
  type CaseRecord,
  openCaseRecord,
  resolveCase,
  sealCaseRecord,
} from "./index.ts";
import { caseDocumentSchema } from "./model.ts";

/** Each attack twice: against what is shipped, and against a collaborator that lacks the defence, where it succeeds. */

const ADDRESS = toHex(seed("mailbox"));
const say = (change: CaseChange, after: readonly string[] = [], address = ADDRESS): CaseDocument => ({
  protocol: "amana/1",
  type: "case-record",
  address,
  after,
  day: 20_700,
  change,
});
const record = (document: CaseDocument, key: SigningKey = HANDLERS[0].signing, reports: Manifest = REPORTS) =>
  sealCaseRecord({ reports, handler: 0, document }, key, testRng(JSON.stringify(document)));
const read = (bytes: Uint8Array) => openCaseRecord(bytes, REPORTS, 1, HANDLERS[1].kem);

/** What a tool without checks believes: whatever opens. */
async function readUnchecked(bytes: Uint8Array, context = H(TAGS.contextCaseRecord, REPORTS_ID)): Promise<CaseDocument> {
  const share = openShare(bytes, 1, HANDLERS[1].kem, context) as Uint8Array;
  const plaintext = await open(bytes, [share], { recipients: recipients(REPORTS), threshold: 1, context, size: CASE_RECORD_SIZE });
  return decodeJson(plaintext.subarray(65), caseDocumentSchema);
}

describe("a record that no handler of the round wrote", () => {
  // The handlers' public keys are in the ledger: a removed handler, or anybody, can seal to them.
  const forged = record(say({ kind: "state", state: "junk" }), signingKey(seed("a handler of the round before"))).bytes;

  it("is refused", async () => await expect(read(forged)).rejects.toMatchObject({ code: "ERR_CASE_RECORD" }));

  it("would put a case among the junk, were its signature not checked", async () =>
    expect((await readUnchecked(forged)).change).toEqual({ kind: "state", state: "junk" }));
});

describe("a record of another round of the same handlers", () => {
  const other: Manifest = { ...REPORTS, round: "another-round" };
  const foreign = record(say({ kind: "state", state: "concluded" }), HANDLERS[0].signing, other);

  it("is refused: manifest id and context are another's", async () =>
    await expect(read(foreign.bytes)).rejects.toMatchObject({ code: "ERR_CASE_RECORD" }));

  it("is refused also when a handler seals its signed words again, here", async () => {
    const body = encodeJson(foreign.record.document);
    const signature = sign(HANDLERS[0].signing, H(TAGS.caseRecord, seed("the other manifest id"), uint(0, 1), SHA256(body)));
    const context = H(TAGS.contextCaseRecord, REPORTS_ID);
    const spec = { recipients: recipients(REPORTS), threshold: 1, context, size: CASE_RECORD_SIZE };
    const again = seal(concat(uint(0, 1), signature, body), spec);
    await expect(read(again)).rejects.toMatchObject({ code: "ERR_CASE_RECORD" });
    // Without the round in what is signed, it would hold here.
    expect((await readUnchecked(again)).change).toEqual({ kind: "state", state: "concluded" });
  });
});

describe("a record that is put at another case", () => {
  const signed = record(say({ kind: "state", state: "dismissed" })).record;
  const other = toHex(seed("another mailbox"));

  it("counts at its own alone: the address is inside what is signed", () => {
    expect(resolveCase([signed], other).state).toBe("received");
    // A tool that groups by what the server says it is about would take it.
    const moved: CaseRecord = { ...signed, document: { ...signed.document, address: other } };
    expect(resolveCase([moved], other).state).toBe("dismissed");
  });
});

describe("a record that is played back", () => {
  const assessing = record(say({ kind: "state", state: "assessing" })).record;
  const concluded = record(say({ kind: "state", state: "concluded" }, [assessing.id])).record;

  it("changes nothing, handed over twice, later, or sealed again by somebody else", async () => {
    const body = encodeJson(assessing.document);
    const spec = { recipients: recipients(REPORTS), threshold: 1, context: H(TAGS.contextCaseRecord, REPORTS_ID), size: CASE_RECORD_SIZE };
    const signature = sign(HANDLERS[0].signing, H(TAGS.caseRecord, REPORTS_ID, uint(0, 1), SHA256(body)));
    const again = await read(seal(concat(uint(0, 1), signature, body), spec));
    expect(again.id).toBe(assessing.id);
    expect(resolveCase([assessing, concluded, again], ADDRESS)).toMatchObject({ state: "concluded", conflicts: [] });
    expect(resolveCase([assessing, concluded, again], ADDRESS).records).toHaveLength(2);
  });

  it("would set the state back for a tool that takes the last that it was handed", () => {
    const lastHanded = [assessing, concluded, assessing].at(-1)?.document.change;
    expect(lastHanded).toEqual({ kind: "state", state: "assessing" });
  });
});

describe("a server that leaves out records, or hands them over in another order", () => {
  const first = record(say({ kind: "note", text: "The office is ours." })).record;
  const second = record(say({ kind: "state", state: "referred" }, [first.id])).record;
  const third = record(say({ kind: "note", text: "Sent." }, [second.id])).record;

  it("is found out where later ones name what is left out", () => {
    expect(resolveCase([first, third], ADDRESS)).toMatchObject({ missing: 1 });
    expect(resolveCase([third], ADDRESS)).toMatchObject({ missing: 1 });
  });

  it("would not be, if records did not name those before them", () => {
    const bare = (each: CaseRecord): CaseRecord => ({ ...each, document: { ...each.document, after: [] } });
    expect(resolveCase([bare(first), bare(third)], ADDRESS)).toMatchObject({ missing: 0 });
  });

  it("changes nothing by the order", () =>
    expect(resolveCase([third, first, second], ADDRESS)).toEqual(resolveCase([first, second, third], ADDRESS)));
});

describe("a record that opens for some handlers and not for others", () => {
  // A handler who wants the other one not to see what it wrote: the other's slot is sealed to a key that is nobody's.
  const stranger = kemKey(seed("nobody")).publicKey;
  const context = H(TAGS.contextCaseRecord, REPORTS_ID);
  const body = encodeJson(say({ kind: "assign", to: 0 }));
  const signature = sign(HANDLERS[0].signing, H(TAGS.caseRecord, REPORTS_ID, uint(0, 1), SHA256(body)));
  const [mine] = recipients(REPORTS) as [Uint8Array];
  const lopsided = seal(concat(uint(0, 1), signature, body), {
    recipients: [mine, stranger],
    threshold: 1,
    context,
    size: CASE_RECORD_SIZE,
  });

  it("opens for nobody", async () =>
    await expect(openCaseRecord(lopsided, REPORTS, 0, HANDLERS[0].kem)).rejects.toMatchObject({ code: "ERR_CASE_RECORD" }));

  it("would open for the one, were the slots of the others not sealed again and compared", () =>
    expect(openShare(lopsided, 0, HANDLERS[0].kem, context)).not.toBeNull());
});

describe("a handler whose records nobody can come after", () => {
  /** One long line, and many records beside it whose ids come first: made by trying. */
  const line: CaseRecord[] = [];
  for (let at = 0; at < 8; at++)
    line.push(
      record(
        say(
          at < 7 ? { kind: "note", text: `${at}` } : { kind: "state", state: "junk" },
          line.slice(-1).map(({ id }) => id),
        ),
      ).record,
    );
  const tip = line.at(-1) as CaseRecord;
  const beside: CaseRecord[] = [];
  for (let at = 0; beside.length < 16; at++) {
    const made = record(say({ kind: "note", text: `beside ${at}` })).record;
    if (made.id < tip.id) beside.push(made);
  }
  const all = [...line, ...beside];
  const again = (after: readonly string[]) =>
    resolveCase([...all, record(say({ kind: "state", state: "investigating" }, after)).record], ADDRESS);

  it("does not keep a case among the junk: the next record names the last ones, and comes after all", () =>
    expect(again(resolveCase(all, ADDRESS).heads)).toMatchObject({ state: "investigating", conflicts: [] }));

  it("would, if it named those whose ids come first", () => {
    const named = new Set(all.flatMap(({ document }) => document.after));
    const first = all.map(({ id }) => id).filter((id) => !named.has(id));
    expect(again(first.sort().slice(0, 16))).toMatchObject({ state: "junk", conflicts: ["state"] });
  });
});
