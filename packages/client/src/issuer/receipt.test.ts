import { newSecretCode, toHex } from "@amana/core/bytes";
import { encodeDraws, parseEnrolmentReceipt, signEnrolmentReceipt } from "@amana/core/credential";
import { type ReplacedEntry, signEntry } from "@amana/core/entries";
import type { Manifest } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { beforeEach, describe, expect, it } from "vitest";
import { amend, lengthen } from "../../test-support/amendments.ts";
import { drawOf, Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf, respond } from "../../test-support/people.ts";
import { HOUR, type IssuerPair, makeRound, makeWorld, START } from "../../test-support/world.ts";
import { openInvitation } from "../respondent/round.ts";
import { handInReceipt, judgeInvitation, judgeReceipt } from "./receipt.ts";

const PLACE = "officials/ministry";
let operator: Operator;
let text: string;

beforeEach(async () => {
  const world = makeWorld();
  operator = new Operator(world, makeRound(world, { spares: 1 })).launch();
  const { credential } = await respond(operator, "officials", 0);
  await respond(operator, "officials", 1);
  text = credential.enrolmentReceipts[0] as string;
});

const options = (seconds: number) => ({ programme: operator.world.pinned, fetch: operator.fetch, now: new Date(seconds * 1000) });
const judged = (receipt = text, seconds = START + 2 * HOUR) => judgeReceipt(BASE, parseEnrolmentReceipt(receipt), options(seconds));
const keys = (): IssuerPair => operator.round.issuers.get(PLACE) as IssuerPair;
const own = () => parseEnrolmentReceipt(text).receipt;

describe("an enrolment receipt, judged by the ledger", () => {
  it("holds of an honest issuer", async () => {
    expect(await judged(text, START + HOUR)).toEqual({ kind: "pending", issuer: "ministry" });
    operator.endEnrolment();
    expect(await judged()).toEqual({ kind: "logged", issuer: "ministry" });
  });

  it("does not convict an honest issuer whose round was lengthened, before its time to object is over", async () => {
    const world = makeWorld();
    const untilTheEnd = (each: Manifest): Manifest => ({
      ...each,
      windows: { ...each.windows, enrolmentClose: each.windows.answeringClose },
    });
    operator = new Operator(world, makeRound(world, { change: untilTheEnd })).launch();
    const { credential } = await respond(operator, "officials", 0);
    text = credential.enrolmentReceipts[0] as string;
    const lengthened = amend(operator, lengthen(operator.round.manifest, 2 * HOUR));
    const { windows, deadlines } = operator.round.manifest;
    expect(lengthened.windows.enrolmentClose).toBe(windows.enrolmentClose + 2 * HOUR);
    const over = windows.enrolmentClose + deadlines.objection;
    expect(await judged(text, over)).toEqual({ kind: "pending", issuer: "ministry" });
    expect(await judged(text, over + 2 * HOUR)).toEqual({ kind: "missing", issuer: "ministry" });
  });

  it("convicts an issuer that did not log the draw, once the time to object is over", async () => {
    const list = operator.draws.get(PLACE) ?? [];
    operator.draws.set(
      PLACE,
      list.filter((draw) => toHex(draw.invitedHash) !== toHex(own().draw.invitedHash)),
    );
    operator.logDraws(PLACE, operator.draws.get(PLACE) ?? []);
    expect((await judged(text, START + HOUR + 59)).kind).toBe("pending");
    expect((await judged(text, START + HOUR + 60)).kind).toBe("missing");
    operator.destroyIssuerKeys();
    expect((await judged(text, START + HOUR + 1)).kind).toBe("missing");
  });

  it("convicts an issuer that logged another draw for that invitation: the vote was taken", async () => {
    const { draw } = own();
    const taken = drawOf(keys(), draw.invitedHash, new Uint8Array(256).fill(3, 200), new Uint8Array(256).fill(4, 200));
    const others = (operator.draws.get(PLACE) ?? []).filter((each) => toHex(each.invitedHash) !== toHex(draw.invitedHash));
    operator.logDraws(PLACE, [...others, taken]);
    expect((await judged()).kind).toBe("another");
  });

  it("convicts an issuer that replaced an invitation after it was drawn", async () => {
    const invited = toHex(own().draw.invitedHash);
    const fields = { type: "replaced", audience: "officials", issuer: "ministry", invited, by: null } as const;
    operator.log(signEntry<ReplacedEntry>(operator.round.manifest, fields, keys().signing));
    expect((await judged()).kind).toBe("replaced");
  });

  it("is nothing in a stranger's hand: a draw from nothing convicts nobody", async () => {
    const { receipt } = parseEnrolmentReceipt(text);
    const invited = (operator.round.invitations.get(PLACE) as Uint8Array).slice(0, 32);
    const draw = drawOf(keys(), invited, new Uint8Array(256).fill(3, 200), new Uint8Array(256).fill(4, 200));
    const forged = { ...receipt, draw, signature: signEnrolmentReceipt(receipt, draw, signingKey(randomBytes(32))) };
    await expect(judgeReceipt(BASE, { round: "wave-1", receipt: forged }, options(START + 2 * HOUR))).rejects.toMatchObject({
      code: "ERR_ENROLMENT_RECEIPT",
    });
    // With the rule of before, that blind signatures prove a draw, it would have been one.
    expect(encodeDraws([draw])).toHaveLength(608);
  });

  it("is handed in where its issuer is", async () => {
    const seen: Uint8Array[] = [];
    operator.on.set("POST issuers/ministry/objections", (body) => {
      seen.push(body);
      return new TextEncoder().encode("{}");
    });
    await handInReceipt(BASE, parseEnrolmentReceipt(text), options(START + HOUR));
    expect(seen[0]).toHaveLength(709);
  });
});

describe("an invitation, judged by the ledger", () => {
  const codes = () => operator.round.codesOf.get(PLACE) ?? [];
  const stateOf = (place: number) =>
    judgeInvitation(
      BASE,
      { round: "wave-1", audience: "officials", issuer: "ministry", code: codes()[place] as never },
      options(START + HOUR),
    );

  it("is seen to be drawn by somebody else: whoever has the code finds out", async () => {
    operator.endEnrolment();
    expect(await stateOf(0)).toBe("drawn");
    expect(await stateOf(2)).toBe("open");
    expect(await stateOf(6)).toBe("spare");
  });
});

describe("an issuer that answers an enrolment without a receipt", () => {
  it("gives nothing that is used", async () => {
    const strange = { ...keys(), signing: signingKey(randomBytes(32)) };
    const pairs = operator.round.issuers as Map<string, IssuerPair>;
    pairs.set(PLACE, strange);
    const round = await openInvitation(linkOf(operator, "officials", 3), clientOptions(operator));
    await expect(round.enrol(newSecretCode(randomBytes))).rejects.toMatchObject({ code: "ERR_TOKEN_INVALID" });
  });
});
