import { fromHex, newSecretCode, type SecretCode, toHex } from "@amana/core/bytes";
import {
  blind,
  blindSign,
  finalize,
  mailboxSecret,
  replyKemKey,
  reportNonce,
  reportSigningKey,
  responseSigningKey,
} from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import type { ErrorCode } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { decodeMessage, encodeMessage, mailboxAddress, reportContext, sealReply, WORK_LENGTH, withWork } from "@amana/core/mailbox";
import { recipients } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import {
  decodePromise,
  decodeSubmission,
  encodePromise,
  encodeReportLeaf,
  encodeSubmission,
  signPromise,
  signSubmission,
} from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { CHANNEL, ChannelOperator, makeChannel } from "../../test-support/channel.ts";
import { json } from "../../test-support/operator.ts";
import { BASE, clientOptions } from "../../test-support/people.ts";
import { type IssuerPair, makeRound, makeWorld, type Round, START, type Trustee } from "../../test-support/world.ts";
import { type Case, Inbox, readChannel, reply } from "../handler/index.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { type Channel, openChannel } from "./channel.ts";
import type { MarkSource } from "./marks.ts";

const content = (text: string) => ({ locale: "en", fields: { step: "release" }, text });
const refused = (promise: Promise<unknown>, code: ErrorCode) => expect(promise).rejects.toMatchObject({ code });

function newChannel(accepts: readonly string[] = []): ChannelOperator {
  const world = makeWorld();
  return new ChannelOperator(world, makeChannel(world, accepts)).launch(undefined, [0, 1]);
}
const openAt = (operator: ChannelOperator): Promise<Channel> => openChannel(BASE, CHANNEL, clientOptions(operator));
const handler = (operator: ChannelOperator, at = 0): Trustee => operator.world.trustees[at] as Trustee;

async function inbox(operator: ChannelOperator, surveys: readonly Round[] = []): Promise<Inbox> {
  const transport = new Transport(BASE, operator.fetch);
  const now = new Date((START + 60) * 1000);
  const view = await LedgerView.fetch(transport, operator.world.programme, now);
  operator.on.set("GET rounds", () => json({ rounds: [] }));
  const channel = { ...(await readChannel(transport, view, CHANNEL)), surveys: surveys.map(({ manifest }) => manifest) };
  const opened = await Inbox.open({ transport, channel, keys: handler(operator), now });
  while ((await opened.openMore()) > 0);
  return opened;
}

async function answer(operator: ChannelOperator, text: string): Promise<void> {
  const box = await inbox(operator);
  await reply(box, box.cases[0] as Case, text, false);
}

const textsOf = ({ messages }: Case): string[] => messages.map(({ document }) => document.text);

const addressOf = ({ round }: ChannelOperator, code: SecretCode): Uint8Array => mailboxAddress(round.id, mailboxSecret(code, round.id));

/** A reply as anybody could seal it who knows the mailbox, signed with any key in the name of any handler. */
function forged(
  operator: ChannelOperator,
  code: SecretCode,
  sequence: number,
  as: { key?: Uint8Array; handler?: number; address?: Uint8Array; text?: string } = {},
): Uint8Array {
  const { round } = operator;
  const fields = {
    reports: round.manifest,
    address: as.address ?? addressOf(operator, code),
    replyKey: replyKemKey(code, round.id).publicKey,
  };
  return sealReply({ ...fields, sequence, handler: as.handler ?? 0, text: as.text ?? "forged" }, signingKey(as.key ?? randomBytes(32)));
}

