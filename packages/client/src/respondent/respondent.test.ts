import { equal, formatCode, newSecretCode, PROTOCOL, toHex } from "@amana/core/bytes";
import { decodeEnrolment, responseSigningKey } from "@amana/core/credential";
import type { ErrorCode } from "@amana/core/errors";
import { addSignatures, cosignNote, decodeTlogProof, leafHash, NOTE_COSIGNATURE, noteKey, signCheckpoint } from "@amana/core/ledger";
import { cosignManifest, type Manifest, manifestId } from "@amana/core/manifest";
import { Selection } from "@amana/core/opening";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeProgramme } from "@amana/core/programme";
import {
  decodePromise,
  decodeSubmission,
  decodeSubmissionLeaf,
  encodePromise,
  encodeReceiptProof,
  encodeSubmissionLeaf,
  NO_TOKEN,
  openReceiptProof,
  type Submission,
  signPromise,
  signSubmission,
} from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { Operator } from "../../test-support/operator.ts";
import { BASE, clientOptions, linkOf, respond } from "../../test-support/people.ts";
import { HOUR, issuerPair, makeRound, makeWorld, START, type World, withPhases } from "../../test-support/world.ts";
import { openInvitation, openRound } from "../index.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";

const newOperator = (world: World = makeWorld(), change: (manifest: Manifest) => Manifest = (same) => same): Operator =>
  new Operator(world, makeRound(world, { change })).launch();
const code = () => newSecretCode(randomBytes);
const refused = (promise: Promise<unknown>, expected: ErrorCode) => expect(promise).rejects.toMatchObject({ code: expected });
/** Whether anything was sent that names a person. */
const sent = (operator: Operator): boolean => operator.requests.some(({ method }) => method === "POST");

describe("a respondent at an honest server", () => {
  it("enrols, answers, changes, withdraws and finds the answer again with the code alone", async () => {
    const operator = newOperator();
    const { secretCode, credential, receipt } = await respond(operator, "traders", 0);
    expect(await receipt.verifyIncluded()).toMatchObject({ included: false });
    operator.seal();
    expect(await receipt.verifyIncluded()).toMatchObject({ included: true });
    await credential.submit({ A1: 5 });
    operator.seal();
    const back = await (await openRound(BASE, "wave-1", clientOptions(operator))).resume(secretCode);
    expect(back.audience.id).toBe("traders");
    expect(back.sequence).toBe(1);
    await back.withdraw();
    expect(back.sequence).toBe(2);
  });

  it("gets a proof that verifies offline and names nobody, by requests that are the same whoever looks and whether it is there", async () => {
    const operator = newOperator();
    const people = [await respond(operator, "traders", 0), await respond(operator, "officials", 0), await respond(operator, "traders", 1)];
    operator.seal();
    const late = await respond(operator, "officials", 1);
    const { promise } = late.receipt;
    if (promise === null) throw new Error("a server that keeps answers promises");
    const looks: string[][] = [];
    const proofs: string[] = [];
    for (const { receipt } of [...people, late]) {
      operator.requests.length = 0;
      const { proof } = await receipt.verifyIncluded();
      if (proof !== undefined) proofs.push(proof);
      looks.push(operator.requests.map(({ method, path }) => `${method} ${path}`));
    }
    expect(proofs.length).toBe(3);
    for (const look of looks) expect(look).toEqual(looks[0]);
    const { programme } = operator.world;
    const opened = proofs.map((proof) => openReceiptProof(proof, programme));
    expect(opened.map(({ promise: { leafHash } }) => leafHash)).toEqual(people.map(({ receipt }) => receipt.leafHash));
    // Beside the checkpoint and hashes of the public ledger, the file holds the promise and no more.
    const { extra } = decodeTlogProof(proofs[0] as string);
    expect(extra).toEqual(encodePromise(people[0]?.receipt.promise ?? promise));
    // A promise that was not kept yet proves nothing, whatever proof is put to it.
    const { proof, index, checkpoint } = decodeTlogProof(proofs[0] as string);
    const forged = encodeReceiptProof({ promise, proof, index, checkpoint });
    expect(() => openReceiptProof(forged, programme)).toThrow(expect.objectContaining({ code: "ERR_LEDGER_INCLUSION" }));
  });

  it("carries no mark of the visit in that proof: lines that no known key signed are left out", async () => {
    const operator = newOperator();
    const { receipt } = await respond(operator, "officials", 0);
    operator.seal();
    const stranger = noteKey("visitor-4711.example", randomBytes(32), NOTE_COSIGNATURE);
    const { note } = await operator.checkpoint();
    const marked = addSignatures(note, cosignNote(note, stranger, 1));
    operator.on.set("GET ledger/checkpoint", () => new TextEncoder().encode(marked));
    const { proof = "" } = await receipt.verifyIncluded();
    expect(openReceiptProof(proof, operator.world.programme).promise.leafHash).toEqual(receipt.leafHash);
    expect(proof).not.toContain("visitor-4711");
  });

  it("sends nothing before the secret code is confirmed", async () => {
    const operator = newOperator();
    await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator));
    expect(sent(operator)).toBe(false);
  });

  it("makes the same requests, whoever opens the round and whatever was answered", async () => {
    const operator = newOperator();
    const answered = await respond(operator, "traders", 0, { A1: 5, A2: "a long comment" });
    operator.seal();
    const trace = async (visit: () => Promise<unknown>): Promise<string[]> => {
      operator.requests.length = 0;
      await visit();
      return operator.requests.map(({ method, path, size }) => `${method} ${path} ${size}`);
    };
    const open = (audience: string, place: number) => () => openInvitation(linkOf(operator, audience, place), clientOptions(operator));
    expect(await trace(open("officials", 1))).toEqual(await trace(open("traders", 2)));
    const resume = (secret: ReturnType<typeof code>) => async () =>
      (await openRound(BASE, "wave-1", clientOptions(operator))).resume(secret).catch(() => undefined);
    expect(await trace(resume(answered.secretCode))).toEqual(await trace(resume(code())));
  });

  it("sends submissions of one size: an answer, a comment, a withdrawal, with tokens and without", async () => {
    const operator = newOperator();
    const { credential, secretCode } = await respond(operator, "officials", 0, {});
    await credential.submit({ A1: 1, A2: "x".repeat(100) });
    await credential.withdraw();
    operator.seal();
    await (await (await openRound(BASE, "wave-1", clientOptions(operator))).resume(secretCode)).submit({ A1: 2 });
    const sizes = operator.requests.filter(({ path }) => path === "submissions").map(({ size }) => size);
    expect(sizes.length).toBe(4);
    expect(new Set(sizes).size).toBe(1);
  });
});

