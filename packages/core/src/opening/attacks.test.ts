import { combine } from "shamir-secret-sharing";
import { describe, expect, it } from "vitest";
import { answer, selectedOf } from "../../test-support/answers.ts";
import { contextOf, sharesOf, toCount } from "../../test-support/opening.ts";
import { person, QUESTIONNAIRES, SURVEY, SURVEY_ID, seed, TRUSTEES, testRng } from "../../test-support/world.ts";
import { concat, copy, equal, H, SHA256, TAGS, uint, uint64, vector } from "../bytes/index.ts";
import { decodeEnvelope, HEADER, keyId, SLOT, shareCommitment } from "../envelope/format.ts";
import { open, openShare, type Share, seal } from "../envelope/index.ts";
import { bodyKey, seedCommitment, slotKey } from "../envelope/seal.ts";
import { AmanaError } from "../errors/index.ts";
import { recipients } from "../manifest/index.ts";
import { boxOpen, boxSeal, encapsulate, sign, verify } from "../primitives/index.ts";
import { decodeBallot } from "../questionnaire/index.ts";
import { type Submission, signSubmission } from "../submission/index.ts";
import {
  countSubmission,
  type Outcome,
  openers,
  openReveal,
  readReveal,
  sealReveal,
  shareAt,
  shareList,
  shareListCommitment,
} from "./index.ts";

/** Each attack twice: against what is shipped, and against a collaborator that lacks the defence, where it succeeds. */

const [officialsForm] = QUESTIONNAIRES;
const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;
const count = (submission: Submission, holders: readonly number[]): Promise<Outcome> =>
  countSubmission(toCount(submission, holders), SURVEY, officialsForm);

/** A count that combines any k shares and looks whether a ballot comes out: no commitments of shares, no sealing again. */
async function countWithoutChecks(submission: Submission, shares: readonly Share[]): Promise<Outcome["outcome"]> {
  const context = contextOf(submission);
  const { commitment, body } = decodeEnvelope(submission.envelope);
  const recovered = await combine(shares.slice(0, 2).map(copy));
  if (!equal(commitment, seedCommitment(recovered, context, 2, recipients(SURVEY).map(keyId)))) return "invalid";
  const padded = boxOpen(body, bodyKey(recovered, context)) as Uint8Array;
  return decodeBallot(officialsForm, padded.subarray(4)).withdrawn ? "withdrawn" : "counted";
}

describe("a respondent who gives one trustee a share of something else", () => {
  const honest = answer(person("an official"));
  const context = contextOf(honest);
  // Slot 2 holds another point, and commits to it: seen alone, nothing is wrong with it.
  const bogus = concat(seed("another point"), Uint8Array.of(3));
  const key = recipients(SURVEY)[2] as Uint8Array;
  const { sharedSecret, ciphertext } = encapsulate(key, concat(seed("r1"), seed("r2")));
  const id = keyId(key);
  const envelope = copy(honest.envelope);
  const sealed = boxSeal(bogus, slotKey(sharedSecret, context, id, 2));
  envelope.set(concat(id, ciphertext, shareCommitment(context, 2, bogus), sealed), HEADER + 2 * SLOT);
  const submission = signSubmission({ ...honest, envelope }, person("an official").key);
  const shares = sharesOf(envelope, selectedOf(submission, 0).leaf).map(({ share }) => share as Share);

  it("gets it past each trustee alone", () => expect(shares[2]).toEqual(bogus));

  it("is counted invalid whoever opens: sealing again gives another slot", async () => {
    for (const pair of [...PAIRS, [0, 1, 2]]) expect(await count(submission, pair)).toEqual({ outcome: "invalid" });
  });

  it("would be counted or not as the openers happen to be, were nothing sealed again", async () => {
    const outcomes = await Promise.all(
      PAIRS.map((pair) =>
        countWithoutChecks(
          submission,
          pair.map((holder) => shares[holder] as Share),
        ),
      ),
    );
    expect(outcomes).toEqual(["counted", "invalid", "invalid"]);
  });
});

