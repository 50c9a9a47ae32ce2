import { concat, newSecretCode, toHex } from "@amana/core/bytes";
import { blind, blindSign, finalize, responseNonce, responseSigningKey } from "@amana/core/credential";
import {
  type AbsentEntry,
  decodeEntry,
  encodeEntry,
  type HeldEntry,
  type OpeningFaultEntry,
  type ShareListEntry,
  signEntry,
} from "@amana/core/entries";
import { envelopeLength, seal } from "@amana/core/envelope";
import { recipients } from "@amana/core/manifest";
import { type ShareList, sealReveal, shareList } from "@amana/core/opening";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeSubmission, encodeSubmissionLeaf, NO_TOKEN, signSubmission, submissionContext } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { drawOf, Operator } from "../../test-support/operator.ts";
import { BASE, respond } from "../../test-support/people.ts";
import { LATE, TrusteeTool } from "../../test-support/trustees.ts";
import { type IssuerPair, makeRound, makeWorld, START, type Trustee } from "../../test-support/world.ts";
import { audit } from "../auditor/audit.ts";
import { heldByTooFew, MOST_MISSING, selected } from "../wire/round-history.ts";
import { Transport } from "../wire/transport.ts";
import { ownShareList, type StepProgress, stepMemory } from "./commit.ts";
import { countRound, WaitingForReveals } from "./count.ts";
import { earlierResults } from "./earlier.ts";
import { revealsDue } from "./reveal.ts";

/** A round with some answers, one changed, closed. */
async function closed(prepare: (operator: Operator) => Promise<void> = async () => undefined): Promise<Operator> {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world)).launch();
  const { credential } = await respond(operator, "officials", 0, { A1: 1 });
  await respond(operator, "officials", 1, { A1: 2 });
  operator.seal();
  await credential.submit({ A1: 5, A2: "changed" });
  await respond(operator, "traders", 0, { A1: 4 });
  await prepare(operator);
  operator.endEnrolment();
  operator.close();
  return operator;
}

const tools = (operator: Operator, indices: readonly number[] = [0, 1, 2]): TrusteeTool[] =>
  indices.map((index) => new TrusteeTool(operator, index));

/** Everybody holds, then commits, then reveals. */
async function upToReveal(trustees: readonly TrusteeTool[]): Promise<void> {
  for (const trustee of trustees) await trustee.hold();
  for (const trustee of trustees) await trustee.commit();
  for (const trustee of trustees) await trustee.reveal();
}

async function totals(trustee: TrusteeTool) {
  return (await trustee.count()).audiences.map(({ counted, withdrawn, invalid, unopened, missing }) => ({
    counted,
    withdrawn,
    invalid,
    unopened,
    missing,
  }));
}

const none = { counted: 0, withdrawn: 0, invalid: 0, unopened: 0, missing: 0 };

async function failing(operator: Operator): Promise<string[]> {
  const failed: string[] = [];
  for await (const { check, ok, detail } of audit(new Transport(BASE, operator.fetch), {
    programme: operator.world.pinned,
    now: LATE,
    known: null,
  }))
    if (!ok) failed.push(`${check}: ${detail}`);
  return failed;
}