describe("a report and its replies", () => {
  it("go to and fro, with the organisation that answered", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content("It happened."));
    await channel.followUp(code, content("And again."));
    const { cases, unreadable } = await inbox(operator);
    expect(unreadable).toBe(0);
    expect(cases.map(textsOf)).toEqual([["It happened.", "And again."]]);
    await answer(operator, "Thank you.");
    await answer(operator, "One question.");
    expect(await (await openAt(operator)).replies(code)).toEqual([
      { organisation: { en: "customs" }, text: "Thank you.", fault: null },
      { organisation: { en: "customs" }, text: "One question.", fault: null },
    ]);
  });

  it("two answers of one day take two places, though the store shows neither yet", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content("It happened."));
    const store = operator.store;
    operator.store = () => operator.fillers;
    await answer(operator, "one");
    await answer(operator, "two");
    operator.store = store;
    expect((await channel.replies(code)).map(({ text }) => text)).toEqual(["one", "two"]);
  });

  it("a server that says that every place is taken is not believed for ever", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    await channel.report(channel.newSecretCode(), content("It happened."));
    let asked = 0;
    operator.on.set(`POST rounds/${CHANNEL}/replies`, () => {
      asked += 1;
      return { code: "ERR_SEQUENCE_USED", status: 409 };
    });
    const box = await inbox(operator);
    await refused(reply(box, box.cases[0] as Case, "x", false, randomBytes, 4), "ERR_RESPONSE_INVALID");
    expect(asked).toBe(4);
  });
});

describe("a store of replies", () => {
  const reported = async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content("It happened."));
    await answer(operator, "one");
    await answer(operator, "two");
    return { operator, channel, code };
  };

  const good = ["one", "two"].map((text) => ({ organisation: { en: "customs" }, text, fault: null }));
  const invalid = { organisation: null, text: null, fault: "ERR_REPLY_INVALID" };

  it("with a reply that no handler signed, or one handler in another's name: not shown, and the others are", async () => {
    const { operator, channel, code } = await reported();
    operator.replies.push(forged(operator, code, 2));
    expect(await channel.replies(code)).toEqual([...good, invalid]);
    operator.replies.pop();
    operator.replies.push(forged(operator, code, 2, { key: handler(operator, 0).signing.seed, handler: 1 }));
    expect(await channel.replies(code)).toEqual([...good, invalid]);
    operator.replies.pop();
    // Signed by a handler for this place, it is a reply.
    operator.replies.push(forged(operator, code, 2, { key: handler(operator, 0).signing.seed }));
    expect((await channel.replies(code)).length).toBe(3);
  });

  it("with a reply to another mailbox, nonsense in a place, or a missing one: it says so, and hides no other", async () => {
    const { operator, channel, code } = await reported();
    const [one] = operator.replies as [Uint8Array];
    const another = forged(operator, code, 2, { key: handler(operator).signing.seed, address: randomBytes(32) });
    const lookup = forged(operator, code, 2, { key: handler(operator).signing.seed }).slice(0, 32);
    operator.replies.push(new Uint8Array([...lookup, ...another.slice(32)]));
    expect(await channel.replies(code)).toEqual([...good, invalid]);
    operator.replies.pop();
    operator.replies.push(new Uint8Array([...one.slice(0, 32), ...randomBytes(one.length - 32)]));
    expect(await channel.replies(code)).toEqual([good[0], invalid, good[1]]);
    operator.replies.pop();
    operator.replies.shift();
    expect(await channel.replies(code)).toEqual([{ ...invalid, fault: "ERR_MAILBOX_GAP" }, good[1]]);
  });

  it("with two texts that one handler signed for one place: both are shown, and nobody is named, as a server can bring that about", async () => {
    const { operator, channel, code } = await reported();
    for (const text of ["Come today.", "Stay away."])
      operator.replies.push(forged(operator, code, 2, { key: handler(operator, 0).signing.seed, text }));
    const shown = await channel.replies(code);
    expect(shown.map(({ text }) => text).sort()).toEqual(["Come today.", "Stay away.", "one", "two", null].sort());
    expect(shown.at(-1)).toEqual({ ...invalid, fault: "ERR_SEQUENCE_USED" });
  });

  it("of a broken length is refused; one of strangers' replies alone is empty", async () => {
    const { operator, channel } = await reported();
    expect(await channel.replies(channel.newSecretCode())).toEqual([]);
    operator.on.set(`GET rounds/${CHANNEL}/replies`, () => new Uint8Array(4097));
    await refused(channel.replies(channel.newSecretCode()), "ERR_RESPONSE_INVALID");
  });
});