describe("a respondent whose slot for one trustee does not open at all", () => {
  const honest = answer(person("an official"));
  const envelope = copy(honest.envelope);
  envelope.fill(7, HEADER + 2 * SLOT + 16, HEADER + 2 * SLOT + 16 + 1120);
  const submission = signSubmission({ ...honest, envelope }, person("an official").key);

  it("is counted invalid by all who can open it, once the others' lists are there", async () => {
    expect(await count(submission, [0, 1])).toEqual({ outcome: "invalid" });
    expect(await count(submission, [0, 1, 2])).toEqual({ outcome: "invalid" });
    // Two of three that lack a share ask the third before they call anything unopened.
    expect(await count(submission, [0, 2])).toEqual({ outcome: "unopened", wanting: [2] });
  });
});

describe("a trustee who gives a share that is not the one in its slot", () => {
  const submission = answer(person("an official"));
  const { leaf, envelope, shares } = toCount(submission);
  const [one, two] = shares.map(({ share }) => share as Share) as [Share, Share];
  const lie = concat(seed("a lie"), Uint8Array.of(3));

  it("is told from a lying respondent, and cannot spoil the count", async () => {
    const openersOnly = {
      leaf,
      envelope,
      shares: [
        { holder: 0, share: one },
        { holder: 2, share: lie },
      ],
    };
    expect(await countSubmission(openersOnly, SURVEY, officialsForm)).toEqual({ outcome: "unopened", wanting: [2] });
    const withOthers = { ...openersOnly, shares: [...openersOnly.shares, { holder: 1, share: two }] };
    expect(await countSubmission(withOthers, SURVEY, officialsForm)).toMatchObject({ outcome: "counted" });
  });

  it("would make an honest answer look like a forged one, were shares not committed to", async () => {
    expect(await countWithoutChecks(submission, [one, lie])).toBe("invalid");
  });
});

describe("a trustee who chooses its shares after it has read", () => {
  const people = ["a", "b", "c", "d"].map((name) => person(`voter ${name}`));
  const votes = people.map((who, index) => answer(who, { answers: { L1: index % 2 === 0 ? 1 : 3 } }));
  const lists = TRUSTEES.map((_, holder) =>
    shareList(
      votes.map((vote) => toCount(vote).shares[holder]?.share ?? null),
      testRng(`blind ${holder}`),
    ),
  );
  const commitments = lists.map((list, holder) => shareListCommitment(SURVEY_ID, holder, 40, list));
  // What it reads as it pleases, with another's list and its own: it drops all who said 3.
  const dropped = shareList(
    votes.map((_, place) => (place % 2 === 0 ? shareAt(lists[0] as (typeof lists)[0], place) : null)),
    testRng("x"),
  );
  const outcomes = async (given: ReadonlyMap<number, (typeof lists)[0]>): Promise<Outcome["outcome"][]> =>
    Promise.all(
      votes.map(async (vote, place) => {
        const shares = [...given].map(([holder, list]) => ({ holder, share: shareAt(list, place) }));
        return (await countSubmission({ ...toCount(vote), shares }, SURVEY, officialsForm)).outcome;
      }),
    );
  const place = { attempt: 0, ledgerSize: 40, sender: 0, receiver: 1 };
  const revealed = sealReveal(SURVEY, place, dropped, TRUSTEES[0].signing, testRng("reveal"));

  it("is held to what it committed to before: another list is its fault", async () => {
    const honest = sealReveal(SURVEY, place, lists[0] as (typeof lists)[0], TRUSTEES[0].signing, testRng("honest"));
    expect(await openReveal(honest, SURVEY, TRUSTEES[1].kem, 4, commitments[0] as Uint8Array)).toEqual(lists[0]);
    await expect(openReveal(revealed, SURVEY, TRUSTEES[1].kem, 4, commitments[0] as Uint8Array)).rejects.toMatchObject({
      code: "ERR_COMMITMENT_MISMATCH",
    });
  });

  it("would drop the answers that it dislikes, were a list its own proof", async () => {
    const own = shareListCommitment(SURVEY_ID, 0, 40, dropped);
    const believed = await openReveal(revealed, SURVEY, TRUSTEES[1].kem, 4, own);
    expect(
      await outcomes(
        new Map([
          [0, believed],
          [1, lists[1] as (typeof lists)[0]],
        ]),
      ),
    ).toEqual(["counted", "unopened", "counted", "unopened"]);
  });

  it("does not open if it commits late: openers are drawn from those who had committed", async () => {
    const inTime = [1, 2];
    const who = openers(inTime, [], 2) as number[];
    expect(who).toEqual([1, 2]);
    expect(await outcomes(new Map(who.map((holder) => [holder, lists[holder] as (typeof lists)[0]])))).toEqual(votes.map(() => "counted"));
  });

  it("would come first if late commitments counted, with the list it then chose", async () => {
    const who = openers([1, 2, 0], [], 2) as number[];
    expect(who).toEqual([0, 1]);
    const given = new Map(who.map((holder) => [holder, holder === 0 ? dropped : (lists[holder] as (typeof lists)[0])]));
    expect((await outcomes(given)).filter((outcome) => outcome === "unopened")).toHaveLength(2);
  });
});