describe("an opening", () => {
  it("by two of three gives one release, whoever counts, and passes the audit", async () => {
    const operator = await closed();
    const [first, second] = tools(operator) as [TrusteeTool, TrusteeTool];
    await upToReveal([first, second]);
    expect(await totals(first)).toEqual([
      { ...none, counted: 2 },
      { ...none, counted: 1 },
    ]);
    expect(toHex(await first.release())).toBe(toHex(await second.release()));
    await first.sign();
    await second.sign();
    expect(await failing(operator)).toEqual([]);
    const history = await first.history();
    expect(history.release).not.toBeNull();
    // What a later round looks back at; for this one it came after the close.
    const { transport } = first;
    expect(await earlierResults(transport, operator.world.programme, history)).toEqual([]);
    const later = { ...history, closedAt: Number.MAX_SAFE_INTEGER };
    expect(await earlierResults(transport, operator.world.programme, later)).toMatchObject([
      { type: "results", round: history.seen.manifest.round },
    ]);
    operator.on.set("GET releases/*", () => new TextEncoder().encode("{}"));
    await expect(earlierResults(transport, operator.world.programme, later)).rejects.toMatchObject({ code: "ERR_RELEASE_INVALID" });
  });

  it("that was stopped in the middle goes on where it was, and gives the same count", async () => {
    const operator = await closed();
    const [first, second] = tools(operator) as [TrusteeTool, TrusteeTool];
    await upToReveal([first, second]);
    const whole = await first.count();
    const [history, memory] = [await first.history(), stepMemory()];
    const run = (progress: StepProgress) => countRound(first.transport, history, first.holdings, first.keys, progress, memory);
    const stopAt = (at: number) => run((done) => (done === at ? Promise.reject(new Error("stopped")) : undefined));
    await expect(stopAt(1)).rejects.toThrow("stopped");
    expect(memory.outcomes.size).toBe(1);
    expect(memory.shares.size).toBe(3);
    // What was opened is not looked at again, so that it cannot be missed.
    first.holdings.kept.delete([...memory.outcomes.keys()][0] as string);
    expect(await run(() => undefined)).toEqual(whole);
  });

  it("leaves no superseded answer with those who held it", async () => {
    const world = makeWorld();
    const operator = new Operator(world, makeRound(world)).launch();
    const { credential } = await respond(operator, "officials", 0, { A1: 1 });
    operator.seal();
    const [tool] = tools(operator) as [TrusteeTool];
    await tool.hold();
    const [old] = tool.holdings.kept.keys();
    await credential.withdraw();
    operator.seal();
    await tool.hold();
    expect(tool.holdings.kept.size).toBe(1);
    expect(tool.holdings.kept.has(old as string)).toBe(false);
  });
});

describe("a release that an operator puts together itself", () => {
  it("of other totals, of another plan, or with other files does not pass the audit", async () => {
    const operator = await closed();
    const [first, second] = tools(operator) as [TrusteeTool, TrusteeTool];
    await upToReveal([first, second]);
    await first.sign();
    await second.sign();
    operator.on.set("GET releases/*", () => new TextEncoder().encode("other"));
    expect((await failing(operator)).join()).toContain("is not the file that was signed");
  });
});

/** What stands in a draw for the report token, which nobody uses here: a number below every modulus. */
const REPORT_BLINDED = new Uint8Array(256).fill(3, 200);

/** A hostile respondent with a right to answer: signs whatever envelope it likes. */
function hostile(operator: Operator, envelopeOf: (context: Uint8Array) => Uint8Array): void {
  const { manifest, id, issuers } = operator.round;
  const keys = issuers.get("officials/ministry") as IssuerPair;
  const secret = newSecretCode(randomBytes);
  const key = responseSigningKey(secret, id);
  const binding = { nonce: responseNonce(id, key.publicKey), issuerName: "ministry", manifestId: id, key: keys.key.key };
  const blinding = blind(secret, binding);
  const token = finalize(blinding, blindSign(keys.key, blinding.blinded), binding);
  const list = operator.draws.get("officials/ministry") ?? [];
  const invited = (operator.round.invitations.get("officials/ministry") as Uint8Array)
    .slice(0)
    .reduce<Uint8Array[]>((all, _, at, file) => (at % 32 === 0 ? [...all, file.subarray(at, at + 32)] : all), [])
    .find((hash) => !list.some((draw) => toHex(draw.invitedHash) === toHex(hash))) as Uint8Array;
  operator.draws.set("officials/ministry", [...list, drawOf(keys, invited, blinding.blinded, REPORT_BLINDED)]);
  const envelope = envelopeOf(submissionContext(id, 0, key.publicKey, 0));
  const submission = signSubmission({ manifestId: id, audience: 0, sequence: 0, tokens: [token], envelope }, key);
  operator.admit(encodeSubmission(submission));
  expect(manifest.threshold).toBe(2);
}

/** An envelope whose slot at `place` holds a share of another seed, or noise: it opens for some pairs and not for others. */
function crooked(operator: Operator, place: number, noise = false) {
  const { manifest } = operator.round;
  return (context: Uint8Array): Uint8Array => {
    const make = () =>
      seal(new Uint8Array(manifest.size), { recipients: recipients(manifest), threshold: 2, context, size: manifest.size });
    const [one, other] = [new Uint8Array(make()), make()];
    const slot = envelopeLength(2, 0) - envelopeLength(1, 0);
    const at = 4 + 1 + 1 + 32 + place * slot;
    // A slot begins with the key's id, which the collector checks.
    one.set(noise ? randomBytes(slot - 16) : other.subarray(at + 16, at + slot), at + 16);
    return one;
  };
}