describe("a tailored programme", () => {
  it("is refused by its pin, before anything is sent", async () => {
    const operator = newOperator();
    const other = newOperator();
    await refused(
      openInvitation(linkOf(operator, "officials", 0), { ...clientOptions(operator), fetch: other.fetch }),
      "ERR_PROGRAMME_MISMATCH",
    );
    expect(sent(other)).toBe(false);
  });

  it("would be believed without a pin of one's own", async () => {
    const other = newOperator();
    await expect(openInvitation(linkOf(other, "officials", 0), clientOptions(other))).resolves.toBeDefined();
  });

  it("is not read when its bytes are not canonical", async () => {
    const operator = newOperator();
    const text = new TextDecoder().decode(encodeProgramme(operator.world.programme));
    operator.on.set("GET programme", () => new TextEncoder().encode(`${text} `));
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_JSON_CANONICAL");
  });
});

describe("a tailored manifest", () => {
  it.each([
    ["signed by two of three", [0, 1]],
    ["signed by nobody", []],
  ])("%s is refused, and nothing is sent", async (_, signers) => {
    const world = makeWorld();
    const operator = new Operator(world, makeRound(world)).launch(undefined, signers);
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_COSIGNATURE");
    expect(sent(operator)).toBe(false);
  });

  it("with one trustee's signature in another's place is refused", async () => {
    const world = makeWorld();
    const round = makeRound(world);
    const operator = new Operator(world, round);
    operator.log({ protocol: PROTOCOL, type: "programme", programme: world.programme });
    const mine = toHex(cosignManifest(round.manifest, 0, (world.trustees[0] as World["trustees"][number]).signing));
    operator.log({ protocol: PROTOCOL, type: "manifest", manifest: round.manifest, cosignatures: [mine, mine, mine] });
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_COSIGNATURE");
  });

  it("signed by all is opened: the signatures are what the others lack", async () => {
    const operator = newOperator();
    await expect(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator))).resolves.toBeDefined();
  });

  it("is found by where the server points, and nothing else is taken from there", async () => {
    const operator = newOperator();
    for (const entryIndex of [0, 2, 99]) {
      operator.entryIndex = entryIndex;
      await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_LEDGER_INCLUSION");
    }
  });

  it("of another round is refused under this round's name", async () => {
    const operator = newOperator();
    operator.on.set("GET rounds/wave-2", () => operatorSummary("wave-2"));
    await refused(openRound(BASE, "wave-2", clientOptions(operator)), "ERR_LEDGER_INCLUSION");
    operator.on.set("GET rounds/wave-2", () => operatorSummary("wave-1"));
    await refused(openRound(BASE, "wave-2", clientOptions(operator)), "ERR_RESPONSE_INVALID");
  });
});

