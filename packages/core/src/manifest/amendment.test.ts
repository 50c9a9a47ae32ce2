import { describe, expect, it } from "vitest";
import { HANDLERS, REPORTS, SURVEY, SURVEY_ID, TRUSTEES } from "../../test-support/world.ts";
import { fromHex, toHex } from "../bytes/index.ts";
import { type AmanaError, isAmanaError } from "../errors/index.ts";
import { sign } from "../primitives/index.ts";
import {
  type Amendment,
  type AmendmentChange,
  amended,
  amendedOnce,
  amendmentHash,
  amendmentQuorum,
  checkAmendment,
  isAmendmentSigned,
  type Manifest,
  type ManifestRelay,
  manifestTimes,
  nextAmendment,
  type RoundTimes,
  type SignedAmendment,
  signAmendment,
  verifyAmendmentSignature,
} from "./index.ts";
import vectors from "./vectors/manifest.json" with { type: "json" };

const DAY = 86_400;
const HOUR = 3600;
const chain = vectors.amendments as unknown as readonly { hash: string; amendment: SignedAmendment; times: Partial<RoundTimes> }[];
const [longer, earlier, cancelled] = chain.map(({ amendment }) => amendment) as [SignedAmendment, SignedAmendment, SignedAmendment];
const { answeringOpen, answeringClose } = SURVEY.windows;
const { sealBy, missingBy, commitBy } = SURVEY.deadlines;
const NONE = manifestTimes(SURVEY);
const RELAY: ManifestRelay = {
  organisation: "university",
  origin: "https://relay.example",
  key: "00".repeat(32),
  slots: 1000,
  releaseLead: 2 * HOUR,
  keyConfiguration: "00",
};

const signedBy = (
  manifest: Manifest,
  amendment: Amendment,
  who: readonly number[],
  holders: readonly { signing: (typeof TRUSTEES)[0]["signing"] }[] = TRUSTEES,
): SignedAmendment => ({
  ...amendment,
  cosignatures: who.map((holder) => ({
    holder,
    signature: toHex(signAmendment(manifest, amendment, (holders[holder] as (typeof holders)[0]).signing)),
  })),
});
const lengthen = (by: number, change: Partial<Extract<AmendmentChange, { kind: "lengthen" }>> = {}): AmendmentChange => ({
  kind: "lengthen",
  answeringClose: answeringClose + by,
  sealBy: sealBy + by,
  missingBy: missingBy + by,
  commitBy: commitBy + by,
  ...change,
});
const closeEarly = (at: number): AmendmentChange => ({ kind: "close-early", answeringClose: at });
const cancel = (reason: Record<string, string> = { en: "Why" }): AmendmentChange => ({ kind: "cancel", reason });

