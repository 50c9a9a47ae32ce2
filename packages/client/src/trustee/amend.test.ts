import { encodeJson, PROTOCOL, toHex } from "@amana/core/bytes";
import { type AmanaError, type ErrorCode, isAmanaError } from "@amana/core/errors";
import {
  type AmendmentChange,
  type ManifestRelay,
  manifestTimes,
  type SignedAmendment,
  verifyAmendmentSignature,
} from "@amana/core/manifest";
import { describe, expect, it } from "vitest";
import { amend, CANCEL, lengthen, signed } from "../../test-support/amendments.ts";
import { Operator } from "../../test-support/operator.ts";
import { respond } from "../../test-support/people.ts";
import { TrusteeTool } from "../../test-support/trustees.ts";
import { HOUR, makeRound, makeWorld } from "../../test-support/world.ts";
import {
  checkProposal,
  cosignAmendment,
  destroy,
  fetchProposal,
  fetchProposals,
  nextStep,
  type SignedAmendments,
  signedAnother,
} from "./index.ts";
import { revealsDue } from "./reveal.ts";

const NOTHING = { revealed: null, signed: false } as const;

/** A round with two answers that are sealed. */
async function answered(): Promise<Operator> {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world)).launch();
  await respond(operator, "officials", 0);
  await respond(operator, "traders", 0);
  operator.seal();
  return operator;
}

function memory(): SignedAmendments {
  const kept = new Map<string, string>();
  return {
    get: async (round, number) => kept.get(`${round}/${number}`) ?? null,
    put: async (round, number, hash) => void kept.set(`${round}/${number}`, hash),
  };
}