function operatorSummary(name: string): Uint8Array {
  const summary = {
    name,
    kind: "survey",
    title: { en: "x" },
    state: "open",
    manifest: "0".repeat(64),
    entryIndex: 1,
    amendments: [],
    draws: [],
  };
  return new TextEncoder().encode(JSON.stringify(summary));
}

/** Where the blinded message begins in an enrolment. */
const BLINDED = 4 + 32 + 1 + 10;

describe("issuer keys", () => {
  const broken = (change: (issuer: Manifest["audiences"][number]["issuers"][number]) => object) => (manifest: Manifest) => ({
    ...manifest,
    audiences: manifest.audiences.map((audience) => ({
      ...audience,
      issuers: audience.issuers.map((issuer) => ({ ...issuer, ...change(issuer) })),
    })),
  });

  it.each([
    ["one key for two audiences", broken(() => ({ spki: toHex(issuerPair(0).key.key.spki) }))],
    ["one key for answering and for the mark", broken(({ spki }) => ({ reportSpki: spki }))],
    ["an even modulus", broken(({ spki }) => ({ spki: spki.replace(/[0-9a-f]{2}(0203010001)$/, "fe$1") }))],
    ["no key at all", broken(() => ({ spki: "" }))],
  ])("%s is refused before anything is blinded", async (_, change) => {
    const operator = newOperator(makeWorld(), change);
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_MANIFEST_INVALID");
    expect(sent(operator)).toBe(false);
  });

  it("that sign with another key for one person are found out, and no token is used", async () => {
    const operator = newOperator();
    const round = await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator));
    operator.on.set("POST issuers/*", (body) => {
      const other = new Operator(operator.world, { ...operator.round, issuers: new Map([["officials/ministry", issuerPair(4)]]) });
      // Below any modulus: the other key might be the smaller one.
      return other.enrol(
        "ministry",
        body.map((byte, at) => (at === BLINDED || at === BLINDED + 256 ? 0 : byte)),
      );
    });
    await refused(round.enrol(code()), "ERR_TOKEN_INVALID");
    operator.on.set("POST issuers/*", () => new Uint8Array(511));
    await refused(round.enrol(code()), "ERR_RESPONSE_INVALID");
  });
});

describe("a swapped questionnaire", () => {
  it.each([
    ["another file", (): Uint8Array => new TextEncoder().encode("{}")],
    ["none", () => ({ code: "ERR_NOT_FOUND", status: 404 })],
  ])("%s in its place is refused before the invitation is used", async (_, answer) => {
    const operator = newOperator();
    const hash = operator.round.manifest.audiences[1]?.questionnaire;
    operator.on.set(`GET files/${hash}`, answer);
    // Of the other audience even: everyone fetches all.
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_QUESTIONNAIRE_MISMATCH");
    expect(sent(operator)).toBe(false);
  });

  it("that needs a larger ballot than the manifest's is refused: its answers would stand out or not fit", async () => {
    const operator = newOperator(makeWorld(), (manifest) => ({ ...manifest, size: manifest.size - 1 }));
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_QUESTIONNAIRE_MISMATCH");
  });
});