describe("inconsistent shares of a hostile respondent", () => {
  it.each([
    [0, [0, 1]],
    [0, [0, 2]],
    [0, [1, 2]],
    [1, [0, 2]],
    [2, [0, 1]],
  ])("in slot %i are invalid for openers %j", async (place, openers) => {
    const operator = await closed(async (each) => hostile(each, crooked(each, place)));
    const pair = tools(operator, openers) as [TrusteeTool, TrusteeTool];
    await upToReveal(pair);
    for (const trustee of pair) expect((await totals(trustee))[0]).toEqual({ ...none, counted: 2, invalid: 1 });
    expect(toHex(await pair[0].release())).toBe(toHex(await pair[1].release()));
  });

  it("that open for too few wait for the third list, and a third that stays silent is named and holds nothing up", async () => {
    const operator = await closed(async (each) => hostile(each, crooked(each, 1, true)));
    const [first, second, third] = tools(operator) as [TrusteeTool, TrusteeTool, TrusteeTool];
    for (const trustee of [first, second, third]) await trustee.hold();
    for (const trustee of [first, second, third]) await trustee.commit();
    await first.reveal();
    await second.reveal();
    await expect(first.count()).rejects.toBeInstanceOf(WaitingForReveals);
    await first.nameAbsent(2);
    await first.reveal();
    await second.reveal();
    for (const trustee of [first, second]) expect((await totals(trustee))[0]).toEqual({ ...none, counted: 2, unopened: 1 });
    expect((await first.count()).wanting).toEqual([{ holder: 1, count: 1 }]);
  });
});

describe("a trustee that breaks its commitment", () => {
  const lying = async (trustee: TrusteeTool, receiver: number, list: ShareList, place: object = {}): Promise<void> => {
    const { operator, index, keys } = trustee;
    const ledgerSize = (await trustee.history()).closedAt as number;
    operator.reveals.push(
      sealReveal(operator.round.manifest, { attempt: 0, ledgerSize, sender: index, receiver, ...place }, list, keys.signing),
    );
  };

  it("is logged as at fault by the receiver, and the others go on with the commitments they made", async () => {
    const operator = await closed();
    const [first, second, third] = tools(operator) as [TrusteeTool, TrusteeTool, TrusteeTool];
    for (const trustee of [first, second, third]) await trustee.hold();
    for (const trustee of [first, second, third]) await trustee.commit();
    const count = selected(await first.history()).length;
    await lying(first, 1, shareList(Array.from({ length: count }, () => null)));
    await second.reveal();
    await third.reveal();
    await expect(second.count()).rejects.toMatchObject({ code: "ERR_COMMITMENT_MISMATCH" });
    // One word stands against another: the two are kept apart, and whoever lies once more is found by the next.
    expect(await third.attempt()).toMatchObject({ number: 1, openers: [0, 2], committed: [0, 2] });
    await expect(second.reveal()).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
    await third.reveal();
    await lying(first, 2, shareList(Array.from({ length: count }, () => null)), { attempt: 1 });
    await expect(third.count()).rejects.toMatchObject({ code: "ERR_COMMITMENT_MISMATCH" });
    expect(await third.attempt()).toMatchObject({ number: 2, openers: [1, 2] });
    await second.reveal();
    await third.reveal();
    expect(await totals(second)).toEqual([
      { ...none, counted: 2 },
      { ...none, counted: 1 },
    ]);
  });

  it("is not one whose list the server garbled, sent twice, or took from another attempt or ledger", async () => {
    const operator = await closed();
    const [first, second] = tools(operator) as [TrusteeTool, TrusteeTool];
    await upToReveal([first, second]);
    const wrong = shareList([null]);
    await lying(first, 1, wrong, { attempt: 7 });
    await lying(first, 1, wrong, { ledgerSize: 3 });
    operator.reveals.push(operator.reveals[0] as Uint8Array);
    operator.on.set("GET rounds/wave-1/reveals/1", () => {
      const sent = operator.reveals.filter((bytes) => bytes[4 + 1 + 8 + 1] === 1);
      const garbled = [
        randomBytes(40),
        new Uint8Array(0),
        ...sent.map((bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))),
      ];
      return concat(
        ...[...garbled, ...sent].map((bytes) => concat(new Uint8Array(new Uint32Array([bytes.length]).buffer).reverse(), bytes)),
      );
    });
    expect(await totals(second)).toEqual([
      { ...none, counted: 2 },
      { ...none, counted: 1 },
    ]);
    expect((await second.history()).accusations).toEqual([]);
  });

  it("has one commitment: the first after the close and over its ledger", async () => {
    const operator = await closed();
    const [first] = tools(operator) as [TrusteeTool];
    await first.hold();
    const { manifest } = operator.round;
    const { closedAt } = await first.history();
    const log = (ledgerSize: number, byte: string, at = operator.entries.length) => {
      const fields = { type: "share-list", holder: 0, ledgerSize, commitment: byte.repeat(32) } as const;
      operator.entries.splice(at, 0, encodeEntry(signEntry<ShareListEntry>(manifest, fields, first.keys.signing)));
    };
    log((closedAt as number) + 5, "aa");
    expect((await first.history()).shareLists.size).toBe(0);
    await first.commit();
    log(closedAt as number, "bb");
    const kept = (await first.history()).shareLists.get(0)?.commitment;
    expect(kept).not.toBe("bb".repeat(32));
    expect((await failing(operator)).join()).toContain("committed");
  });

  it("before the close is no commitment: its size was a guess", async () => {
    const world = makeWorld();
    const operator = new Operator(world, makeRound(world)).launch();
    await respond(operator, "officials", 0);
    operator.seal();
    const { signing } = world.trustees[0] as Trustee;
    const fields = { type: "share-list", holder: 0, ledgerSize: operator.entries.length + 6, commitment: "aa".repeat(32) } as const;
    operator.entries.push(encodeEntry(signEntry<ShareListEntry>(operator.round.manifest, fields, signing)));
    operator.endEnrolment();
    operator.close();
    const history = await (tools(operator)[0] as TrusteeTool).history();
    expect(history.closedAt).toBe(fields.ledgerSize);
    expect(history.shareLists.size).toBe(0);
    expect((await failing(operator)).join()).toContain("before the close");
  });
});

