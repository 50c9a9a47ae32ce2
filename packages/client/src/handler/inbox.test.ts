import { concat, fromHex, H, type SecretCode, SHA256, TAGS, toHex, uint, vector } from "@amana/core/bytes";
import { type CaseChange, type CaseDocument, dateOf, dayOf, deadlines, sealCaseRecord } from "@amana/core/cases";
import { mailboxSecret } from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import type { ErrorCode } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { encodeFirstReport, mailboxAddress, REPLY_LENGTH, replyLookup, reportContext } from "@amana/core/mailbox";
import { recipients } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeReportLeaf, encodeSubmission, signSubmission } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { CHANNEL, ChannelOperator, makeChannel } from "../../test-support/channel.ts";
import { BASE, clientOptions } from "../../test-support/people.ts";
import { makeWorld, START, type Trustee } from "../../test-support/world.ts";
import { openChannel } from "../reporter/channel.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { REPLY_TRIES } from "./answering.ts";
import { INDEX_PAGE } from "./channel-index.ts";
import { type Case, change, Inbox, type OpenedMessages, openedInMemory, readChannel, reply } from "./index.ts";

const content = (text: string) => ({ locale: "en", fields: {}, text });
const refused = (promise: Promise<unknown>, code: ErrorCode) => expect(promise).rejects.toMatchObject({ code });
const DAY = 86_400;

function newOperator(): ChannelOperator {
  const world = makeWorld();
  return new ChannelOperator(world, makeChannel(world)).launch(undefined, [0, 1]);
}
const openAt = (operator: ChannelOperator) => openChannel(BASE, CHANNEL, clientOptions(operator));
const handler = (operator: ChannelOperator, at: number): Trustee => operator.world.trustees[at] as Trustee;

/** The inbox of one handler, so many days after the channel opened; opens everything unless said. */
async function inbox(
  operator: ChannelOperator,
  at = 0,
  { days = 0, all = true, opened }: { days?: number; all?: boolean; opened?: OpenedMessages } = {},
) {
  const transport = new Transport(BASE, operator.fetch);
  const now = new Date((START + 60 + days * DAY) * 1000);
  const view = await LedgerView.fetch(transport, operator.world.programme, now);
  const options = { transport, channel: await readChannel(transport, view, CHANNEL), keys: handler(operator, at), now };
  const box = await Inbox.open({ ...options, ...(opened === undefined ? {} : { opened }) });
  while (all && (await box.openMore()) > 0);
  return box;
}
const only = (box: Inbox): Case => {
  expect(box.cases).toHaveLength(1);
  return box.cases[0] as Case;
};

async function reported(
  text = "It happened.",
): Promise<{ operator: ChannelOperator; code: SecretCode; channel: Awaited<ReturnType<typeof openAt>> }> {
  const operator = newOperator();
  const channel = await openAt(operator);
  const code = channel.newSecretCode();
  await channel.report(code, content(text));
  return { operator, code, channel };
}