describe("a checkpoint", () => {
  const witnessed = (at: number | null) => {
    const operator = newOperator(makeWorld({ quorum: 1 }));
    operator.witnessedAt = at;
    return operator;
  };
  const view = (operator: Operator, how: "fetch" | "read") =>
    LedgerView[how](new Transport(BASE, operator.fetch), operator.world.programme, new Date((START + 60) * 1000));

  it.each([
    ["older than the programme allows", START - 8 * 86_400, "ERR_LEDGER_STALE"],
    ["from this device's future", START + 2 * 86_400, "ERR_CLOCK_WRONG"],
    ["without a quorum", null, "ERR_LEDGER_WITNESSES"],
  ] as const)("%s is refused before anything is sent", async (_, at, expected) => {
    const operator = witnessed(at);
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), expected);
    expect(sent(operator)).toBe(false);
  });

  it("that is fresh is taken; a stale one would be without the check, and only reading goes on with a warning", async () => {
    const fresh = witnessed(START - 6 * 86_400);
    await expect(openInvitation(linkOf(fresh, "officials", 0), clientOptions(fresh))).resolves.toBeDefined();
    const { receipt } = await respond(fresh, "officials", 0);
    fresh.seal();
    fresh.witnessedAt = START - 8 * 86_400;
    expect(await receipt.verifyIncluded()).toMatchObject({ included: true, warning: "stale" });
    expect((await view(fresh, "read")).age).toBe("stale");
    await refused(view(fresh, "fetch"), "ERR_LEDGER_STALE");
  });

  it("by another ledger's key, or over other entries than are served, is refused", async () => {
    const operator = newOperator();
    const forger = { ...operator.world, ledgerKey: makeWorld().ledgerKey };
    const { note } = await new Operator(forger, operator.round).checkpoint(operator.entries);
    operator.on.set("GET ledger/checkpoint", () => new TextEncoder().encode(note));
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_LEDGER_SIGNATURE");
    const { note: shorter } = await operator.checkpoint([...operator.entries.slice(0, 2), randomBytes(40)]);
    operator.on.set("GET ledger/checkpoint", () => new TextEncoder().encode(shorter));
    await expect(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator))).rejects.toMatchObject({ code: /^ERR_LEDGER_/ });
  });

  it("of more entries than anyone could read is refused", async () => {
    const operator = newOperator();
    const endless = signCheckpoint(
      { origin: operator.world.ledgerKey.name, size: 2 ** 50, root: randomBytes(32), extensions: [] },
      operator.world.ledgerKey,
    );
    operator.on.set("GET ledger/checkpoint", () => new TextEncoder().encode(endless));
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_LEDGER_FORMAT");
  });

  it("that is not there is no ledger, not an empty one", async () => {
    const operator = newOperator();
    operator.on.set("GET ledger/checkpoint", () => ({ code: "ERR_NOT_FOUND", status: 404 }));
    await refused(openInvitation(linkOf(operator, "officials", 0), clientOptions(operator)), "ERR_LEDGER_MISSING");
  });

  it("rolled back behind the round's manifest, or of a ledger without it, is refused when the answer is looked for", async () => {
    const operator = newOperator();
    const { receipt, credential } = await respond(operator, "officials", 0);
    operator.seal();
    const all = operator.entries.splice(0);
    operator.entries.push(...all.slice(0, 1));
    await refused(receipt.verifyIncluded(), "ERR_LEDGER_STALE");
    await refused(credential.check(), "ERR_LEDGER_STALE");
    operator.entries.push(...all.slice(2), all[1] as Uint8Array);
    await refused(receipt.verifyIncluded(), "ERR_LEDGER_CONSISTENCY");
    await refused(credential.check(), "ERR_LEDGER_CONSISTENCY");
  });
});

describe("an invitation code", () => {
  it("goes to the issuer that it is for, and to no other, even where the link does not say which", async () => {
    const operator = newOperator();
    const trader = operator.round.codes.traders?.[0];
    if (trader === undefined) throw new Error("no code");
    const round = await openInvitation(`${BASE}wave-1#${formatCode(trader)}`, clientOptions(operator));
    await refused(round.enrol(code()), "ERR_INVITATION_UNKNOWN");
    expect(sent(operator)).toBe(false);
    await round.enrol(code(), "traders");
    expect(operator.requests.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual(["issuers/chamber/enrolments"]);
  });

  it("shown to another audience's issuer, as trying would, is that issuer's to use", async () => {
    const operator = newOperator();
    const trader = operator.round.codes.traders?.[0];
    if (trader === undefined) throw new Error("no code");
    let stolen: Uint8Array | null = null;
    operator.on.set("POST issuers/ministry/enrolments", (body) => {
      stolen = decodeEnrolment(body).code;
      return { code: "ERR_INVITATION_UNKNOWN", status: 403 };
    });
    // What a client that tries the audiences in order does first.
    const victim = await openInvitation(`${BASE}wave-1#officials.${formatCode(trader)}`, clientOptions(operator));
    await refused(victim.enrol(code()), "ERR_INVITATION_UNKNOWN");
    expect(stolen !== null && equal(stolen, trader)).toBe(true);
    const thief = await openInvitation(`${BASE}wave-1#traders.${formatCode(trader)}`, clientOptions(operator));
    await expect(thief.enrol(code())).resolves.toBeDefined();
    const late = await openInvitation(`${BASE}wave-1#traders.${formatCode(trader)}`, clientOptions(operator));
    await refused(late.enrol(code()), "ERR_INVITATION_USED");
  });

  it("used again with the same secret code gives the same credential; with another it is refused", async () => {
    const operator = newOperator();
    const round = await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator));
    const secret = code();
    await round.enrol(secret);
    await round.enrol(secret);
    const bodies = operator.requests.filter(({ method }) => method === "POST");
    expect(bodies.length).toBe(2);
    await refused(round.enrol(code()), "ERR_INVITATION_USED");
  });
});