const at = (seconds: number): Date => new Date(seconds * 1000);
const refused = (promise: Promise<unknown>, code: ErrorCode) => expect(promise).rejects.toMatchObject({ code });
function problems(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    expect(isAmanaError(error, "ERR_AMENDMENT_INVALID")).toBe(true);
    return ((error as AmanaError).details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

describe("a trustee's tool, in a round that was lengthened", () => {
  it("commits by the new close and no earlier, and reveals by the new time to commit", async () => {
    const operator = await answered();
    const { manifest } = operator.round;
    const { windows, deadlines } = amend(operator, lengthen(manifest, HOUR));
    operator.endEnrolment();
    operator.close();
    const [tool, other] = [new TrusteeTool(operator, 0), new TrusteeTool(operator, 1)];
    await tool.hold();
    await other.hold();
    const early = at(windows.answeringClose - 1);
    await refused(tool.commit(early), "ERR_NOT_DUE");
    expect(nextStep(await tool.history(), 0, NOTHING, early)).toEqual({ step: "wait", for: "close" });
    await tool.commit(at(windows.answeringClose));
    await other.commit(at(windows.answeringClose));
    const history = await tool.history();
    expect(revealsDue(history, deadlines.commitBy)).toBe(false);
    expect(revealsDue(history, deadlines.commitBy + 1)).toBe(true);
  });

  it("would open answers while people are still invited to give them, did it read the manifest alone", async () => {
    const operator = await answered();
    const { windows } = operator.round.manifest;
    amend(operator, lengthen(operator.round.manifest, HOUR));
    operator.endEnrolment();
    operator.close();
    const tool = new TrusteeTool(operator, 0);
    await tool.hold();
    const due = at(windows.answeringClose);
    expect(nextStep(await tool.history(), 0, NOTHING, due).step).toBe("wait");
    // A collaborator that knows no amendment: the history with the times of the manifest.
    expect(nextStep({ ...(await tool.history()), times: manifestTimes(operator.round.manifest) }, 0, NOTHING, due).step).toBe("commit");
  });

  it("opens earlier when the round was closed early", async () => {
    const operator = await answered();
    const { windows } = amend(operator, { kind: "close-early", answeringClose: operator.round.manifest.windows.answeringClose - 60 });
    operator.endEnrolment();
    operator.close();
    const tool = new TrusteeTool(operator, 0);
    await tool.hold();
    await tool.commit(at(windows.answeringClose));
  });
});

describe("a trustee's tool, in a round that was cancelled", () => {
  it("opens nothing, destroys what it holds and its key, and says so", async () => {
    const operator = await answered();
    const tool = new TrusteeTool(operator, 0);
    await tool.hold();
    expect(tool.holdings.kept.size).toBe(2);
    operator.endEnrolment();
    operator.close();
    amend(operator, CANCEL);
    const history = await tool.history();
    expect(history.times.cancelled).toEqual({ en: "The list of people was wrong." });
    expect(nextStep(history, 0, NOTHING, at(2 ** 32)).step).toBe("destroy");
    await refused(tool.commit(), "ERR_ROUND_CANCELLED");
    await refused(tool.count(), "ERR_ROUND_CANCELLED");
    await refused(tool.reveal(), "ERR_NOT_DUE");
    await refused(new TrusteeTool(operator, 1).hold(), "ERR_ROUND_CANCELLED");
    let gone = 0;
    await destroy(tool.transport, history, tool.holdings, tool.keys, async () => void gone++, new Date());
    expect([gone, tool.holdings.kept.size]).toEqual([1, 0]);
    expect(nextStep(await tool.history(), 0, NOTHING, at(2 ** 32))).toEqual({ step: "done" });
  });

  it("destroys no key at the word of an operator and one trustee; at a word that it does not check, it would", async () => {
    const operator = await answered();
    operator.endEnrolment();
    operator.close();
    amend(operator, CANCEL, [0]);
    const tool = new TrusteeTool(operator, 1);
    const history = await tool.history();
    const never = async () => expect.unreachable();
    await refused(destroy(tool.transport, history, tool.holdings, tool.keys, never, new Date()), "ERR_NOT_DUE");
    const believing = { ...history, times: { ...history.times, cancelled: { en: "Nobody signed this." } } };
    let gone = 0;
    await destroy(tool.transport, believing, tool.holdings, tool.keys, async () => void gone++, new Date());
    expect(gone).toBe(1);
  });

  it("is not, when k trustees had committed before", async () => {
    const operator = await answered();
    operator.endEnrolment();
    operator.close();
    for (const index of [0, 1]) {
      const tool = new TrusteeTool(operator, index);
      await tool.hold();
      await tool.commit();
    }
    amend(operator, CANCEL, [0, 1, 2]);
    const history = await new TrusteeTool(operator, 2).history();
    expect([history.times.cancelled, history.isCancellable]).toEqual([null, false]);
  });
});

describe("a proposal", () => {
  const show = (operator: Operator, amendment: SignedAmendment, manifest = toHex(operator.round.id)): void => {
    operator.on.set("GET amendments", () => encodeJson({ amendments: ["wave-1"] }));
    operator.on.set("GET amendments/wave-1", () => encodeJson({ manifest, ...amendment }));
  };

  it("is shown, checked, noted and signed", async () => {
    const operator = await answered();
    const { manifest } = operator.round;
    const proposal = signed(operator.world, manifest, lengthen(manifest, HOUR), []);
    show(operator, proposal);
    const { transport, keys, ...tool } = new TrusteeTool(operator, 2);
    const history = await new TrusteeTool(operator, 2).history();
    expect(await fetchProposals(transport)).toEqual(["wave-1"]);
    expect(await fetchProposal(transport, history)).toEqual(proposal);
    const notes = memory();
    const now = at(manifest.windows.answeringOpen);
    let body: Uint8Array = new Uint8Array(0);
    operator.on.set("POST amendments/wave-1/cosignatures", (bytes) => {
      body = bytes;
      return encodeJson({ logged: true });
    });
    expect(await cosignAmendment(transport, operator.world.programme, history, proposal, keys, now, notes)).toBe(true);
    const { holder, signature } = JSON.parse(new TextDecoder().decode(body)) as { holder: number; signature: string };
    expect(holder).toBe(tool.index);
    expect(verifyAmendmentSignature(manifest, proposal, 2, Buffer.from(signature, "hex"))).toBe(true);
    expect(await signedAnother(history, proposal, notes)).toBe(false);
    expect(await signedAnother(history, signed(operator.world, manifest, CANCEL, []), notes)).toBe(true);
  });

  it("of another round, or that is no amendment, is not shown to anyone", async () => {
    const operator = await answered();
    const { transport } = new TrusteeTool(operator, 0);
    const history = await new TrusteeTool(operator, 0).history();
    const proposal = signed(operator.world, operator.round.manifest, CANCEL, []);
    show(operator, proposal, "00".repeat(32));
    await refused(fetchProposal(transport, history), "ERR_RESPONSE_INVALID");
    show(operator, { ...proposal, change: { kind: "rename" } as unknown as AmendmentChange });
    await refused(fetchProposal(transport, history), "ERR_RESPONSE_INVALID");
  });

  it("that is late, sudden, or does not follow the ledger is not signed: by this machine's clock, whatever the server's says", async () => {
    const operator = await answered();
    const programme = { ...operator.world.programme, trial: false };
    const { manifest } = operator.round;
    const { answeringClose } = manifest.windows;
    const history = await new TrusteeTool(operator, 0).history();
    const check = (change: AmendmentChange, now: number, fields: Partial<SignedAmendment> = {}) =>
      problems(() => checkProposal(history, { ...signed(operator.world, manifest, change, []), ...fields }, programme, at(now)));
    expect(check(lengthen(manifest, HOUR), answeringClose)).toEqual(["/change/answeringClose too late: answering has closed"]);
    expect(check({ kind: "close-early", answeringClose: answeringClose - 60 }, answeringClose - HOUR)).toHaveLength(1);
    expect(check(CANCEL, answeringClose, { number: 3 })).toEqual(["/number the next amendment of this round is number 0"]);
    expect(check(CANCEL, answeringClose)).toEqual([]);
    // With a relay: before it gives on what it holds, and with the time that it needs.
    const relay = { releaseLead: 60 } as ManifestRelay;
    const relayed = { ...history, seen: { ...history.seen, manifest: { ...manifest, relay } } };
    const through = (change: AmendmentChange, now: number) =>
      problems(() => checkProposal(relayed, signed(operator.world, manifest, change, []), operator.world.programme, at(now)));
    expect(through(lengthen(manifest, HOUR), answeringClose - 61)).toEqual([]);
    expect(through(lengthen(manifest, HOUR), answeringClose - 60)).toEqual([
      "/change/answeringClose too late: the relay has released what it held",
    ]);
    const early: AmendmentChange = { kind: "close-early", answeringClose: answeringClose - 600 };
    expect(through(early, answeringClose - 660)).toEqual([]);
    expect(through(early, answeringClose - 659)).toHaveLength(1);
    operator.endEnrolment();
    operator.close();
    const closed = await new TrusteeTool(operator, 0).history();
    const late = signed(operator.world, manifest, lengthen(manifest, HOUR), []);
    expect(problems(() => checkProposal(closed, late, programme, at(answeringClose - 60)))).toEqual([
      "/ too late: the ledger is past that",
    ]);
    const { transport, keys } = new TrusteeTool(operator, 0);
    await refused(cosignAmendment(transport, programme, closed, late, keys, at(answeringClose - 60), memory()), "ERR_AMENDMENT_INVALID");
  });
});

describe("an amendment that does not count", () => {
  it("is as if it were not there, and stops nothing", async () => {
    const operator = await answered();
    const { manifest, id } = operator.round;
    const other = makeRound(operator.world, { name: "wave-2", firstIssuer: 2 });
    const entry = { protocol: PROTOCOL, type: "amendment", manifest: toHex(id) } as const;
    operator.log({ ...entry, ...signed(operator.world, other.manifest, CANCEL, [0, 1, 2]) });
    operator.log({ ...entry, ...signed(operator.world, manifest, CANCEL, [0, 1, 2]), number: 1 });
    const times = amend(operator, lengthen(manifest, HOUR));
    expect((await new TrusteeTool(operator, 0).history()).times).toEqual(times);
  });
});
