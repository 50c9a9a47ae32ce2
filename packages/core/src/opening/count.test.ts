import { beforeAll, describe, expect, it } from "vitest";
import { answer } from "../../test-support/answers.ts";
import { sharesOf, toCount } from "../../test-support/opening.ts";
import { OFFICIALS, PRIVATE_SECTOR, person, QUESTIONNAIRES, SURVEY } from "../../test-support/world.ts";
import { fromHex } from "../bytes/index.ts";
import { type Answers, encodeBallot, type Questionnaire } from "../questionnaire/index.ts";
import { decodeSubmission, decodeSubmissionLeaf, type Submission } from "../submission/index.ts";
import submissions from "../submission/vectors/submission.json" with { type: "json" };
import { countSubmission, type Outcome, type ToCount, tally } from "./index.ts";
import vectors from "./vectors/opening.json" with { type: "json" };

const official = person("an official");
const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
  [0, 1, 2],
  [2, 1, 0],
] as const;

const count = (what: ToCount, questionnaire: Questionnaire = QUESTIONNAIRES[OFFICIALS]): Promise<Outcome> =>
  countSubmission(what, SURVEY, questionnaire);

let submission: Submission;
beforeAll(() => {
  submission = answer(official, { answers: { L1: 2, S1: "a", C1: "pourquoi ?" } });
});

describe("the submission of the vectors", () => {
  const leaf = decodeSubmissionLeaf(fromHex(submissions.leaf));
  const { envelope } = decodeSubmission(fromHex(submissions.submission), SURVEY);

  it("gives each trustee this share", () => {
    expect(sharesOf(envelope, leaf).map(({ share }) => share)).toEqual(vectors.shares.map((share) => fromHex(share)));
  });

  it.each(PAIRS.map((holders) => ({ holders })))("counts the same, whoever opens it: $holders", async ({ holders }) => {
    const shares = holders.map((holder) => ({ holder, share: fromHex(vectors.shares[holder] as string) }));
    expect(await count({ leaf, envelope, shares })).toEqual({ outcome: "counted", answers: { L1: 3, S1: "b", C1: "yes" } });
  });
});

describe("countSubmission", () => {
  it("counts answers, and withdrawals apart", async () => {
    expect(await count(toCount(submission))).toEqual({ outcome: "counted", answers: { L1: 2, S1: "a", C1: "pourquoi ?" } });
    expect(await count(toCount(answer(official, { answers: null })))).toEqual({ outcome: "withdrawn" });
    expect(await count(toCount(answer(official, { answers: {} })))).toEqual({ outcome: "counted", answers: {} });
  });

  it("counts the ballots of an audience by its own questionnaire, padded to the round's size", async () => {
    const trade = answer(person("a trader"), { audience: PRIVATE_SECTOR, answers: { L1: 1 } });
    expect(await count(toCount(trade), QUESTIONNAIRES[PRIVATE_SECTOR])).toEqual({ outcome: "counted", answers: { L1: 1 } });
    expect(await count(toCount(trade), QUESTIONNAIRES[OFFICIALS])).toEqual({ outcome: "invalid" });
  });

  it("calls missing what nobody holds", async () => {
    expect(await count({ ...toCount(submission), envelope: null })).toEqual({ outcome: "missing" });
  });

  it("calls unopened what fewer than k shares match, and names whose are wanting", async () => {
    const { leaf, envelope, shares } = toCount(submission);
    const [one, two, three] = shares as [ToCount["shares"][0], ToCount["shares"][0], ToCount["shares"][0]];
    const unopened = (...given: ToCount["shares"]) => count({ leaf, envelope, shares: given });
    expect(await unopened()).toEqual({ outcome: "unopened", wanting: [] });
    expect(await unopened(one)).toEqual({ outcome: "unopened", wanting: [] });
    expect(await unopened({ holder: 2, share: null }, one, { holder: 1, share: null })).toEqual({ outcome: "unopened", wanting: [1, 2] });
    // One trustee's share twice, or under another's name, is one share.
    expect(await unopened(one, one)).toEqual({ outcome: "unopened", wanting: [] });
    expect(await unopened(one, { holder: 1, share: one.share })).toEqual({ outcome: "unopened", wanting: [1] });
    expect(await unopened(one, { ...one, share: null }, { holder: 9, share: three.share })).toEqual({ outcome: "unopened", wanting: [9] });
    expect(await unopened(one, { holder: 1, share: new Uint8Array(0) })).toEqual({ outcome: "unopened", wanting: [1] });
    expect(await unopened(two, three)).toMatchObject({ outcome: "counted" });
  });

  it("calls invalid what is no ballot of the questionnaire", async () => {
    const ballot = encodeBallot(QUESTIONNAIRES[OFFICIALS], { L1: 1 });
    const marked = new Uint8Array(ballot);
    marked[80] = 1;
    for (const bytes of [new Uint8Array(0), ballot.subarray(1), marked])
      expect(await count(toCount(answer(official, { answers: bytes })))).toEqual({ outcome: "invalid" });
  });

  it("calls invalid an envelope under another context: opened for nobody else", async () => {
    const { leaf, envelope, shares } = toCount(submission);
    const moved = { ...leaf, sequence: 1 };
    expect(await count({ leaf: moved, envelope, shares })).toEqual({ outcome: "unopened", wanting: [0, 1, 2] });
    expect(await count({ leaf, envelope: submission.envelope.subarray(1), shares })).toEqual({ outcome: "unopened", wanting: [0, 1, 2] });
  });

  it("does not pass a programming mistake off as an outcome", async () => {
    await expect(count(toCount(submission), {} as Questionnaire)).rejects.toThrow(TypeError);
  });
});

describe("tally", () => {
  const counted = (answers: Answers): Outcome => ({ outcome: "counted", answers });
  const outcomes: Outcome[] = [
    counted({ L1: 1, C1: "first" }),
    counted({ L1: 3 }),
    counted({ C1: "second", L1: 2 }),
    counted({ L1: 3 }),
    { outcome: "withdrawn" },
    { outcome: "invalid" },
    { outcome: "unopened", wanting: [2] },
    { outcome: "missing" },
  ];
  const result = tally("officials", QUESTIONNAIRES[OFFICIALS], outcomes);

  it("totals every outcome", () => {
    expect(result).toMatchObject({ audience: "officials", counted: 4, withdrawn: 1, invalid: 1, unopened: 1, missing: 1 });
  });

  it("detaches comments: two lists, each sorted by its own hash", () => {
    expect([...result.answers].sort((a, b) => Number(a.L1) - Number(b.L1))).toEqual([{ L1: 1 }, { L1: 2 }, { L1: 3 }, { L1: 3 }]);
    expect(result.comments.map(({ item }) => item)).toEqual(["C1", "C1"]);
    expect(new Set(result.comments.map(({ text }) => text))).toEqual(new Set(["first", "second"]));
  });

  it("does not depend on the order of the outcomes", () => {
    for (let turn = 1; turn < outcomes.length; turn++)
      expect(tally("officials", QUESTIONNAIRES[OFFICIALS], [...outcomes.slice(turn), ...outcomes.slice(0, turn)])).toEqual(result);
  });
});