describe("a promise", () => {
  it.each([
    [
      "for other bytes",
      (world: World, bytes: Uint8Array) =>
        encodePromise(signPromise({ ...decodePromise(bytes), leafHash: randomBytes(32) }, world.promiseKey)),
    ],
    ["by another key", (_: World, bytes: Uint8Array) => encodePromise(signPromise(decodePromise(bytes), signingKey(randomBytes(32))))],
    [
      "for another round",
      (world: World, bytes: Uint8Array) =>
        encodePromise(signPromise({ ...decodePromise(bytes), manifestId: randomBytes(32) }, world.promiseKey)),
    ],
    ["that is cut off", (_: World, bytes: Uint8Array) => bytes.slice(0, 135)],
    ["that is longer", (_: World, bytes: Uint8Array) => new Uint8Array([...bytes, 0])],
  ])("%s is refused, and the answer stays unsent", async (_, change) => {
    const operator = newOperator();
    const round = await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator));
    const credential = await round.enrol(code());
    operator.on.set("POST submissions", (body) => change(operator.world, operator.admit(body) as Uint8Array));
    await refused(credential.submit({ A1: 3 }), "ERR_RESPONSE_INVALID");
    expect(credential.unsent).toBe(true);
    expect(credential.sequence).toBeNull();
    operator.on.clear();
    await expect(credential.retry()).resolves.toBeDefined();
  });
});

describe("two answers under one sequence", () => {
  const failing = (operator: Operator, kept: Uint8Array[]) =>
    operator.on.set("POST submissions", (body) => {
      kept.push(body.slice());
      return { code: "ERR_OVERLOADED", status: 503 };
    });

  it("are never signed: what is sent after a failure has the next", async () => {
    const operator = newOperator();
    const credential = await (await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator))).enrol(code());
    const kept: Uint8Array[] = [];
    failing(operator, kept);
    await refused(credential.submit({ A1: 1 }), "ERR_OVERLOADED");
    await refused(credential.submit({ A1: 5 }), "ERR_OVERLOADED");
    await refused(credential.retry(), "ERR_OVERLOADED");
    const read = kept.map((bytes) => decodeSubmission(bytes, operator.round.manifest));
    expect(read.map(({ sequence }) => sequence)).toEqual([0, 1, 1]);
    expect(equal(kept[1] as Uint8Array, kept[2] as Uint8Array)).toBe(true);
  });

  it("would let the server choose: the one that it logs first counts, and the receipt of the other still checks", async () => {
    const operator = newOperator();
    const key = responseSigningKey(code(), operator.round.id);
    const version = (envelope: Uint8Array): Submission =>
      signSubmission({ manifestId: operator.round.id, audience: 0, sequence: 0, tokens: [NO_TOKEN], envelope }, key);
    const [older, newer] = [version(randomBytes(50)), version(randomBytes(50))].map((each) => encodeSubmissionLeaf(each));
    const selection = new Selection(operator.round.manifest);
    for (const [index, leaf] of [older, newer].entries())
      selection.add({ leaf: decodeSubmissionLeaf(leaf as Uint8Array), leafHash: leafHash(leaf as Uint8Array), index }, "valid");
    expect(selection.list().map(({ index }) => index)).toEqual([0]);
  });

  it("a server that says again and again that a sequence is used gets each once, and then an end", async () => {
    const operator = newOperator();
    const credential = await (await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator))).enrol(code());
    const seen: number[] = [];
    operator.on.set("POST submissions", (body) => {
      const { sequence } = decodeSubmission(body, operator.round.manifest);
      seen.push(sequence);
      return { code: "ERR_SEQUENCE_USED", status: 409, highestSequence: sequence };
    });
    await refused(credential.submit({ A1: 1 }), "ERR_REVISIONS_SPENT");
    expect(seen).toEqual(Array.from({ length: 16 }, (_, sequence) => sequence));
  });
});