describe("a follow-up", () => {
  it("goes on at the next place, on a second device after one refusal", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content("0"));
    for (const text of ["1", "2"]) await channel.followUp(code, content(text));
    const before = operator.requests.length;
    await (await openAt(operator)).followUp(code, content("3"));
    expect(operator.messages.length).toBe(4);
    expect(operator.requests.slice(before).filter(({ path }) => path === "submissions").length).toBe(2);
  });

  it("is sealed a few times at most, however often the server says that it must be", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content("0"));
    let asked = 0;
    operator.on.set("POST submissions", (body) => {
      asked += 1;
      return {
        code: "ERR_SEQUENCE_USED",
        status: 409,
        highestSequence: decodeSubmission(decodeMessage(body.slice(WORK_LENGTH)).submission, operator.round.manifest).sequence,
      };
    });
    await refused(channel.followUp(code, content("1")), "ERR_RESPONSE_INVALID");
    expect(asked).toBe(3);
    operator.on.set("POST submissions", () => ({ code: "ERR_SEQUENCE_USED", status: 409, highestSequence: 0 }));
    await refused(channel.followUp(code, content("1")), "ERR_SEQUENCE_USED");
    operator.on.set("POST submissions", () => ({ code: "ERR_SEQUENCE_USED", status: 409, highestSequence: 255 }));
    await refused(channel.followUp(code, content("1")), "ERR_REVISIONS_SPENT");
  });

  it("to no report is refused, and nothing waits to be sent", async () => {
    const channel = await openAt(newChannel());
    await refused(channel.followUp(channel.newSecretCode(), content("1")), "ERR_NOT_FOUND");
    await expect(channel.retry()).rejects.toBeInstanceOf(TypeError);
  });

  it("is kept by a promise for its own bytes", async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    operator.on.set("POST submissions", (body) => {
      const promise = decodePromise(operator.take(body) as Uint8Array);
      return encodePromise(signPromise({ ...promise, leafHash: leafHash(encodeReportLeaf(randomBytes(9))) }, operator.world.promiseKey));
    });
    await refused(channel.report(code, content("0")), "ERR_RESPONSE_INVALID");
    operator.on.set("POST submissions", (body) => operator.take(body));
    await expect(channel.retry()).resolves.toBeDefined();
    expect(operator.messages.length).toBe(1);
  });
});