describe("a case that two handlers work on", () => {
  it("is the same for both: state, responsible handler, labels, notes, and what either replied", async () => {
    const { operator, code, channel } = await reported();
    const mine = await inbox(operator, 0);
    let found = await change(mine, only(mine), { kind: "state", state: "assessing" });
    found = await change(mine, found, { kind: "label", label: "douane", on: true });
    await reply(mine, found, "Thank you.\nWas it there?", false);
    const theirs = await inbox(operator, 1);
    found = await change(theirs, only(theirs), { kind: "assign", to: 1 });
    found = await change(theirs, found, { kind: "note", text: "Same office as before." });
    await reply(theirs, found, "The fee was paid back.", true);
    for (const at of [0, 1]) {
      const { history, replies } = only(await inbox(operator, at));
      expect(history).toMatchObject({ state: "assessing", assigned: 1, labels: ["douane"], conflicts: [], missing: 0 });
      expect(history.records.map(({ handler: who }) => who)).toEqual([0, 0, 0, 1, 1, 1]);
      expect(replies.map(({ handler: who, text, feedback, published }) => [who, text, feedback, published])).toEqual([
        [0, "Thank you.\nWas it there?", false, true],
        [1, "The fee was paid back.", true, true],
      ]);
    }
    expect((await channel.replies(code)).map(({ text }) => text)).toEqual(["Thank you.\nWas it there?", "The fee was paid back."]);
  });

  it("says when both set it at once, and stays as it is for both until it is set again", async () => {
    const { operator } = await reported();
    const [mine, theirs] = [await inbox(operator, 0), await inbox(operator, 1)];
    await change(mine, only(mine), { kind: "state", state: "investigating" });
    await change(theirs, only(theirs), { kind: "state", state: "dismissed" });
    const states = await Promise.all([0, 1].map(async (at) => only(await inbox(operator, at)).history));
    expect(states.map(({ state, conflicts }) => [state, conflicts])).toEqual([
      ["dismissed", ["state"]],
      ["dismissed", ["state"]],
    ]);
    const again = await inbox(operator, 0);
    expect((await change(again, only(again), { kind: "state", state: "investigating" })).history.conflicts).toEqual([]);
  });

  it("shows a reply of today to the other handler before the reporter can find it", async () => {
    const { operator } = await reported();
    const store = operator.store;
    operator.store = () => operator.fillers;
    const mine = await inbox(operator);
    await reply(mine, only(mine), "one", false);
    expect(only(await inbox(operator, 1)).replies).toMatchObject([{ text: "one", handler: 0, published: false }]);
    operator.store = store;
    expect(only(await inbox(operator, 1)).replies).toMatchObject([{ text: "one", handler: 0, published: true }]);
  });

  it("comes out of the junk when its reporter writes again on a later day; by its state alone it would stay there", async () => {
    const { operator, code, channel } = await reported("I am no junk.");
    const mine = await inbox(operator);
    await change(mine, only(mine), { kind: "state", state: "junk" });
    expect([only(mine).isWrittenSince, only(await inbox(operator, 1)).isWrittenSince]).toEqual([false, false]);
    await channel.followUp(code, content("Please read it."));
    expect(only(await inbox(operator, 1)).isWrittenSince).toBe(false);
    const later = await inbox(operator, 1, { days: 2 });
    expect([only(later).isWrittenSince, only(later).history.state]).toEqual([true, "junk"]);
    // Whoever looks, and says again that it is junk, has it out of the way.
    expect((await change(later, only(later), { kind: "state", state: "junk" })).isWrittenSince).toBe(false);
  });

  it("is answered though another handler fills its next places with nonsense; a tool that gives up earlier would be silenced", async () => {
    const { operator } = await reported();
    const mine = await inbox(operator);
    const nonsense = 5;
    for (let sequence = 0; sequence < nonsense; sequence++) {
      const lookup = replyLookup(mine.channel.id, only(mine).address, sequence);
      operator.replies.push(concat(lookup, randomBytes(REPLY_LENGTH - lookup.length)));
    }
    const store = operator.store;
    operator.store = () => operator.fillers;
    const today = await inbox(operator);
    await refused(reply(today, only(today), "We believe you.", false, randomBytes, nonsense), "ERR_RESPONSE_INVALID");
    await reply(today, only(today), "We believe you.", false);
    operator.store = store;
    expect(only(await inbox(operator, 1)).replies.at(-1)).toMatchObject({ sequence: nonsense, text: "We believe you.", published: true });
    // More than a server lets wait, of all handlers together.
    expect(REPLY_TRIES).toBeGreaterThan(512);
  });

  it("shows a reply that has no copy as such, and the copy of one that was not sent as that", async () => {
    const { operator } = await reported();
    const mine = await inbox(operator);
    await reply(mine, only(mine), "one", false);
    const copies = operator.records.splice(0);
    expect(only(await inbox(operator)).replies).toEqual([
      { sequence: 0, handler: null, text: null, day: null, feedback: false, published: true, lost: false, disputed: false },
    ]);
    operator.records.push(...copies);
    // A server that keeps the copy, and says that it failed: the next reply takes the same place, and nothing is skipped.
    const deliver = operator.on.get(`POST rounds/${CHANNEL}/replies`) as NonNullable<ReturnType<typeof operator.on.get>>;
    operator.on.set(`POST rounds/${CHANNEL}/replies`, (body) => {
      operator.records.push(fromHex((JSON.parse(new TextDecoder().decode(body)) as { record: string }).record));
      return { code: "ERR_STORE_WRITE", status: 503 };
    });
    const before = await inbox(operator);
    await refused(reply(before, only(before), "lost", false), "ERR_STORE_WRITE");
    expect(only(await inbox(operator)).replies.map(({ text, published }) => [text, published])).toEqual([
      ["one", true],
      ["lost", false],
    ]);
    operator.on.set(`POST rounds/${CHANNEL}/replies`, deliver);
    const after = await inbox(operator);
    await reply(after, only(after), "two", false);
    expect(only(await inbox(operator, 1)).replies.map(({ text, published }) => [text, published])).toEqual([
      ["one", true],
      ["two", true],
    ]);
  });
});