describe("leaves that an operator logs under somebody's response key", () => {
  it("are not believed without the key's signature", async () => {
    const operator = newOperator();
    const { secretCode, credential } = await respond(operator, "traders", 0);
    operator.seal();
    const key = responseSigningKey(secretCode, operator.round.id).publicKey;
    const fields = { manifestId: operator.round.id, audience: 0, sequence: 15, tokens: [NO_TOKEN], envelope: randomBytes(9) };
    const forged = { ...signSubmission(fields, signingKey(randomBytes(32))), responseKey: key };
    operator.entries.push(encodeSubmissionLeaf(forged));
    expect(await credential.check()).toMatchObject({ audience: 1, sequence: 0 });
    const back = await (await openRound(BASE, "wave-1", clientOptions(operator))).resume(secretCode);
    expect(back.audience.id).toBe("traders");
    await expect(back.submit({ A1: 4 })).resolves.toBeDefined();
  });
});

describe("what keeps invitation and answer apart", () => {
  it("with phases nothing is answered before its time, whatever the server says", async () => {
    const operator = newOperator(makeWorld(), withPhases);
    const clock = { seconds: START + 60 };
    const round = await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator, clock));
    const secret = code();
    const credential = await round.enrol(secret);
    await refused(credential.submit({ A1: 3 }), "ERR_ROUND_NOT_OPEN");
    // The manifest's time has come, but some issuer could still draw.
    clock.seconds = START + 2 * HOUR + 1;
    await refused(credential.submit({ A1: 3 }), "ERR_ROUND_NOT_OPEN");
    await refused(round.resume(secret), "ERR_ROUND_NOT_OPEN");
    expect(operator.requests.some(({ path }) => path === "submissions")).toBe(false);
    // Nor does anyone enrol when others answer.
    await refused(round.enrol(code()), "ERR_ROUND_CLOSED");
    operator.endEnrolment();
    await expect(credential.submit({ A1: 3 })).resolves.toBeDefined();
    expect(operator.requests.filter(({ path }) => path === "submissions").length).toBe(1);
  });

  it("without phases an answer goes out at once: the round's own manifest decides", async () => {
    await expect(respond(newOperator(), "officials", 0)).resolves.toBeDefined();
  });

  it("with phases one comes back with the code alone, and everybody fetches the same lists", async () => {
    const operator = newOperator(makeWorld(), withPhases);
    const clock = { seconds: START + 60 };
    const secrets: ReturnType<typeof code>[] = [];
    for (const [audience, place] of [
      ["officials", 0],
      ["officials", 1],
      ["traders", 0],
    ] as const) {
      const secret = code();
      secrets.push(secret);
      await (await openInvitation(linkOf(operator, audience, place), clientOptions(operator, clock))).enrol(secret);
    }
    operator.endEnrolment();
    clock.seconds = START + 2 * HOUR + 1;
    const traces: string[] = [];
    for (const [at, secret] of secrets.entries()) {
      operator.requests.length = 0;
      const credential = await (await openRound(BASE, "wave-1", clientOptions(operator, clock))).resume(secret);
      traces.push(operator.requests.map(({ method, path, size }) => `${method} ${path} ${size}`).join("\n"));
      expect(credential.audience.id).toBe(at < 2 ? "officials" : "traders");
      const receipt = await credential.submit({ A1: at + 1 });
      expect(receipt.epoch).toBe(0);
    }
    expect(new Set(traces).size).toBe(1);
    operator.requests.length = 0;
    await refused((await openRound(BASE, "wave-1", clientOptions(operator, clock))).resume(code()), "ERR_NOT_FOUND");
    expect(operator.requests.map(({ method, path, size }) => `${method} ${path} ${size}`).join("\n")).toBe(traces[0]);
  });

  it("with phases a group that is too small is told so, by counting draws and not by what the ledger says of them", async () => {
    const operator = newOperator(makeWorld(), (manifest) => ({
      ...withPhases(manifest),
      audiences: manifest.audiences.map((audience) => ({ ...audience, minimumGroup: 2 })),
    }));
    const clock = { seconds: START + 60 };
    const secret = code();
    await (await openInvitation(linkOf(operator, "officials", 0), clientOptions(operator, clock))).enrol(secret);
    operator.endEnrolment();
    clock.seconds = START + 2 * HOUR + 1;
    const round = await openRound(BASE, "wave-1", clientOptions(operator, clock));
    await refused(round.resume(secret), "ERR_ROUND_TOO_FEW");
    expect(toHex(manifestId(round.manifest))).toBe(toHex(operator.round.id));
  });
});
