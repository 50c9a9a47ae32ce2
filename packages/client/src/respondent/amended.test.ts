import { newSecretCode, PROTOCOL, toHex } from "@amana/core/bytes";
import type { ErrorCode } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { amend, CANCEL, lengthen, signed } from "../../test-support/amendments.ts";
import { Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf, respond } from "../../test-support/people.ts";
import { HOUR, makeRound, makeWorld, START, withPhases } from "../../test-support/world.ts";
import { openInvitation, openRound } from "../index.ts";

const code = () => newSecretCode(randomBytes);
const refused = (promise: Promise<unknown>, expected: ErrorCode) => expect(promise).rejects.toMatchObject({ code: expected });
const sent = (operator: Operator): boolean => operator.requests.some(({ method }) => method === "POST");
const newOperator = (change = withPhases): Operator => {
  const world = makeWorld();
  return new Operator(world, makeRound(world, { change })).launch();
};
const plain = () => newOperator((same) => same);

describe("a respondent's client", () => {
  it("shows the times that hold, by amendments that it has verified", async () => {
    const operator = plain();
    const first = amend(operator, lengthen(operator.round.manifest, HOUR));
    const round = await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator));
    expect(round.times).toEqual(first);
    const second = amend(operator, { kind: "close-early", answeringClose: first.windows.answeringClose - 60 }, [1, 2], first);
    expect((await openRound(BASE, "wave-1", clientOptions(operator))).times).toEqual(second);
  });

  it("goes on in a round that was lengthened, whatever the manifest says", async () => {
    const operator = plain();
    amend(operator, lengthen(operator.round.manifest, HOUR));
    const clock = { seconds: operator.round.manifest.windows.answeringClose + 60 };
    const { credential } = await respond(operator, "officials", 0, { A1: 3 }, clientOptions(operator, clock));
    expect(credential.sequence).toBe(0);
  });

  it("believes nothing that the server only says: an index with something else, out of order, or beyond the ledger", async () => {
    const operator = plain();
    amend(operator, lengthen(operator.round.manifest, HOUR));
    const [at = 0] = operator.amendments;
    for (const [amendments, expected] of [
      [[2], "ERR_AMENDMENT_INVALID"],
      [[at, at], "ERR_LEDGER_INCLUSION"],
      [[0], "ERR_LEDGER_INCLUSION"],
      [[at, 99], "ERR_LEDGER_INCLUSION"],
    ] as const) {
      operator.amendments = [...amendments];
      await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), expected);
    }
    expect(sent(operator)).toBe(false);
  });

  it.each([
    ["that too few signed", [0]],
    ["that nobody signed", []],
  ])("refuses an amendment %s, before anything is sent", async (_, who) => {
    const operator = plain();
    amend(operator, CANCEL, who);
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_AMENDMENT_INVALID");
    expect(sent(operator)).toBe(false);
  });

  it("refuses one that was signed for another round; the same one there is taken", async () => {
    const operator = plain();
    const other = makeRound(operator.world, { name: "wave-2", firstIssuer: 2 });
    const amendment = signed(operator.world, other.manifest, CANCEL);
    operator.amendments.push(operator.log({ protocol: PROTOCOL, type: "amendment", manifest: toHex(operator.round.id), ...amendment }));
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_AMENDMENT_INVALID");
    const theirs = new Operator(operator.world, other).launch();
    theirs.amendments.push(theirs.log({ protocol: PROTOCOL, type: "amendment", manifest: toHex(other.id), ...amendment }));
    expect((await openRound(BASE, "wave-2", clientOptions(theirs))).state).toBe("cancelled");
  });
});

describe("a cancelled round", () => {
  it("is opened to say why, and takes no enrolment, no answer, no change", async () => {
    const operator = plain();
    const { secretCode, credential } = await respond(operator, "officials", 0);
    operator.seal();
    amend(operator, CANCEL);
    operator.requests.length = 0;
    const round = await openInvitation(linkOf(operator, "officials", 1), clientOptions(operator));
    expect([round.state, round.times.cancelled]).toEqual(["cancelled", CANCEL.kind === "cancel" ? CANCEL.reason : null]);
    await refused(round.enrol(code()), "ERR_ROUND_CANCELLED");
    const back = await round.resume(secretCode);
    await refused(back.submit({ A1: 1 }), "ERR_ROUND_CANCELLED");
    await refused(back.withdraw(), "ERR_ROUND_CANCELLED");
    expect(sent(operator)).toBe(false);
    // What was kept is kept.
    expect(await back.check()).toMatchObject({ sequence: 0 });
    // A page that has been open all the time hears it from the server, and from nobody else.
    operator.on.set("POST submissions", () => ({ code: "ERR_ROUND_CANCELLED", status: 409 }));
    await refused(credential.submit({ A1: 2 }), "ERR_ROUND_CANCELLED");
  });

  it("is found by who comes back, though the server does not name it", async () => {
    const operator = newOperator();
    const clock = { seconds: START + 60 };
    const round = await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator, clock));
    const secretCode = code();
    const enrolled = await round.enrol(secretCode);
    operator.endEnrolment();
    amend(operator, CANCEL);
    operator.amendments = [];
    clock.seconds = operator.round.manifest.windows.answeringOpen;
    operator.requests.length = 0;
    await refused(enrolled.submit({ A1: 1 }), "ERR_ROUND_CANCELLED");
    const back = await openRound(BASE, "wave-1", clientOptions(operator, clock));
    expect(back.times.cancelled).toBeNull();
    await refused((await back.resume(secretCode)).submit({ A1: 1 }), "ERR_ROUND_CANCELLED");
    expect(sent(operator)).toBe(false);
  });
});