describe("deadlines", () => {
  it("run from the day of the epoch, are met by a reply and by feedback, and put what is due first", async () => {
    const { operator } = await reported();
    const channel = await openAt(operator);
    operator.sealReports();
    const first = dayOf(START);
    const box = await inbox(operator, 0, { days: 3 });
    expect(only(box)).toMatchObject({ received: first, deadlines: { acknowledgeBy: first + 7 } });
    expect(dateOf(only(box).deadlines.feedbackBy as number)).toBe("2030-06-24");
    await channel.report(channel.newSecretCode(), content("later, and not sealed yet"));
    await reply(box, only(box), "We have it.", false);
    const now = await inbox(operator, 1, { days: 3 });
    expect(now.cases.map(({ received, deadlines }) => [received - first, deadlines.acknowledgeBy])).toEqual([
      [3, first + 10],
      [0, null],
    ]);
    const answered = now.cases[1] as Case;
    expect(dateOf(answered.deadlines.feedbackBy as number)).toBe("2030-06-20");
    expect((await reply(now, answered, "Paid back.", true)).deadlines).toEqual({ acknowledgeBy: null, feedbackBy: null });
    expect((await change(now, now.cases[0] as Case, { kind: "state", state: "junk" })).deadlines.acknowledgeBy).toBeNull();
    expect(now.cases.map(({ history }) => history.state)).toEqual(["received", "junk"]);
  });
});

describe("what a handler says of a reply that it never delivered", () => {
  it("meets a deadline for as long as it may still come, and no longer; a day before the report or after today counts as none", async () => {
    const { operator } = await reported();
    operator.sealReports();
    const [box, first] = [await inbox(operator), dayOf(START)];
    const said = (day: number) =>
      operator.records.push(
        sealCaseRecord(
          {
            reports: operator.round.manifest,
            handler: 1,
            document: {
              protocol: "amana/1",
              type: "case-record",
              address: toHex(only(box).address),
              after: [],
              day,
              change: { kind: "reply", sequence: 0, sha256: "00".repeat(32), text: "never sent", feedback: true },
            },
          },
          handler(operator, 1).signing,
        ).bytes,
      );
    said(first + 3);
    // A tool that takes a copy's word would have nothing due ever after.
    const taken = only(await inbox(operator, 0, { days: 6 })).history.records.flatMap(({ document: { day, change: what } }) =>
      what.kind === "reply" ? [{ day, feedback: what.feedback }] : [],
    );
    expect(deadlines({ received: first, acknowledged: taken[0]?.day ?? null, hasFeedback: taken[0]?.feedback === true })).toEqual({
      acknowledgeBy: null,
      feedbackBy: null,
    });
    const at = async (days: number) => only(await inbox(operator, 0, { days }));
    expect(await at(3)).toMatchObject({
      deadlines: { acknowledgeBy: null, feedbackBy: null },
      replies: [{ published: false, lost: false }],
    });
    expect(await at(6)).toMatchObject({ deadlines: { acknowledgeBy: first + 7 }, replies: [{ lost: true }] });
    operator.records.splice(0);
    for (const day of [0, 9_999_999]) said(day);
    expect(await at(3)).toMatchObject({ deadlines: { acknowledgeBy: first + 7 }, replies: [{ lost: true }] });
    // A copy of what was delivered: its day is kept between receipt and today, so that nothing is overdue by it.
    operator.records.splice(0);
    await reply(box, only(box), "sent", false);
    const entry = toHex(SHA256(operator.replies[0] as Uint8Array));
    operator.records.splice(0);
    const copy = { kind: "reply", sequence: 0, sha256: entry, text: "sent", feedback: false } as const;
    const document = {
      protocol: "amana/1",
      type: "case-record",
      address: toHex(only(box).address),
      after: [],
      day: 0,
      change: copy,
    } as const;
    operator.records.push(sealCaseRecord({ reports: operator.round.manifest, handler: 0, document }, handler(operator, 0).signing).bytes);
    expect(dateOf((await at(3)).deadlines.feedbackBy as number)).toBe("2030-06-17");
  });

  it("or that another one delivered is shown as disputed", async () => {
    const { operator } = await reported();
    const box = await inbox(operator);
    await reply(box, only(box), "what was said", false);
    const theirs = await inbox(operator, 1);
    const entry = toHex(SHA256(operator.replies[0] as Uint8Array));
    await change(theirs, only(theirs), { kind: "reply", sequence: 0, sha256: entry, text: "what was not", feedback: true });
    const shown = only(await inbox(operator));
    expect(shown.replies).toMatchObject([{ published: true, disputed: true }]);
    // A tool that shows the last copy of an entry and no more would have the other handler's words stand for what the reporter was told.
    const last = shown.history.records.findLast(({ document }) => document.change.kind === "reply");
    expect(last).toMatchObject({ handler: 1, document: { change: { text: "what was not", sha256: entry } } });
  });
});

