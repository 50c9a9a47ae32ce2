import { isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { encodeMessage, withWork } from "@amana/core/mailbox";
import { decodePromise, decodeSubmission, encodeSubmission, encodeSubmissionLeaf, NO_TOKEN, verifyPromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { waitingRecords } from "../../fixtures/records.ts";
import {
  asReport,
  Clock,
  makeWorld,
  Person,
  type ServiceOptions,
  type Services,
  START,
  startServices,
  type World,
} from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";

const survey = makeWorld();
const reports = makeWorld({ kind: "reports" });

function withServices(
  world: World,
  use: (services: Services, clock: Clock) => Promise<void>,
  without: Partial<ServiceOptions> = {},
): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder);
    try {
      await use(await startServices(store, world, { ...without, now: clock.now }), clock);
    } finally {
      await store.close();
    }
  });
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "admitted";
  } catch (error) {
    if (isAmanaError(error)) return error.code;
    throw error;
  }
}

describe("collector, surveys", () => {
  it("answers an admitted submission with a promise for its leaf; the same bytes with the same promise, for ever", () =>
    withServices(survey, async ({ issuer, collector, sealing }, clock) => {
      const ana = new Person(survey);
      await ana.enrol(issuer, survey.codes[0]?.[0]);
      const body = ana.submission();
      const answer = await collector.submit(body);
      expect(answer).toHaveLength(136);
      const promise = decodePromise(answer);
      expect(verifyPromise(promise, survey.promiseKey.publicKey)).toBe(true);
      expect(promise.epoch).toBe(0);
      expect(promise.leafHash).toEqual(leafHash(encodeSubmissionLeaf(decodeSubmission(body, survey.manifest))));
      expect(await collector.submit(body)).toEqual(answer);
      clock.seconds = START + 2000;
      await sealing.tick();
      expect(await collector.submit(body)).toEqual(answer);
      expect(await codeOf(collector.submit(ana.submission(1)))).toBe("ERR_ROUND_CLOSED");
    }));

  it("tells a revision from a rival, and says when no revision is left", () =>
    withServices(survey, async ({ issuer, collector }) => {
      const ana = new Person(survey);
      await ana.enrol(issuer, survey.codes[0]?.[1]);
      await collector.submit(ana.submission(0));
      await collector.submit(ana.submission(7, { token: NO_TOKEN }));
      await collector.submit(ana.submission(3));
      const rival = collector.submit(ana.submission(3, { text: "other" }));
      await expect(rival).rejects.toMatchObject({ code: "ERR_SEQUENCE_USED", details: { highestSequence: 7 } });
      await collector.submit(ana.submission(15));
      await expect(collector.submit(ana.submission(15, { text: "other" }))).rejects.toMatchObject({ code: "ERR_REVISIONS_SPENT" });
      expect(await codeOf(collector.submit(ana.submission(16)))).toBe("ERR_SUBMISSION_FORMAT");
    }));

  it("asks for tokens of its own round and audience", () =>
    withServices(survey, async ({ issuer, collector }) => {
      const [ana, ben] = [new Person(survey), new Person(survey)];
      await ana.enrol(issuer, survey.codes[0]?.[2]);
      expect(await codeOf(collector.submit(ana.submission(0, { token: NO_TOKEN })))).toBe("ERR_TOKEN_MISSING");
      expect(await codeOf(collector.submit(ben.submission(0, { token: ana.token })))).toBe("ERR_TOKEN_INVALID");
      const trader = new Person(survey, 1, ana.code);
      expect(await codeOf(collector.submit(trader.submission(0, { token: ana.token })))).toBe("ERR_TOKEN_INVALID");
      // With tokens of both audiences, a response key stays in the first.
      await trader.enrol(issuer, survey.codes[1]?.[0]);
      await collector.submit(ana.submission(0));
      expect(await codeOf(collector.submit(trader.submission(1)))).toBe("ERR_TOKEN_INVALID");
      expect(await codeOf(collector.submit(trader.submission(1, { token: NO_TOKEN })))).toBe("ERR_TOKEN_INVALID");
    }));

  it("keeps to the window, the size, the round and the signature", () =>
    withServices(survey, async ({ issuer, collector }, clock) => {
      const ana = new Person(survey);
      await ana.enrol(issuer, survey.codes[0]?.[3]);
      const body = ana.submission();
      clock.seconds = START - 1;
      expect(await codeOf(collector.submit(body))).toBe("ERR_ROUND_NOT_OPEN");
      clock.seconds = START + 2000;
      expect(await codeOf(collector.submit(body))).toBe("ERR_ROUND_CLOSED");
      clock.seconds = START;
      expect(await codeOf(collector.submit(body.subarray(1)))).toBe("ERR_SUBMISSION_FORMAT");
      expect(await codeOf(collector.submit(body.subarray(0, -1)))).toBe("ERR_SUBMISSION_FORMAT");
      expect(await codeOf(collector.submit(new Uint8Array(0)))).toBe("ERR_SUBMISSION_FORMAT");
      const elsewhere = new Person(reports);
      expect(await codeOf(collector.submit(elsewhere.submission()))).toBe("ERR_ROUND_UNKNOWN");
      const parsed = decodeSubmission(body, survey.manifest);
      const forged = encodeSubmission({ ...parsed, signature: new Uint8Array(64) });
      expect(await codeOf(collector.submit(forged))).toBe("ERR_SUBMISSION_SIGNATURE");
      expect(await codeOf(collector.report(body))).toBe("ERR_SUBMISSION_FORMAT");
    }));

  it("without its checks, a made-up voice counts", () =>
    withServices(
      survey,
      async ({ collector }) => expect(await codeOf(collector.submit(new Person(survey).submission()))).toBe("admitted"),
      { check: () => undefined },
    ));

  it("of 200 posts at once admits one", () =>
    withServices(survey, async ({ store, issuer, collector }) => {
      const ana = new Person(survey);
      await ana.enrol(issuer, survey.codes[0]?.[4]);
      const body = ana.submission();
      const answers = await Promise.all(Array.from({ length: 200 }, () => collector.submit(body)));
      expect(new Set(answers.map((answer) => Buffer.from(answer).toString("hex"))).size).toBe(1);
      expect(await waitingRecords(store, Buffer.from(survey.id).toString("hex"))).toHaveLength(1);
    }));
});

