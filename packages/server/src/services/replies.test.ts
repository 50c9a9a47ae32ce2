import { compare, fromHex, H, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { type CaseChange, sealCaseRecord } from "@amana/core/cases";
import { mailboxAddress, openReplies, REPLY_LENGTH, sealReply } from "@amana/core/mailbox";
import { kemKey, randomBytes, sign } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, START, type World } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { CaseRecords } from "./case-records.ts";
import { createReplies, type Replies, type ReplyDelivery } from "./replies.ts";
import { liveRound } from "./round.ts";

const world = makeWorld({ kind: "reports" });
const round = liveRound(world.manifest, 0);
const reporter = kemKey(randomBytes(32));
const address = mailboxAddress(world.id, randomBytes(32));
const handler = world.holders[1] as World["holders"][number];

function delivery(sequence: number, text: string): ReplyDelivery {
  const fields = { reports: world.manifest, address, replyKey: reporter.publicKey, sequence, handler: 1, text };
  const reply = sealReply(fields, handler.signingKey);
  return signed(reply);
}

const copy = (change: CaseChange) =>
  sealCaseRecord(
    {
      reports: world.manifest,
      handler: 1,
      document: { protocol: "amana/1", type: "case-record", address: toHex(address), after: [], day: 1, change },
    },
    handler.signingKey,
  ).bytes;
const copied = copy({ kind: "reply", sequence: 0, sha256: toHex(address), text: "a copy", feedback: false });

function signed(reply: Uint8Array, record = copied, holder = 1): ReplyDelivery {
  const key = world.holders[holder]?.signingKey ?? handler.signingKey;
  return { holder, reply, record, signature: sign(key, H(TAGS.replyDelivery, world.id, SHA256(reply), SHA256(record))) };
}

function entries(published: Uint8Array): Uint8Array[] {
  return Array.from({ length: published.length / REPLY_LENGTH }, (_, i) => published.slice(i * REPLY_LENGTH, (i + 1) * REPLY_LENGTH));
}

type Use = (replies: Replies, clock: Clock, reopen: () => Promise<Replies>, cases: () => CaseRecords) => Promise<void>;

function withReplies(use: Use): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    let store = await lowdbStore(folder);
    const reopen = async (): Promise<Replies> => {
      await store.close();
      store = await lowdbStore(folder);
      return start();
    };
    let cases = new CaseRecords(store);
    const start = (): Replies => {
      cases = new CaseRecords(store);
      return createReplies({ store, cases, now: clock.now });
    };
    try {
      await use(start(), clock, reopen, () => cases);
    } finally {
      await store.close();
    }
  });
}