describe("a report that names the mailbox of another one", () => {
  /** What a handler can send, who knows every mailbox; or anybody twice, of one mailbox. */
  function copyOf({ address, first }: Case, operator: ChannelOperator): void {
    const { id, manifest } = operator.round;
    const key = signingKey(randomBytes(32));
    const plaintext = encodeFirstReport({ ...first, address, document: { ...first.document, text: "a copy" } });
    const context = reportContext(id, key.publicKey, 0);
    const envelope = seal(plaintext, { recipients: recipients(manifest), threshold: 1, context, size: manifest.size });
    operator.messages.push(encodeSubmission(signSubmission({ manifestId: id, audience: 0, sequence: 0, tokens: [], envelope }, key)));
  }

  it("hides neither: each has a reference of its own, is worked on, and says that there is another", async () => {
    const { operator } = await reported();
    copyOf(only(await inbox(operator)), operator);
    const box = await inbox(operator, 1);
    expect(box.cases.map(({ doubles }) => doubles)).toEqual([1, 1]);
    expect(new Set(box.cases.map(({ reference }) => reference)).size).toBe(2);
    for (const each of box.cases) {
      expect(box.find(each.reference)).toBe(each);
      expect(each.reference).toMatch(/^[0-9a-f]{8}-[0-9a-f]{16}$/);
    }
    const [one] = box.cases as [Case, Case];
    expect((await change(box, one, { kind: "note", text: "Which is it?" })).writer).toEqual(one.writer);
    // A tool that speaks of cases by their mailbox alone can open neither, for ever.
    expect(() => box.find(toHex(one.address))).toThrow(expect.objectContaining({ code: "ERR_CASE_UNKNOWN" }));
  });
});