describe("collector, reports", () => {
  const withWorkOf = (submission: Uint8Array): Promise<Uint8Array> => asReport(reports, submission);

  it("takes a bounded number: when a channel is full of mailboxes, those that are there go on for a while", () =>
    withServices(
      reports,
      async ({ collector }) => {
        const [eve, adam, cain] = [new Person(reports), new Person(reports), new Person(reports)];
        const first = await withWorkOf(eve.submission(0));
        const promise = await collector.report(first);
        await collector.report(await withWorkOf(adam.submission(0)));
        expect(await codeOf(collector.report(await withWorkOf(cain.submission(0))))).toBe("ERR_CHANNEL_FULL");
        await collector.report(await withWorkOf(eve.submission(1)));
        expect(await codeOf(collector.report(await withWorkOf(eve.submission(2))))).toBe("ERR_CHANNEL_FULL");
        // What is there is promised again.
        expect(await collector.report(first)).toEqual(promise);
      },
      { limits: { reports: 2, messages: 3 } },
    ));
  const withoutWork = (submission: Uint8Array): Uint8Array => withWork(new Uint8Array(8), encodeMessage(submission));

  it("wants work and messages without a gap, and answers the same bytes alike", () =>
    withServices(reports, async ({ store, collector }) => {
      const eve = new Person(reports);
      const first = eve.submission(0);
      const second = await withWorkOf(eve.submission(1));
      expect(await codeOf(collector.report(withoutWork(first)))).toBe("ERR_WORK_MISSING");
      expect(await codeOf(collector.report(second))).toBe("ERR_MAILBOX_GAP");
      const answer = await collector.report(await withWorkOf(first));
      // Known bytes need no work again.
      expect(await collector.report(withoutWork(first))).toEqual(answer);
      await collector.report(second);
      expect(await codeOf(collector.report(await withWorkOf(eve.submission(3))))).toBe("ERR_MAILBOX_GAP");
      expect(await codeOf(collector.submit(first))).toBe("ERR_SUBMISSION_FORMAT");
      const kept = await waitingRecords(store, Buffer.from(reports.id).toString("hex"));
      expect(kept.map(({ envelope }) => Buffer.from(envelope ?? []))).toContainEqual(Buffer.from(first));
    }));
});
