import { concat, newSecretCode, type SecretCode, toHex } from "@amana/core/bytes";
import { relaySlot } from "@amana/core/credential";
import type { Manifest } from "@amana/core/manifest";
import { kemKey, randomBytes, signingKey } from "@amana/core/primitives";
import { decodeSubmission, encodePromise, relayRequestLength, signPromise, verifyRelayPromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { Operator } from "../../test-support/operator.ts";
import { BASE, type Clock, clientOptions, linkOf, respond } from "../../test-support/people.ts";
import { FakeRelay } from "../../test-support/relay.ts";
import { HOUR, makeRound, makeWorld, START, withPhases } from "../../test-support/world.ts";
import { type ClientOptions, openInvitation, openRound, type Receipt } from "../index.ts";
import { LedgerView } from "../wire/ledger-view.ts";

const WORLD = makeWorld();

/** A round with a relay, and the options of a client in its network. */
function setting(clock: Clock = { seconds: START + 60 }, phases = false) {
  const relay = new FakeRelay();
  const change = phases ? (manifest: Manifest) => relay.change(longer(withPhases(manifest))) : relay.change;
  const operator = new Operator(WORLD, makeRound(WORLD, { change })).launch();
  const options: ClientOptions = { ...clientOptions(operator, clock), fetch: relay.fetch(operator) };
  return { relay, operator, options, clock };
}

/** The same round, open for an hour more: with phases a relay would release before answering opens. */
function longer(manifest: Manifest): Manifest {
  const { windows, deadlines } = manifest;
  const later = { sealBy: deadlines.sealBy + HOUR, missingBy: deadlines.missingBy + HOUR, commitBy: deadlines.commitBy + HOUR };
  return { ...manifest, windows: { ...windows, answeringClose: windows.answeringClose + HOUR }, deadlines: { ...deadlines, ...later } };
}

/** Publishes promises of the collector for what the relay gave it. */
function publish({ relay, operator }: ReturnType<typeof setting>, receipts: readonly Receipt[]): void {
  relay.release(operator);
  const list = receipts.map(({ leafHash }) =>
    encodePromise(signPromise({ manifestId: operator.round.id, leafHash, epoch: 0 }, WORLD.promiseKey)),
  );
  operator.on.set("GET rounds/wave-1/promises", () => concat(...list));
}

const problem = (code: string, status: number, more: object = {}) => new Response(JSON.stringify({ code, ...more }), { status });
const posts = (operator: Operator): string[] => operator.requests.filter(({ method }) => method === "POST").map(({ path }) => path);

describe("an answer through a relay", () => {
  it("is sent and not yet kept, until its leaf is in the ledger", async () => {
    const all = setting();
    const { relay, operator, options, clock } = all;
    const steps: string[] = [];
    const { credential, secretCode, round } = await respond(operator, "officials", 0, { A1: 3 }, options);
    const receipt = await credential.submit({ A1: 4 }, (step) => steps.push(step));
    expect(steps).toEqual(["sealing", "sending", "sent"]);
    expect(round.releases).toEqual([START + 4 * HOUR - 7200, START + 4 * HOUR - 1800]);
    expect(receipt).toMatchObject({ state: "sent", releaseAt: round.releases?.[0], promise: null, epoch: null });
    expect(receipt.relayed !== null && verifyRelayPromise(receipt.relayed, relay.key.publicKey)).toBe(true);
    // The text that can be shown does not tell the relay which leaf its slot became.
    expect(receipt.text).toContain("relay-promise ");
    expect(receipt.text).not.toContain(toHex(receipt.leafHash));
    operator.on.set("GET rounds/wave-1/promises", () => new Uint8Array(0));
    clock.seconds = round.releases?.[0] ?? 0;
    expect(await receipt.verifyIncluded()).toMatchObject({ included: false });
    publish(all, [receipt]);
    operator.seal();
    const found = await receipt.verifyIncluded();
    expect(found).toMatchObject({ included: true });
    expect(found.proof).toContain("c2sp.org/tlog-proof");
    expect(receipt).toMatchObject({ state: "promised", epoch: 0 });
    const back = await (await openRound(BASE, "wave-1", options)).resume(secretCode);
    expect(back.sequence).toBe(0);
    // On another device, from the ledger alone, with tokens that are valid.
    await back.withdraw();
    const last = decodeSubmission(relay.open(relay.taken.at(-1) as never), operator.round.manifest);
    expect([last.sequence, last.tokens[0]?.some((byte) => byte !== 0)]).toEqual([1, true]);
  });

  it("goes to the relay alone: the operator gets the enrolment, and requests for public files", async () => {
    const { relay, operator, options } = setting();
    const { credential } = await respond(operator, "traders", 0, { A1: 3 }, options);
    await credential.submit({ A1: 5 });
    await credential.withdraw();
    expect(posts(operator).every((path) => path.endsWith("/enrolments"))).toBe(true);
    // One size for answers, changes and withdrawals, of every audience.
    await respond(operator, "officials", 0, { A1: 1 }, options);
    expect([...new Set(relay.seen.map(({ size }) => size))]).toEqual([relayRequestLength(operator.round.manifest)]);
    expect([...new Set(relay.seen.map(({ url }) => url))]).toEqual([`https://relay.example/${toHex(operator.round.id)}`]);
  });

  it("is sent again as the same bytes, when the relay was not reached and when it was", async () => {
    const { relay, operator, options } = setting();
    const round = await openInvitation(linkOf(operator, "officials", 0), options);
    const secret = newSecretCode(randomBytes);
    const credential = await round.enrol(secret);
    relay.up = false;
    await expect(credential.submit({ A1: 3 })).rejects.toMatchObject({ code: "ERR_NETWORK" });
    expect(credential.unsent).toBe(true);
    relay.up = true;
    await credential.retry();
    expect(credential.unsent).toBe(false);
    await credential.retry();
    expect(relay.taken.length).toBe(2);
    expect(toHex(relay.taken[0]?.request ?? new Uint8Array(0))).toBe(toHex(relay.taken[1]?.request ?? new Uint8Array(1)));
    expect(relay.taken[0]?.slot).toBe(toHex(relaySlot(secret, operator.round.id)));
  });

  it("becomes the next version when the relay has a newer one; one that is sent again does not", async () => {
    const { relay, operator, options } = setting();
    const { credential } = await respond(operator, "officials", 0, { A1: 3 }, options);
    relay.answer = (fields) => (fields.sequence > 4 ? fields : problem("ERR_SEQUENCE_USED", 409, { highestSequence: 4 }));
    await expect(credential.retry()).rejects.toMatchObject({ code: "ERR_SEQUENCE_USED" });
    await credential.submit({ A1: 4 });
    expect(relay.taken.at(-1)?.sequence).toBe(5);
    expect(signedSequence(relay, operator)).toBe(0);
    // A relay that lies about what it has makes an end of it, not a loop.
    relay.answer = (fields) => problem("ERR_SEQUENCE_USED", 409, { highestSequence: fields.sequence + 3 });
    await expect(credential.submit({ A1: 4 })).rejects.toMatchObject({ code: "ERR_REVISIONS_SPENT" });
  });

  it("is not taken for sent by the word of another, or about other bytes", async () => {
    const { relay, operator, options } = setting();
    const round = await openInvitation(linkOf(operator, "officials", 0), options);
    const credential = await round.enrol(newSecretCode(randomBytes));
    const refused = () =>
      expect(credential.unsent ? credential.retry() : credential.submit({ A1: 3 })).rejects.toMatchObject({ code: "ERR_RESPONSE_INVALID" });
    relay.signer = signingKey(randomBytes(32));
    await refused();
    relay.signer = relay.key;
    for (const change of [{ sequence: 9 }, { slot: randomBytes(32) }, { requestHash: randomBytes(32) }, { manifestId: randomBytes(32) }]) {
      relay.answer = (fields) => ({ ...fields, ...change });
      await refused();
    }
    relay.answer = () => new Response("", { status: 202 });
    await refused();
  });

  it("is not sent before answering opens, nor after the last release", async () => {
    const { relay, operator, options, clock } = setting();
    const round = await openInvitation(linkOf(operator, "officials", 0), options);
    const credential = await round.enrol(newSecretCode(randomBytes));
    clock.seconds = (round.releases?.[1] ?? 0) - 1;
    relay.answer = (fields) => ({ ...fields, releaseAt: round.releases?.[1] ?? 0 });
    await credential.submit({ A1: 3 });
    clock.seconds += 1;
    await expect(credential.submit({ A1: 3 })).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
    clock.seconds = START - 1;
    await expect(credential.submit({ A1: 3 })).rejects.toMatchObject({ code: "ERR_ROUND_NOT_OPEN" });
  });

  it("is found with the code alone only once it is in the ledger; the invitation finds the way back before", async () => {
    const { relay, operator, options } = setting();
    const { secretCode } = await respond(operator, "officials", 0, { A1: 3 }, options);
    const round = await openRound(BASE, "wave-1", options);
    await expect(round.resume(secretCode, "officials")).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    const again = await (await openInvitation(linkOf(operator, "officials", 0), options)).enrol(secretCode);
    await again.submit({ A1: 5 });
    expect(relay.taken[1]?.slot).toBe(relay.taken[0]?.slot);
  });

  it("is changed, or given, with the code alone once enrolment is over, though the ledger has nothing of it yet", async () => {
    const { relay, operator, options, clock } = setting();
    let highest = -1;
    relay.answer = (fields) =>
      fields.sequence > highest ? { ...fields } : problem("ERR_SEQUENCE_USED", 409, { highestSequence: highest });
    const { secretCode } = await respond(operator, "officials", 0, { A1: 3 }, options);
    highest = 0;
    const silent = newSecretCode(randomBytes);
    await (await openInvitation(linkOf(operator, "traders", 0), options)).enrol(silent);
    const back = async (code: SecretCode) => (await openRound(BASE, "wave-1", options)).resume(code);
    const asks = async (code: SecretCode): Promise<string[]> => {
      operator.requests.length = 0;
      await back(code).catch(() => undefined);
      return operator.requests.map(({ method, path }) => `${method} ${path}`).sort();
    };
    clock.seconds = operator.round.manifest.windows.enrolmentClose;
    await expect(back(secretCode)).rejects.toMatchObject({ code: "ERR_ROUND_NOT_OPEN" });
    // The lists are enough: through a relay the time of an answer tells nothing, whatever issuers still could draw.
    for (const place of operator.round.issuers.keys()) operator.logDraws(place, operator.draws.get(place) ?? []);
    const again = await back(secretCode);
    expect([again.audience.id, again.sequence]).toEqual(["officials", null]);
    await again.submit({ A1: 5 });
    expect(relay.taken.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(relay.taken[1]?.slot).toBe(relay.taken[0]?.slot);
    const changed = decodeSubmission(relay.open(relay.taken[1] as never), operator.round.manifest);
    expect([changed.sequence, changed.tokens[0]?.some((byte) => byte !== 0)]).toEqual([0, true]);
    highest = -1;
    expect((await (await back(silent)).submit({ A1: 2 })).state).toBe("sent");
    await expect(back(newSecretCode(randomBytes))).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    // Whoever comes back asks for the same, whether or not the code has answered, and whether or not that is in the ledger.
    const [answered, stranger] = [await asks(secretCode), await asks(newSecretCode(randomBytes))];
    expect(stranger).toEqual(answered);
    expect(answered.filter((path) => path.startsWith("GET files/")).length).toBeGreaterThan(operator.round.issuers.size);
    relay.release(operator);
    operator.seal();
    expect((await back(secretCode)).sequence).toBe(0);
    expect(await asks(secretCode)).toEqual(await asks(newSecretCode(randomBytes)));
  });

  it("works with phases too: drawn at the first visit, answered through the relay at the second", async () => {
    const { relay, operator, options, clock } = setting({ seconds: START + 60 }, true);
    const secrets = [0, 1].map(() => newSecretCode(randomBytes));
    for (const [place, secret] of secrets.entries())
      await (await openInvitation(linkOf(operator, "officials", place), options)).enrol(secret);
    await (await openInvitation(linkOf(operator, "traders", 0), options)).enrol(newSecretCode(randomBytes));
    operator.endEnrolment();
    clock.seconds = START + 2 * HOUR + 1;
    const back = await (await openRound(BASE, "wave-1", options)).resume(secrets[0] as never);
    expect((await back.submit({ A1: 2 })).state).toBe("sent");
    expect(relay.taken.length).toBe(1);
  });
});

/** The sequence inside the newest request that a relay was sent. */
const signedSequence = (relay: FakeRelay, operator: Operator): number =>
  decodeSubmission(relay.open(relay.taken.at(-1) as never), operator.round.manifest).sequence;

describe("how often an answer was changed before it is released", () => {
  it("is counted by the relay alone: what goes with one release has one sequence", async () => {
    const { relay, operator, options, clock } = setting();
    const releases = [START + 4 * HOUR - 7200, START + 4 * HOUR - 1800] as const;
    relay.answer = (fields) => ({ ...fields, releaseAt: releases[clock.seconds < releases[0] ? 0 : 1] });
    const { credential } = await respond(operator, "officials", 0, { A1: 3 }, options);
    await credential.submit({ A1: 4 });
    await credential.withdraw();
    expect([relay.taken.at(-1)?.sequence, signedSequence(relay, operator)]).toEqual([2, 0]);
    clock.seconds = releases[0];
    await credential.submit({ A1: 2 });
    await credential.submit({ A1: 1 });
    expect([relay.taken.at(-1)?.sequence, signedSequence(relay, operator)]).toEqual([4, 1]);
  });

  it("also where the clocks of device and relay differ a little: the relay says with which release it goes, and that is signed", async () => {
    const { relay, operator, options, clock } = setting();
    const [first, second] = [START + 4 * HOUR - 7200, START + 4 * HOUR - 1800];
    clock.seconds = first - 60;
    relay.answer = (fields) => ({ ...fields, releaseAt: second });
    const { credential } = await respond(operator, "officials", 0, { A1: 3 }, options);
    expect(relay.taken.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(signedSequence(relay, operator)).toBe(1);
    // A relay that says now this and now that is corrected once for each answer, and no oftener.
    let odd = false;
    relay.answer = (fields) => {
      odd = !odd;
      return { ...fields, releaseAt: odd ? second : first };
    };
    await credential.submit({ A1: 4 });
    expect(relay.taken.length).toBe(4);
  });
});

/**
 * A relay that wants to know which leaf comes of one address: it says, signed, that this answer goes with the second release, and gives it on
 * with the first, in which every other leaf has sequence 0. @returns the sequence inside what it holds of that person at the end
 */
async function marked(lift: (route: object) => void): Promise<{ readonly sequence: number; readonly refused: string | null }> {
  const { relay, operator, options } = setting();
  relay.answer = (fields) => ({ ...fields, releaseAt: START + 4 * HOUR - 1800 });
  const { RelayRoute } = await import("./relayed.ts");
  const own = RelayRoute.prototype.releaseOf;
  lift(RelayRoute.prototype);
  try {
    const refused = await respond(operator, "officials", 0, { A1: 3 }, options).then(
      () => null,
      (error: { code: string }) => error.code,
    );
    return { sequence: signedSequence(relay, operator), refused };
  } finally {
    RelayRoute.prototype.releaseOf = own;
  }
}

describe("a relay that has one person's answer signed for another release than it gives it on with", () => {
  it("is not believed against the device's clock: the leaf it holds is like all others", async () => {
    expect(await marked(() => undefined)).toEqual({ sequence: 0, refused: "ERR_CLOCK_WRONG" });
  });

  it("else knows that person's leaf by its sequence, and nobody notices", async () => {
    const believing = { releaseOf: ({ releaseAt }: { releaseAt: number }) => (releaseAt === START + 4 * HOUR - 7200 ? 0 : 1) };
    expect(await marked((route) => Object.assign(route, believing))).toEqual({ sequence: 1, refused: null });
  });

  it("nor when it names a time that could be either's: relay and page know different amendments, and the person is told", async () => {
    const { relay, operator, options } = setting();
    relay.answer = (fields) => ({ ...fields, releaseAt: START + HOUR });
    await expect(respond(operator, "officials", 0, { A1: 3 }, options)).rejects.toMatchObject({ code: "ERR_LEDGER_STALE" });
  });

  it("can be asked again with a clock that was set right: the answer is signed anew for the release it goes with", async () => {
    const { relay, operator, options, clock } = setting();
    const [first, second] = [START + 4 * HOUR - 7200, START + 4 * HOUR - 1800];
    relay.answer = (fields) => ({ ...fields, releaseAt: second });
    const round = await openInvitation(linkOf(operator, "officials", 0), options);
    const credential = await round.enrol(newSecretCode(randomBytes));
    await expect(credential.submit({ A1: 3 })).rejects.toMatchObject({ code: "ERR_CLOCK_WRONG" });
    clock.seconds = first + 3600;
    expect(await credential.retry()).toMatchObject({ releaseAt: second });
    expect([relay.taken.at(-1)?.sequence, signedSequence(relay, operator)]).toEqual([1, 1]);
  });
});

describe("a look for an answer that the relay still has", () => {
  it("asks the server nothing: only who has sent something looks, and it would learn who, and when", async () => {
    const { operator, options } = setting();
    const { receipt } = await respond(operator, "officials", 0, { A1: 3 }, options);
    const before = operator.requests.length;
    expect(await receipt.verifyIncluded()).toEqual({ included: false, ledgerSize: 0 });
    expect(operator.requests.length).toBe(before);
  });
});

describe("an older ledger, shown to one person once the server knows by the invitation who it is", () => {
  /** The server shows an older checkpoint, under which it has not been lengthened, to whoever has drawn with an invitation. */
  const shown = async (size: number): Promise<unknown> => {
    const { operator, options } = setting();
    const all = [...operator.entries];
    const fetch: ClientOptions["fetch"] = async (url, init) => {
      const answer = await options.fetch?.(url, init);
      if (url.includes("/enrolments")) operator.entries.splice(size);
      return answer as Response;
    };
    const older = { ...options, fetch };
    expect(all.length).toBeGreaterThan(size);
    return respond(operator, "officials", 0, { A1: 3 }, older).then(
      () => null,
      (error: { code: string }) => error.code,
    );
  };

  it("is refused before anything is sealed: what follows from its times would mark the leaf", async () => {
    expect(await shown(2)).toBe("ERR_LEDGER_STALE");
  });

  it("else is believed: every view of a visit would be as long as another", async () => {
    const { read } = LedgerView;
    LedgerView.read = async (...given) => {
      const view = await read.apply(LedgerView, given);
      return Object.create(view, { checkpoint: { value: { ...view.checkpoint, size: Number.MAX_SAFE_INTEGER } } }) as LedgerView;
    };
    try {
      expect(await shown(2)).toBe(null);
    } finally {
      LedgerView.read = read;
    }
  });
});

describe("a key of the gateway that was made for one person", () => {
  it("is not used: the client takes the one that all trustees signed, and asks nobody for another", async () => {
    const { relay, operator, options } = setting();
    const tailored = kemKey(randomBytes(32));
    for (const path of ["GET ohttp-keys", "GET gateway", "GET rounds/wave-1/keys"])
      operator.on.set(path, () => concat(new Uint8Array([4, 0xc9, 9, 0x64, 0x7a]), tailored.publicKey, new Uint8Array([0, 4, 0, 1, 0, 3])));
    await respond(operator, "officials", 0, { A1: 3 }, options);
    expect(() => relay.open(relay.taken[0] as never)).not.toThrow();
    expect(operator.requests.some(({ path }) => /ohttp|gateway|keys/.test(path))).toBe(false);
  });

  it("else opens that person's answer under a key of its own, and so tells it from all others", async () => {
    const { relay, operator, options } = setting();
    const { RelayRoute } = await import("./relayed.ts");
    const { manifest, id } = operator.round;
    if (manifest.relay === null) throw new Error("no relay");
    const theirs = kemKey(randomBytes(32));
    const tailored = { ...manifest.relay, keyConfiguration: `07647a${toHex(theirs.publicKey)}000400010003` };
    const environment = { rng: randomBytes, now: () => new Date(), wait: async () => undefined };
    const route = new RelayRoute({ manifest, id, index: 1 }, tailored, environment, relay.fetch(operator));
    const length = decodeSubmissionLength(operator);
    const request = await route.prepare(new Uint8Array(length), randomBytes(32), 0);
    expect(() => relay.open({ slot: "", sequence: 0, request: request.request })).toThrow();
    const watching = new FakeRelay();
    Object.assign(watching, { gateway: theirs });
    expect(watching.open({ slot: "", sequence: 0, request: request.request }).length).toBe(length);
    expect(options.programme).toBe(WORLD.pinned);
  });
});

const decodeSubmissionLength = ({ round }: Operator): number => relayRequestLength(round.manifest) - 512 - 7 - 1120 - 16;