describe("a handler's inbox", () => {
  const two = async () => {
    const operator = newChannel();
    const channel = await openAt(operator);
    const code = channel.newSecretCode();
    await channel.report(code, content("first"));
    await channel.followUp(code, content("second"));
    await channel.followUp(code, content("third"));
    return { operator, channel, code };
  };

  it("shows what is there when the server drops, repeats or garbles messages, and counts the rest", async () => {
    const { operator } = await two();
    const all = [...operator.messages];
    const texts = async () => (await inbox(operator)).cases.map((each) => textsOf(each).join(" "));
    operator.handOut = () => [...all, ...all].reverse();
    expect(await texts()).toEqual(["first second third"]);
    operator.handOut = () => [all[0], all[2]] as Uint8Array[];
    expect(await texts()).toEqual(["first"]);
    expect((await inbox(operator)).unreadable).toBe(1);
    operator.handOut = () => [...all, (all[0] as Uint8Array).map((byte, at) => (at === 500 ? byte ^ 1 : byte)), new Uint8Array(3)];
    expect(await texts()).toEqual(["first second third"]);
    expect((await inbox(operator)).unreadable).toBe(2);
  });

  it("finds in the ledger what the server holds back", async () => {
    const { operator } = await two();
    operator.sealReports();
    expect((await inbox(operator)).withheld).toBe(0);
    operator.on.set(`POST rounds/${CHANNEL}/reports`, () => new Uint8Array(0));
    expect((await inbox(operator)).withheld).toBe(3);
    operator.handOut = () => [];
    expect((await inbox(operator)).withheld).toBe(3);
  });

  it("is not stopped by a message that was sealed badly", async () => {
    const { operator, code, channel } = await two();
    const { round } = operator;
    const key = responseSigningKey(code, round.id);
    const envelope = seal(new TextEncoder().encode("no report"), {
      recipients: recipients(round.manifest),
      threshold: 1,
      context: reportContext(round.id, key.publicKey, 3),
      size: round.manifest.size,
    });
    const bad = encodeSubmission(signSubmission({ manifestId: round.id, audience: 0, sequence: 3, tokens: [], envelope }, key));
    operator.take(withWork(new Uint8Array(WORK_LENGTH), encodeMessage(bad)));
    await channel.report(channel.newSecretCode(), content("another"));
    const { cases, unreadable } = await inbox(operator);
    expect(cases.map(textsOf).sort()).toEqual([["another"], ["first", "second", "third"]]);
    expect(unreadable).toBe(1);
  });
});

describe("a mark", () => {
  /** The credential of a survey, drawn as everybody draws it. */
  function credential(survey: Round): MarkSource {
    const secretCode = newSecretCode(randomBytes);
    const { reportKey } = survey.issuers.get("traders/chamber") as IssuerPair;
    const key = reportSigningKey(secretCode, survey.id);
    const binding = { nonce: reportNonce(survey.id, key.publicKey), issuerName: "chamber", manifestId: survey.id, key: reportKey.key };
    const blinding = blind(secretCode, binding);
    return { survey: survey.id, audience: 1, key, tokens: [finalize(blinding, blindSign(reportKey, blinding.blinded), binding)] };
  }

  const marked = async () => {
    const world = makeWorld();
    const survey = makeRound(world);
    const operator = new ChannelOperator(world, makeChannel(world, [toHex(survey.id)])).launch(undefined, [0, 1]);
    return { operator, survey, channel: await openAt(operator) };
  };

  it("says an audience and no person, and one that marks two mailboxes is seen to", async () => {
    const { operator, survey, channel } = await marked();
    const [one, other] = [credential(survey), credential(survey)];
    await channel.report(channel.newSecretCode(), content("a"), undefined, one);
    await channel.report(channel.newSecretCode(), content("b"), undefined, one);
    await channel.report(channel.newSecretCode(), content("c"), undefined, other);
    const marks = new Map((await inbox(operator, [survey])).cases.map(({ first, mark }) => [first.document.text, mark]));
    expect(marks.get("a")).toEqual({ audience: "traders", cases: 2 });
    expect(marks.get("b")).toEqual({ audience: "traders", cases: 2 });
    expect(marks.get("c")).toEqual({ audience: "traders", cases: 1 });
  });

  it("with another audience's or nobody's token does not check, and says so", async () => {
    const { operator, survey, channel } = await marked();
    const right = credential(survey);
    await channel.report(channel.newSecretCode(), content("official"), undefined, { ...right, audience: 0 });
    await channel.report(channel.newSecretCode(), content("nobody"), undefined, { ...right, tokens: [] });
    expect((await inbox(operator, [survey])).cases.map(({ mark }) => mark)).toEqual([false, false]);
  });

  it("of a survey that the channel does not accept is not sent: it would name the survey for nothing", async () => {
    const { operator, survey, channel } = await marked();
    const other = { ...credential(survey), survey: fromHex("ab".repeat(32)) };
    await refused(channel.report(channel.newSecretCode(), content("a"), undefined, other), "ERR_MARK_INVALID");
    expect(operator.messages.length).toBe(0);
  });
});