describe("a server that replays a reveal", () => {
  const list = shareList([null], testRng("blind"));
  const place = { attempt: 0, ledgerSize: 40, sender: 0, receiver: 2 };
  const commitment = shareListCommitment(SURVEY_ID, 0, 40, list);
  const bytes = sealReveal(SURVEY, place, list, TRUSTEES[0].signing, testRng("reveal"));
  const as = (of: Uint8Array, change: { attempt?: number; receiver?: number }): Uint8Array => {
    const out = copy(of);
    if (change.attempt !== undefined) out[4] = change.attempt;
    if (change.receiver !== undefined) out[14] = change.receiver;
    return out;
  };

  it("to another attempt or receiver is refused: both are signed, and in the context", async () => {
    expect(readReveal(bytes, SURVEY)).toMatchObject(place);
    for (const change of [{ attempt: 1 }, { receiver: 1 }]) {
      expect(() => readReveal(as(bytes, change), SURVEY)).toThrow(expect.objectContaining({ code: "ERR_SHARE_LIST_FORMAT" }));
      await expect(openReveal(as(bytes, change), SURVEY, TRUSTEES[2].kem, 1, commitment)).rejects.toBeInstanceOf(AmanaError);
    }
    await expect(openReveal(bytes, SURVEY, TRUSTEES[1].kem, 1, commitment)).rejects.toMatchObject({ code: "ERR_SHARE_LIST_FORMAT" });
  });

  it("would pass it off as a reveal of the next attempt, were its place neither signed nor in the context", async () => {
    const context = H(TAGS.contextShareList, SURVEY_ID);
    const spec = { recipients: [recipients(SURVEY)[2] as Uint8Array], threshold: 1, context, size: 32 + 33 };
    const envelope = seal(concat(list.blind, list.list), { ...spec, rng: testRng("naive") });
    const head = concat(new TextEncoder().encode("AMV1"), uint(0, 1), uint64(40), uint(0, 1), uint(2, 1));
    const naive = concat(head, vector(envelope), sign(TRUSTEES[0].signing, H(TAGS.reveal, SURVEY_ID, SHA256(envelope))));
    const replayed = as(naive, { attempt: 1 });
    const inner = replayed.subarray(head.length + 4, -64);
    expect(replayed[4]).toBe(1);
    expect(verify(TRUSTEES[0].signing.publicKey, H(TAGS.reveal, SURVEY_ID, SHA256(inner)), replayed.subarray(-64))).toBe(true);
    const share = openShare(inner, 0, TRUSTEES[2].kem, context) as Share;
    expect(await open(inner, [share], spec)).toEqual(concat(list.blind, list.list));
  });
});