/** What is wrong with a change, as `path message`. */
function mistakes(
  change: AmendmentChange,
  at: number,
  given: { manifest?: Manifest; times?: RoundTimes; trial?: boolean; amendment?: Partial<Amendment> } = {},
): string[] {
  const { manifest = SURVEY, times = manifestTimes(manifest), trial = false } = given;
  try {
    checkAmendment(manifest, times, { ...nextAmendment(times, change), ...given.amendment }, trial, new Date(at * 1000));
    return [];
  } catch (error) {
    if (!isAmanaError(error, "ERR_AMENDMENT_INVALID")) throw error;
    return ((error as AmanaError).details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

describe("the amendments of the vectors, computed by another program", () => {
  it.each(chain.map((vector) => ({ ...vector, kind: vector.amendment.change.kind })))(
    "$kind has this hash, and these signatures",
    (vector) => {
      const { hash, amendment } = vector;
      expect(toHex(amendmentHash(SURVEY, amendment))).toBe(hash);
      expect(
        signedBy(
          SURVEY,
          amendment,
          amendment.cosignatures.map(({ holder }) => holder),
        ),
      ).toEqual(amendment);
      expect(isAmendmentSigned(SURVEY, amendment)).toBe(true);
    },
  );

  it("move the round's times, one after the other, and leave the manifest what it is", () => {
    chain.forEach(({ times, hash }, index) => {
      const read = amended(
        SURVEY,
        chain.slice(0, index + 1).map(({ amendment }) => amendment),
      );
      expect(read).toEqual({ ...times, amendments: index + 1, previous: hash });
    });
    expect(amended(SURVEY, [])).toEqual({
      windows: SURVEY.windows,
      deadlines: SURVEY.deadlines,
      cancelled: null,
      amendments: 0,
      previous: toHex(SURVEY_ID),
    });
  });
});

describe("an amendment counts for nothing", () => {
  const nothing = (...amendments: SignedAmendment[]) => expect(amended(SURVEY, amendments)).toEqual(NONE);

  it("when too few signed it, when one signed twice, or when a signature is wrong", () => {
    expect(amendmentQuorum(SURVEY)).toBe(2);
    const [first, second] = longer.cosignatures as [SignedAmendment["cosignatures"][0], SignedAmendment["cosignatures"][0]];
    nothing({ ...longer, cosignatures: [first] });
    nothing({ ...longer, cosignatures: [] });
    nothing({ ...longer, cosignatures: [first, first] });
    nothing({ ...longer, cosignatures: [first, { ...second, holder: 1 }] });
    nothing({ ...longer, cosignatures: [first, second, { holder: 3, signature: first.signature }] });
    nothing({ ...longer, cosignatures: [first, { ...second, signature: "00".repeat(64) }] });
  });

  it("when it was signed for another round", () => {
    const other: Manifest = { ...SURVEY, round: "wave-2" };
    const elsewhere = signedBy(other, nextAmendment(manifestTimes(other), lengthen(DAY)), [0, 1]);
    expect(amended(other, [elsewhere]).amendments).toBe(1);
    nothing(elsewhere);
    nothing({ ...elsewhere, previous: toHex(SURVEY_ID) });
  });

  it("when its number is skipped, used, or hangs on another history", () => {
    nothing(earlier);
    nothing(cancelled, earlier);
    expect(amended(SURVEY, [longer, longer, earlier, longer])).toEqual(amended(SURVEY, [longer, earlier]));
    const other = signedBy(SURVEY, nextAmendment(NONE, lengthen(DAY)), [0, 1]);
    expect(amended(SURVEY, [longer, other])).toEqual(amended(SURVEY, [longer]));
    expect(amended(SURVEY, [other, earlier])).toEqual(amended(SURVEY, [other]));
  });

  it("after the round was cancelled", () => {
    const times = amended(
      SURVEY,
      chain.map(({ amendment }) => amendment),
    );
    const again = signedBy(SURVEY, nextAmendment(times, lengthen(30 * DAY)), [0, 1]);
    expect(amended(SURVEY, [...chain.map(({ amendment }) => amendment), again])).toEqual(times);
  });

  it("when the protocol has no such change, though all have signed it", () => {
    const all = (change: AmendmentChange) => nothing(signedBy(SURVEY, nextAmendment(NONE, change), [0, 1, 2]));
    all(lengthen(0));
    all(lengthen(DAY, { sealBy: answeringClose }));
    all(lengthen(DAY, { commitBy: commitBy - 1 }));
    all(closeEarly(answeringClose));
    all(closeEarly(answeringOpen));
  });
});

describe("checkAmendment, by the clock of who signs,", () => {
  const now = answeringOpen + DAY;

  it("lets pass what the protocol allows", () => {
    expect(mistakes(lengthen(DAY), now)).toEqual([]);
    expect(mistakes(lengthen(DAY), answeringClose - 1)).toEqual([]);
    expect(mistakes(closeEarly(now + DAY), now)).toEqual([]);
    expect(mistakes(cancel(), answeringClose + 30 * DAY)).toEqual([]);
  });

  it("names a number or a history that is not next", () => {
    expect(mistakes(cancel(), now, { amendment: { number: 1 } })).toEqual(["/number the next amendment of this round is number 0"]);
    expect(mistakes(cancel(), now, { amendment: { previous: "00".repeat(32) } })).toEqual([
      "/previous does not follow the amendment before",
    ]);
    const times = { ...NONE, amendments: 256 };
    expect(mistakes(cancel(), now, { times })).toEqual(["/number this round was amended as often as the protocol allows"]);
  });

  it("names what cannot be lengthened", () => {
    expect(mistakes(lengthen(DAY), answeringClose)).toEqual(["/change/answeringClose too late: answering has closed"]);
    expect(mistakes(lengthen(0), now)).toEqual(["/change/answeringClose must be later than it is now"]);
    const back = { sealBy: sealBy - 1, missingBy: missingBy - 1, commitBy: commitBy - 1 };
    expect(mistakes(lengthen(1, back), now)).toEqual([
      "/change/sealBy must not be earlier than it is now",
      "/change/missingBy must not be earlier than it is now",
      "/change/commitBy must not be earlier than it is now",
    ]);
    expect(mistakes(lengthen(30 * DAY, { sealBy, missingBy, commitBy }), now)).toEqual([
      "/change/deadlines answeringClose ≤ sealBy ≤ missingBy ≤ commitBy",
    ]);
    expect(mistakes(lengthen(DAY), now, { manifest: REPORTS })).toContain(
      "/change/windows/answeringClose a reports round lasts at most 31 days",
    );
  });

  it("lengthens nothing after the relay's first release", () => {
    const manifest: Manifest = { ...SURVEY, relay: RELAY };
    const release = answeringClose - RELAY.releaseLead;
    expect(mistakes(lengthen(DAY), release - 1, { manifest })).toEqual([]);
    expect(mistakes(lengthen(DAY), release, { manifest })).toEqual([
      "/change/answeringClose too late: the relay has released what it held",
    ]);
  });

  it("closes nothing without a day's notice, and time for the relay; in a trial at once", () => {
    const soon = `/change/answeringClose too soon: at the earliest ${new Date((now + DAY) * 1000).toISOString()}`;
    expect(mistakes(closeEarly(now + DAY - 1), now)).toEqual([soon]);
    expect(mistakes(closeEarly(now), now, { trial: true })).toEqual([]);
    expect(mistakes(closeEarly(now - 1), now, { trial: true })).toHaveLength(1);
    const manifest: Manifest = { ...SURVEY, relay: RELAY };
    expect(mistakes(closeEarly(now + DAY + RELAY.releaseLead), now, { manifest })).toEqual([]);
    expect(mistakes(closeEarly(now + DAY + RELAY.releaseLead - 1), now, { manifest })).toHaveLength(1);
    expect(mistakes(closeEarly(answeringClose), now)).toEqual(["/change/answeringClose must be earlier than it is now"]);
  });

  it("closes nothing before it has opened, nor before the relay could release", () => {
    const before = answeringOpen - 10 * DAY;
    expect(mistakes(closeEarly(answeringOpen), before)).toContain("/change/windows/answeringClose must be after answeringOpen");
    const manifest: Manifest = { ...SURVEY, relay: RELAY };
    expect(mistakes(closeEarly(answeringOpen + RELAY.releaseLead), before, { manifest })).toEqual([
      "/change/relay/releaseLead the release would be before answering opens",
    ]);
  });

  it("wants a reason in every language, and nothing after it", () => {
    expect(mistakes(cancel({ en: "Why", fr: " " }), now)).toEqual(["/change/reason say why, in each language"]);
    expect(mistakes(cancel(), now, { times: { ...NONE, cancelled: { en: "Why" } } })).toEqual([
      "/ this round was cancelled: nothing changes it any more",
    ]);
  });
});

describe("enrolment", () => {
  const after = (manifest: Manifest, change: AmendmentChange): number =>
    amended(manifest, [signedBy(manifest, nextAmendment(manifestTimes(manifest), change), [0, 1, 2])]).windows.enrolmentClose;
  const together: Manifest = { ...SURVEY, separation: ["relay"], windows: { ...SURVEY.windows, enrolmentClose: answeringClose } };
  const apart: Manifest = { ...together, windows: { ...together.windows, enrolmentClose: answeringClose - 5 * DAY } };

  it("that ends with answering goes on doing so, in either direction", () => {
    expect(after(together, lengthen(DAY))).toBe(answeringClose + DAY);
    expect(after(together, closeEarly(answeringClose - DAY))).toBe(answeringClose - DAY);
  });

  it("that ends before is not lengthened, and never outlasts answering", () => {
    expect(after(apart, lengthen(DAY))).toBe(answeringClose - 5 * DAY);
    expect(after(apart, closeEarly(answeringClose - DAY))).toBe(answeringClose - 5 * DAY);
    expect(after(apart, closeEarly(answeringClose - 6 * DAY))).toBe(answeringClose - 6 * DAY);
    expect(after(SURVEY, lengthen(DAY))).toBe(SURVEY.windows.enrolmentClose);
  });
});

describe("a reports round", () => {
  const manifest: Manifest = { ...REPORTS, windows: { ...REPORTS.windows, answeringClose: REPORTS.windows.answeringOpen + 10 * DAY } };
  const change: AmendmentChange = {
    kind: "lengthen",
    answeringClose: manifest.windows.answeringClose + DAY,
    sealBy: 0,
    missingBy: 0,
    commitBy: 0,
  };

  it("is amended by its handlers, one of two or two of three", () => {
    expect(amendmentQuorum(manifest)).toBe(1);
    expect(amendmentQuorum({ ...manifest, handlers: manifest.handlers.slice(0, 1) })).toBe(1);
    expect(amendmentQuorum({ ...manifest, handlers: [...manifest.handlers, ...manifest.handlers].slice(0, 3) })).toBe(2);
    const amendment = signedBy(manifest, nextAmendment(manifestTimes(manifest), change), [1], HANDLERS);
    const { windows } = amended(manifest, [amendment]);
    expect(windows).toEqual({ ...manifest.windows, answeringClose: change.answeringClose });
  });
});

/** Attacks with the defence and, by an injected collaborator, without it. */
describe("an operator that amends a round alone, or with one trustee of three", () => {
  const alone = [nextAmendment(NONE, cancel()), nextAmendment(NONE, lengthen(30 * DAY))].flatMap((amendment) => [
    { ...amendment, cosignatures: [] },
    signedBy(SURVEY, amendment, [1]),
  ]);

  it("changes nothing", () => {
    for (const amendment of alone) expect(amended(SURVEY, [amendment])).toEqual(NONE);
  });

  it("would cancel the round, or keep it open, were signatures not counted", () => {
    const [cancelledAlone, , longerAlone] = alone.map((amendment) => amendedOnce(SURVEY, NONE, amendment, () => true));
    expect(cancelledAlone?.cancelled).toEqual({ en: "Why" });
    expect(longerAlone?.windows.answeringClose).toBe(answeringClose + 30 * DAY);
  });
});

describe("an amendment that an operator takes from one round into another", () => {
  const next: Manifest = { ...SURVEY, round: "wave-2" };

  it("is signed by nobody there", () => {
    const stolen = { ...longer, previous: toHex(amendmentHash(next, longer)) };
    const [one] = longer.cosignatures as [SignedAmendment["cosignatures"][0]];
    expect(verifyAmendmentSignature(SURVEY, longer, one.holder, fromHex(one.signature))).toBe(true);
    for (const each of [longer, stolen]) expect(verifyAmendmentSignature(next, each, one.holder, fromHex(one.signature))).toBe(false);
  });

  it("would cancel a round that nobody wanted cancelled, were the change alone what is signed", () => {
    const changeOnly = (amendment: Amendment): Uint8Array => new TextEncoder().encode(JSON.stringify(amendment.change));
    const signature = sign(TRUSTEES[0].signing, changeOnly(cancelled));
    // The message is the same in every round: so is the signature.
    expect(sign(TRUSTEES[0].signing, changeOnly(nextAmendment(manifestTimes(next), cancelled.change)))).toEqual(signature);
  });
});