describe("an inbox that junk floods", () => {
  /** What stands in the index, and opens for nobody. */
  const junkRows = (operator: ChannelOperator, count: number): Uint8Array[] => {
    const [message] = operator.messages as [Uint8Array];
    return Array.from({ length: count }, (_, at) => {
      const other = message.slice(0, 300);
      other.set(uint(at, 4), 200);
      return other;
    });
  };

  it("shows at once what was opened before, opens those of known cases first, and fetches nothing twice", async () => {
    const { operator, code, channel } = await reported("honest");
    const opened = openedInMemory();
    await inbox(operator, 0, { opened });
    for (let i = 0; i < 12; i++) await channel.report(channel.newSecretCode(), content("junk"));
    await channel.followUp(code, content("and then"));
    const fetched = () => operator.requests.filter(({ path }) => path === `rounds/${CHANNEL}/reports`).length;
    const before = fetched();
    const box = await inbox(operator, 0, { opened, all: false });
    expect(fetched()).toBe(before);
    expect(only(box).messages.map(({ document }) => document.text)).toEqual(["honest"]);
    expect(box.waiting).toBe(13);
    expect(await box.openMore(1)).toBe(12);
    expect(only(box).messages.map(({ document }) => document.text)).toEqual(["honest", "and then"]);
    while ((await box.openMore(5)) > 0);
    expect(box.cases).toHaveLength(13);
    expect(fetched()).toBe(before + 2);
    const again = await inbox(operator, 0, { opened });
    expect([again.cases.length, again.waiting, again.unreadable, fetched()]).toEqual([13, 0, 0, before + 2]);
  });

  it("opens what came last first, whatever the hashes of the junk before it", async () => {
    const { operator, channel } = await reported("junk 0");
    for (let i = 1; i < 6; i++) await channel.report(channel.newSecretCode(), content(`junk ${i}`));
    operator.sealReports();
    await channel.report(channel.newSecretCode(), content("honest"));
    const box = await inbox(operator, 0, { all: false });
    await box.openMore(1);
    expect(only(box).first.document.text).toBe("honest");
    // In the order of hashes alone it would come wherever its hash is: one time in seven first.
    const hashes = operator.messages.map((bytes) => toHex(leafHash(encodeReportLeaf(bytes))));
    expect(hashes).toHaveLength(7);
  });

  it("is not kept from the others by a handler who writes records by the thousand: some are opened, the rest wait", async () => {
    const { operator } = await reported("honest");
    const opened = openedInMemory();
    const mine = await inbox(operator, 0, { opened });
    await change(mine, only(mine), { kind: "label", label: "ours", on: true });
    const [record] = operator.records as [Uint8Array];
    // What is opened by nobody costs as much as what is.
    for (let i = 0; i < 400; i++) {
      const other = record.slice();
      other.set(randomBytes(32), 100);
      operator.records.push(other);
    }
    const asked = () => operator.requests.filter(({ path }) => path === `rounds/${CHANNEL}/cases`).length;
    const before = asked();
    const theirs = await inbox(operator, 1, { all: false });
    expect([theirs.waitingRecords, asked() - before]).toEqual([401 - 256, 1]);
    // What a broken line keeps back is still counted, and comes when it is asked for again.
    const hand = operator.on.get(`POST rounds/${CHANNEL}/cases`);
    operator.on.set(`POST rounds/${CHANNEL}/cases`, () => ({ code: "ERR_INTERNAL", status: 500 }));
    await refused(theirs.openMore(100), "ERR_INTERNAL");
    expect(theirs.waitingRecords).toBe(401 - 256);
    if (hand !== undefined) operator.on.set(`POST rounds/${CHANNEL}/cases`, hand);
    while ((await theirs.openMore(100)) > 0);
    expect([theirs.waitingRecords, theirs.refused, only(theirs).history.labels]).toEqual([0, 400, ["ours"]]);
    // Without a bound all of them are opened, in one handler's time, before the others see anything.
    expect(operator.records).toHaveLength(401);
  });

  it("ends when the server does not hand over what its own index names, and says so", async () => {
    const { operator } = await reported();
    operator.on.set(`POST rounds/${CHANNEL}/reports`, () => new Uint8Array(0));
    const box = await inbox(operator);
    expect([box.cases.length, box.waiting, box.withheld]).toEqual([0, 0, 1]);
  });

  it("reads one page of the index before it shows what is known, and no epoch of which everything is opened", async () => {
    const { operator, code, channel } = await reported("honest");
    const opened = openedInMemory();
    await inbox(operator, 0, { opened });
    const junk = junkRows(operator, 2 * INDEX_PAGE);
    operator.handOut = () => [...operator.messages, ...junk];
    await channel.followUp(code, content("and then"));
    const asked = () => operator.requests.filter(({ path }) => path === `rounds/${CHANNEL}/inbox`).length;
    const before = asked();
    const box = await inbox(operator, 0, { opened, all: false });
    expect([asked() - before, box.waiting >= 2 * INDEX_PAGE, only(box).messages.length]).toEqual([1, true, 1]);
    await box.openMore(1);
    expect([asked() - before, only(box).messages.length]).toEqual([3, 2]);
    operator.handOut = () => operator.messages;
    operator.sealReports();
    await inbox(operator, 0, { opened });
    expect(asked() - before).toBe(4);
  });

  it("notices a page that the server leaves out, or gives again, and a message that it does not name any more", async () => {
    const { operator, channel } = await reported();
    const opened = openedInMemory();
    await inbox(operator, 0, { opened });
    const junk = junkRows(operator, INDEX_PAGE + 5);
    operator.handOut = () => [...operator.messages, ...junk];
    const honest = operator.on.get(`POST rounds/${CHANNEL}/inbox`) as NonNullable<ReturnType<typeof operator.on.get>>;
    const pages: Uint8Array[] = [];
    const second = (give: (page: Uint8Array) => Uint8Array) => {
      pages.length = 0;
      operator.on.set(`POST rounds/${CHANNEL}/inbox`, (body) => {
        const page = honest(body) as Uint8Array;
        pages.push(page);
        return pages.length === 1 ? page : give(page);
      });
    };
    second((page) => concat(page.slice(0, 4), uint(0, 4)));
    const left = await inbox(operator, 0, { opened: openedInMemory(), all: false });
    await left.openMore(1);
    expect(left.withheld).toBeGreaterThanOrEqual(6);
    second(() => (pages[0] as Uint8Array).slice(0, 8 + 65 * INDEX_PAGE));
    const again = await inbox(operator, 0, { opened: openedInMemory(), all: false });
    await refused(again.openMore(1), "ERR_RESPONSE_INVALID");
    // A tool that took rows as they come would count the same ones twice, and never ask for the others.
    operator.on.set(`POST rounds/${CHANNEL}/inbox`, honest);
    operator.handOut = () => [];
    const gone = await inbox(operator, 0, { opened });
    expect([only(gone).messages.length, gone.withheld]).toEqual([1, 1]);
    await channel.report(channel.newSecretCode(), content("another"));
    operator.handOut = () => operator.messages;
    expect((await inbox(operator, 0, { opened })).withheld).toBe(0);
  });

  it("refuses an answer that is longer than what was asked for, or no index", async () => {
    const { operator } = await reported();
    const [message] = operator.messages as [Uint8Array];
    operator.on.set(`POST rounds/${CHANNEL}/reports`, () => concat(vector(message), vector(message)));
    await refused(inbox(operator), "ERR_RESPONSE_INVALID");
    operator.on.set(`POST rounds/${CHANNEL}/inbox`, () => new Uint8Array([0, 0, 0, 2, 0, 0, 0, 1, 1]));
    await refused(inbox(operator), "ERR_RESPONSE_INVALID");
  });
});