/** Leaf hash of the first answer that counts. */
async function selectedHash(operator: Operator): Promise<string> {
  const [first] = selected(await new TrusteeTool(operator, 0).history());
  return toHex(first?.leafHash ?? new Uint8Array(0));
}

describe("envelopes that an operator holds back", () => {
  it("from one trustee do not split the count: who lacks one does not count, and the others do", async () => {
    const operator = await closed();
    const target = await selectedHash(operator);
    operator.serves = (holder, hash) => holder !== 1 || hash !== target;
    const [first, second, third] = tools(operator) as [TrusteeTool, TrusteeTool, TrusteeTool];
    await upToReveal([first, second, third]);
    await expect(second.count()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
    await first.nameAbsent(1);
    await first.reveal();
    await third.reveal();
    for (const trustee of [first, third])
      expect(await totals(trustee)).toEqual([
        { ...none, counted: 2 },
        { ...none, counted: 1 },
      ]);
  });

  it("from all but one are missing for everyone alike, and the round is counted without them", async () => {
    const operator = await closed();
    const target = await selectedHash(operator);
    operator.serves = (holder, hash) => holder === 0 || hash !== target;
    const [first, second, third] = tools(operator) as [TrusteeTool, TrusteeTool, TrusteeTool];
    await upToReveal([first, second, third]);
    const found = await Promise.all([first, second].map(totals));
    expect(found[0]).toEqual(found[1]);
    expect((found[0] ?? []).reduce((sum, { missing }) => sum + missing, 0)).toBe(1);
    expect(toHex(await first.release())).toBe(toHex(await second.release()));
    // What each has on its own disk would have decided differently.
    expect(await first.holdings.get(target)).not.toBeNull();
    expect(await second.holdings.get(target)).toBeNull();
  });

  it("are asked for again before the commitment, and what comes then is no longer missing", async () => {
    const operator = await closed();
    operator.serves = () => false;
    const [tool] = tools(operator) as [TrusteeTool];
    expect(await tool.hold()).toBeGreaterThan(0);
    operator.serves = () => true;
    await tool.commit();
    const history = await tool.history();
    expect([...history.heldAtCommitment.values()].map(({ missing }) => missing.length)).toEqual([0, 0]);
    const list = await ownShareList(history, tool.holdings, tool.keys);
    expect(list.list.some((byte) => byte !== 0)).toBe(true);
  });

  it("after they were fetched are held all the same, and nothing is taken back", async () => {
    const operator = await closed();
    const target = await selectedHash(operator);
    operator.serves = (_, hash) => hash !== target;
    const [tool] = tools(operator) as [TrusteeTool];
    await tool.hold();
    operator.serves = (_, hash) => hash === target;
    await tool.commit();
    const history = await tool.history();
    expect([...history.heldAtCommitment.values()].flatMap(({ missing }) => missing)).toEqual([]);
    expect(tool.holdings.kept.size).toBe(3);
  });

  it("with another hash or shape are as good as none", async () => {
    const operator = await closed();
    for (const [epoch, list] of operator.envelopes)
      operator.envelopes.set(
        epoch,
        list.map(({ hash, envelope }) => ({ hash, envelope: envelope.map((byte, at) => (at === 300 ? byte ^ 1 : byte)) })),
      );
    const [tool] = tools(operator) as [TrusteeTool];
    expect(await tool.hold()).toBe(3);
    expect(tool.holdings.kept.size).toBe(0);
  });

  it("behind an answer that is nonsense, too long or a refusal to know the epoch, are named in the ledger", async () => {
    for (const answer of [new Uint8Array(7), new Uint8Array(1_000_000), { code: "ERR_NOT_FOUND", status: 404 }]) {
      const operator = await closed();
      operator.on.set("POST rounds/wave-1/epochs/*", () => answer);
      const [tool] = tools(operator) as [TrusteeTool];
      expect(await tool.hold()).toBe(3);
      expect((await tool.history()).held.map(({ missing }) => missing.length)).toEqual([1, 2]);
    }
  });

  it("more than an entry can name: a full entry says that nothing of the epoch is held", async () => {
    const operator = await closed();
    const [tool] = tools(operator) as [TrusteeTool];
    await tool.hold();
    const missing = Array.from({ length: MOST_MISSING }, (_, at) => at.toString(16).padStart(64, "0"));
    const held = { type: "held", holder: 0, epoch: 0, ledgerSize: operator.entries.length, missing } as const;
    operator.entries.push(encodeEntry(signEntry<HeldEntry>(operator.round.manifest, held, tool.keys.signing)));
    await tool.commit();
    const history = await tool.history();
    const [first] = history.epochs;
    const few = heldByTooFew({ ...history, seen: { ...history.seen, manifest: { ...history.seen.manifest, threshold: 1 } } }, [0]);
    expect((first?.leaves ?? []).every(({ leafHash: hash }) => few.has(toHex(hash)))).toBe(true);
  });
});

describe("entries that an operator writes into the ledger", () => {
  it("a leaf that its key did not sign counts for nothing and stops nothing", async () => {
    const operator = await closed(async (each) => {
      const fields = { manifestId: each.round.id, audience: 0, sequence: 0, tokens: [NO_TOKEN], envelope: randomBytes(20) };
      each.entries.push(
        encodeSubmissionLeaf({ ...signSubmission(fields, signingKey(randomBytes(32))), signature: randomBytes(64).fill(0, 32) }),
      );
    });
    const pair = tools(operator) as [TrusteeTool, TrusteeTool, TrusteeTool];
    await upToReveal(pair.slice(0, 2));
    expect(await totals(pair[0])).toEqual([
      { ...none, counted: 2 },
      { ...none, counted: 1 },
    ]);
    expect((await failing(operator)).length).toBeGreaterThan(0);
  });

  it("an epoch that lies about its count takes no answer out of the count: what stands outside is missing, by the operator's fault", async () => {
    const operator = await closed();
    const at = operator.entries.findIndex((bytes) => decodeEntry(bytes).type === "epoch");
    const entry = decodeEntry(operator.entries[at] as Uint8Array) as { count: number };
    operator.entries[at] = encodeEntry({ ...entry, count: entry.count - 1 } as never);
    const pair = tools(operator) as [TrusteeTool, TrusteeTool];
    await upToReveal(pair.slice(0, 2));
    const found = await totals(pair[0]);
    expect(found).toEqual(await totals(pair[1]));
    const sum = found.reduce((all, { counted, missing }) => all + counted + missing, 0);
    expect(sum).toBe(3);
    expect((await failing(operator)).join()).toContain("stand outside every epoch");
  });

  it("an answer put behind what trustees held, under the number of its epoch, and served to nobody, is missing and stops no count", async () => {
    const pair: TrusteeTool[] = [];
    const operator = await closed(async (each) => {
      pair.push(...tools(each, [0, 1]));
      for (const tool of pair) await tool.hold();
      await respond(each, "officials", 2, { A1: 3 });
      each.seal();
      const at = each.entries.findLastIndex((bytes) => decodeEntry(bytes).type === "epoch");
      each.entries[at] = encodeEntry({ ...decodeEntry(each.entries[at] as Uint8Array), from: 0, to: 0 } as never);
    });
    await upToReveal(pair);
    const found = await totals(pair[0] as TrusteeTool);
    expect(found).toEqual(await totals(pair[1] as TrusteeTool));
    expect(found.reduce((all, { missing }) => all + missing, 0)).toBeGreaterThan(0);
    expect((await failing(operator)).join()).toContain("does not follow");
    // Were every word on the epoch taken for all of it, nothing would be missing, and nobody could count what nobody was served.
    const history = await (pair[0] as TrusteeTool).history();
    const unbounded = [...history.heldAtCommitment].map(
      ([place, held]) => [place, { ...held, ledgerSize: operator.entries.length }] as const,
    );
    expect(heldByTooFew({ ...history, heldAtCommitment: new Map(unbounded) }, [0, 1]).size).toBe(0);
  });

  it("a close before the manifest's time opens nothing", async () => {
    const operator = await closed();
    const [tool] = tools(operator) as [TrusteeTool];
    await tool.hold();
    await expect(tool.commit(new Date((START + 3600) * 1000))).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
    const [second] = tools(operator, [1]) as [TrusteeTool];
    await second.hold();
    await tool.commit();
    await second.commit();
    const history = { ...(await tool.history()) };
    expect(revealsDue(history, START + 3600)).toBe(false);
    expect(revealsDue(history, LATE.getTime() / 1000)).toBe(true);
  });

  it("an accusation counts if it was due: made in the attempt that was going on, by who still took part", async () => {
    const operator = await closed();
    const trustees = tools(operator) as [TrusteeTool, TrusteeTool, TrusteeTool];
    for (const trustee of trustees) await trustee.hold();
    for (const trustee of trustees) await trustee.commit();
    const { manifest } = operator.round;
    const accuse = (holder: number, absent: number, attempt: number): void => {
      const key = (trustees[holder] as TrusteeTool).keys.signing;
      operator.entries.push(encodeEntry(signEntry<AbsentEntry>(manifest, { type: "absent", holder, attempt, absent }, key)));
    };
    const fault = (holder: number, accused: number, attempt: number): void => {
      const key = (trustees[holder] as TrusteeTool).keys.signing;
      operator.entries.push(
        encodeEntry(signEntry<OpeningFaultEntry>(manifest, { type: "opening-fault", holder, attempt, fault: accused }, key)),
      );
    };
    accuse(2, 0, 1);
    fault(2, 2, 0);
    expect(await trustees[0].attempt()).toMatchObject({ number: 0, openers: [0, 1], committed: [0, 1, 2] });
    accuse(0, 2, 0);
    expect(await trustees[0].attempt()).toMatchObject({ number: 1, openers: [0, 1], committed: [0, 1] });
    // Who is out names nobody any more, whatever the server logs.
    accuse(2, 0, 1);
    fault(2, 1, 1);
    expect(await trustees[0].attempt()).toMatchObject({ number: 1, openers: [0, 1], committed: [0, 1] });
  });
});

describe("a list of shares", () => {
  it("is the same at commitment and reveal without anything kept, and other for another key or round", async () => {
    const operator = await closed();
    const [first, second] = tools(operator) as [TrusteeTool, TrusteeTool];
    await first.hold();
    await second.hold();
    const history = await first.history();
    const lists = await Promise.all([first, first, second].map(({ holdings, keys }) => ownShareList(history, holdings, keys)));
    expect(toHex((lists[0] as ShareList).blind)).toBe(toHex((lists[1] as ShareList).blind));
    expect(toHex((lists[0] as ShareList).blind)).not.toBe(toHex((lists[2] as ShareList).blind));
  });
});