describe("reply store", () => {
  it("is full of fillers from the beginning; a reply takes one's place at the next rebuild, the others stay", () =>
    withReplies(async (replies, clock, reopen) => {
      const before = entries(await replies.published(round));
      expect(before).toHaveLength(64);
      expect(before).toEqual([...before].sort(compare));
      await replies.tick(round);
      const first = delivery(0, "thank you");
      await replies.deliver(round, first);
      await replies.deliver(round, first);
      await replies.tick(round);
      expect(entries(await replies.published(round))).toEqual(before);
      clock.seconds += 10;
      await replies.tick(round);
      const after = entries(await replies.published(round));
      expect(after).toHaveLength(64);
      expect(after).toEqual([...after].sort(compare));
      const stayed = after.filter((entry) => before.some((other) => compare(entry, other) === 0));
      expect(stayed).toHaveLength(63);
      expect(await openReplies(after, world.manifest, address, reporter)).toEqual([{ handler: 1, text: "thank you" }]);
      const again = await reopen();
      expect(entries(await again.published(round))).toEqual(after);
      await again.deliver(round, first);
      await again.rebuild(round);
      expect(entries(await again.published(round))).toEqual(after);
    }));

  it("doubles when replies outgrow it, and loses none", () =>
    withReplies(async (replies) => {
      const real = Array.from({ length: 65 }, () => signed(randomBytes(REPLY_LENGTH)));
      for (const reply of real) await replies.deliver(round, reply);
      await replies.rebuild(round);
      const published = entries(await replies.published(round));
      expect(published).toHaveLength(128);
      for (const { reply } of real) expect(published.some((entry) => compare(entry, reply) === 0)).toBe(true);
    }));

  it("publishes replies of a server that never runs as long as a day", () =>
    withReplies(async (replies, clock, reopen) => {
      clock.seconds = START + 3;
      await replies.tick(round);
      const reply = delivery(0, "thank you");
      await replies.deliver(round, reply);
      clock.seconds = START + 9;
      const again = await reopen();
      await again.tick(round);
      expect(entries(await again.published(round))).not.toContainEqual(reply.reply);
      clock.seconds = START + 10;
      await again.tick(round);
      expect(entries(await again.published(round))).toContainEqual(reply.reply);
    }));

  it("leaves room for other handlers when one fills its share", () =>
    withReplies(async (replies) => {
      const flood = async (holder: number): Promise<number> => {
        for (let count = 0; ; count++) {
          const reply = randomBytes(REPLY_LENGTH);
          const code = await replies.deliver(round, signed(reply, copied, holder)).catch((error: { code: string }) => error.code);
          if (code !== undefined) {
            expect(code).toBe("ERR_OVERLOADED");
            return count;
          }
        }
      };
      expect(await flood(0)).toBe(171);
      await replies.deliver(round, delivery(0, "an honest reply"));
    }));

  it("takes one reply for a place, as two would leave the reporter with both", () =>
    withReplies(async (replies) => {
      await replies.deliver(round, delivery(0, "first"));
      await expect(replies.deliver(round, delivery(0, "also first"))).rejects.toMatchObject({ code: "ERR_SEQUENCE_USED" });
      await replies.deliver(round, delivery(1, "second"));
      await replies.rebuild(round);
      await expect(replies.deliver(round, delivery(1, "also second"))).rejects.toMatchObject({ code: "ERR_SEQUENCE_USED" });
      const published = entries(await replies.published(round));
      const shown = [
        { handler: 1, text: "first" },
        { handler: 1, text: "second" },
      ];
      expect(await openReplies(published, world.manifest, address, reporter)).toEqual(shown);
      // Without the rule a reporter finds two answers in one place, and does not know which one holds.
      const both = [...published, delivery(1, "also second").reply];
      expect(await openReplies(both, world.manifest, address, reporter)).toEqual([
        ...shown,
        { handler: 1, text: "also second" },
        // Nobody is named: whoever published both may have hidden the first from the handler who wrote the second.
        { fault: "ERR_SEQUENCE_USED", handler: null },
      ]);
    }));

  it("takes replies of the channel's handlers only, of one size", () =>
    withReplies(async (replies) => {
      const good = delivery(0, "hello");
      await expect(replies.deliver(round, { ...good, holder: 0 })).rejects.toMatchObject({ code: "ERR_FETCH_REFUSED" });
      await expect(replies.deliver(round, { ...good, holder: 9 })).rejects.toMatchObject({ code: "ERR_FETCH_REFUSED" });
      const other = { ...good, reply: fromHex("00".repeat(REPLY_LENGTH)) };
      await expect(replies.deliver(round, other)).rejects.toMatchObject({ code: "ERR_FETCH_REFUSED" });
      await expect(replies.deliver(round, signed(randomBytes(100)))).rejects.toMatchObject({ code: "ERR_REPLY_INVALID" });
      // The copy is signed with it: nobody on the way puts another in its place, or none.
      const record = copy({ kind: "note", text: "another" });
      await expect(replies.deliver(round, { ...good, record })).rejects.toMatchObject({ code: "ERR_FETCH_REFUSED" });
      await expect(replies.deliver(round, signed(good.reply, new Uint8Array(0)))).rejects.toMatchObject({ code: "ERR_CASE_RECORD" });
    }));

  it("keeps the copy with the reply, and neither of a reply whose place is taken", () =>
    withReplies(async (replies, _clock, _reopen, cases) => {
      await replies.deliver(round, delivery(0, "first"));
      const another = copy({ kind: "reply", sequence: 0, sha256: toHex(address), text: "also first", feedback: false });
      await expect(replies.deliver(round, signed(delivery(0, "also first").reply, another))).rejects.toMatchObject({
        code: "ERR_SEQUENCE_USED",
      });
      expect(await cases().hashes(round)).toEqual([toHex(SHA256(copied))]);
    }));
});