describe("a record at the handler's tool", () => {
  const forged = (operator: ChannelOperator, code: SecretCode, what: CaseChange, key = signingKey(randomBytes(32))) => {
    const { manifest, id } = operator.round;
    const address = toHex(mailboxAddress(id, mailboxSecret(code, id)));
    const document: CaseDocument = { protocol: "amana/1", type: "case-record", address, after: [], day: 1, change: what };
    return sealCaseRecord({ reports: manifest, handler: 0, document }, key).bytes;
  };

  it("of a removed or foreign handler changes nothing, and is counted", async () => {
    const { operator, code } = await reported();
    operator.records.push(forged(operator, code, { kind: "state", state: "junk" }));
    const box = await inbox(operator, 1);
    expect([only(box).history.state, box.refused]).toEqual(["received", 1]);
    // The same words by a handler of the round hold.
    operator.records.push(forged(operator, code, { kind: "state", state: "junk" }, handler(operator, 0).signing));
    expect(only(await inbox(operator, 1)).history.state).toBe("junk");
  });

  it("that the server leaves out is missed where another follows it", async () => {
    const { operator } = await reported();
    const mine = await inbox(operator);
    await change(mine, await change(mine, only(mine), { kind: "state", state: "assessing" }), { kind: "note", text: "x" });
    operator.handOutRecords = () => operator.records.slice(1);
    expect(only(await inbox(operator, 1)).history).toMatchObject({ state: "received", missing: 1 });
  });

  it("with a reply is signed together with it", async () => {
    const { operator } = await reported();
    let body: { reply: string; record: string; signature: string; holder: number } | undefined;
    operator.on.set(`POST rounds/${CHANNEL}/replies`, (bytes) => {
      body = JSON.parse(new TextDecoder().decode(bytes));
      return { code: "ERR_OVERLOADED", status: 503 };
    });
    const mine = await inbox(operator);
    await refused(reply(mine, only(mine), "x", false), "ERR_OVERLOADED");
    const message = H(TAGS.replyDelivery, operator.round.id, SHA256(fromHex(body?.reply ?? "")), SHA256(fromHex(body?.record ?? "")));
    expect(message).toHaveLength(32);
    expect(body?.holder).toBe(0);
  });
});

describe("a case's reference", () => {
  it("finds one case by its beginning, and none where several begin like it or nothing is said", async () => {
    const { operator } = await reported();
    const box = await inbox(operator);
    const found = only(box);
    expect(box.find(found.reference.slice(0, 3).toUpperCase())).toBe(found);
    for (const wrong of ["", "zz", `${found.reference}ff`])
      expect(() => box.find(wrong)).toThrow(expect.objectContaining({ code: "ERR_CASE_UNKNOWN" }));
  });
});
