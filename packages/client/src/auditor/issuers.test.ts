import { newSecretCode, SHA256, toHex } from "@amana/core/bytes";
import { blind, blindSign, type Draw, encodeDraws, finalize, responseNonce, responseSigningKey } from "@amana/core/credential";
import { type DrawsEntry, type ReplacedEntry, signEntry } from "@amana/core/entries";
import { roundEnvelopeLength } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeSubmission, NO_TOKEN, signSubmission } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { drawOf, Operator } from "../../test-support/operator.ts";
import { BASE, respond } from "../../test-support/people.ts";
import { type IssuerPair, makeRound, makeWorld, type RoundOptions, SECOND, START } from "../../test-support/world.ts";
import { checkIssuers } from "../trustee/commit.ts";
import { fetchProgramme, LedgerView } from "../wire/ledger-view.ts";
import { readHistory } from "../wire/round-history.ts";
import { Transport } from "../wire/transport.ts";
import { audit } from "./audit.ts";
import type { CheckResult } from "./check.ts";

/* A round of which officials have two issuers. What one of them, or the operator in its name, can do. */

const AFTER = new Date((START + 40 * 86_400) * 1000);
const [FIRST, OTHER] = ["officials/ministry", `officials/${SECOND}`] as const;

async function answered(options: RoundOptions = {}): Promise<Operator> {
  const world = makeWorld();
  const operator = new Operator(world, makeRound(world, { second: true, spares: 2, ...options })).launch();
  for (const place of [0, 1, 2]) await respond(operator, "officials", place);
  await respond(operator, "traders", 0);
  return operator;
}

async function ended(operator: Operator): Promise<CheckResult[]> {
  operator.endEnrolment();
  operator.close();
  const checks: CheckResult[] = [];
  for await (const check of audit(new Transport(BASE, operator.fetch), { programme: operator.world.pinned, now: AFTER, known: null }))
    checks.push(check);
  return checks;
}
const failing = (checks: readonly CheckResult[]): string[] => checks.filter(({ ok }) => !ok).map(({ check }) => check);

/** What a trustee's tool says before it commits. */
async function trustee(operator: Operator): Promise<string> {
  const transport = new Transport(BASE, operator.fetch);
  const view = await LedgerView.fetch(transport, await fetchProgramme(transport, operator.world.pinned), AFTER);
  const history = await readHistory(view, await view.manifestAt(operator.entryIndex, "wave-1"));
  return checkIssuers(transport, history).then(
    () => "holds",
    (error: unknown) => (error as Error).message,
  );
}

const keysOf = (operator: Operator, place: string): IssuerPair => operator.round.issuers.get(place) as IssuerPair;
const invitedOf = (operator: Operator, place: string, at: number): Uint8Array =>
  (operator.round.invitations.get(place) as Uint8Array).slice(32 * at, 32 * at + 32);
const blinded = (): Uint8Array => new Uint8Array(256).fill(3, 200);
function padded(operator: Operator, place: string, invited: Uint8Array): Draw {
  const draw = drawOf(keysOf(operator, place), invited, blinded(), blinded());
  operator.draws.set(place, [...(operator.draws.get(place) ?? []), draw]);
  return draw;
}

/** An answer of a person who does not exist, with tokens of these issuers alone. */
function stuff(operator: Operator, issuers: readonly string[]): void {
  const { id, manifest } = operator.round;
  const secret = newSecretCode(randomBytes);
  const key = responseSigningKey(secret, id);
  const tokens = (manifest.audiences[0]?.issuers ?? []).map(({ name }) => {
    if (!issuers.includes(name)) return NO_TOKEN;
    const own = keysOf(operator, `officials/${name}`).key;
    const binding = { nonce: responseNonce(id, key.publicKey), issuerName: name, manifestId: id, key: own.key };
    const blinding = blind(secret, binding);
    return finalize(blinding, blindSign(own, blinding.blinded), binding);
  });
  const envelope = randomBytes(roundEnvelopeLength(manifest));
  operator.admit(encodeSubmission(signSubmission({ manifestId: id, audience: 0, sequence: 0, tokens, envelope }, key)));
}

describe("a round with two issuers", () => {
  it("holds, and issuers whose codes one organisation hands out are named as one", async () => {
    const operator = await answered();
    expect(failing(await ended(operator))).toEqual([]);
    expect(await trustee(operator)).toBe("holds");
    const shared = await answered({
      change: (manifest) => ({
        ...manifest,
        audiences: manifest.audiences.map((audience) => ({
          ...audience,
          issuers: audience.issuers.map((issuer) => ({ ...issuer, handedOutBy: "customs" })),
        })),
      }),
    });
    const check = (await ended(shared)).find((each) => each.check === "invitations and draws");
    expect(check).toMatchObject({ ok: true });
    expect(check?.detail).toContain("wave-1/officials: 2 issuers, but codes from 1: they count as 1");
  });

  it("is not stuffed by one of them: with the other's token missing the answer is nothing", async () => {
    const operator = await answered();
    stuff(operator, ["ministry"]);
    expect(failing(await ended(operator))).toEqual(["wave-1: submissions"]);
  });

  it("is stuffed by both together, and then there are more answers than draws: verify and trustees say so", async () => {
    const operator = await answered();
    stuff(operator, ["ministry", SECOND]);
    expect(failing(await ended(operator))).toEqual(["wave-1: submissions"]);
    expect(await trustee(operator)).toContain("officials/ministry: more answers than draws");
  });

  it("would be stuffed with one issuer that pads its draws with those who did not come; with two, the other's draws are too few", async () => {
    const operator = await answered();
    padded(operator, FIRST, invitedOf(operator, FIRST, unused(operator, FIRST)));
    stuff(operator, ["ministry", SECOND]);
    expect(failing(await ended(operator))).toEqual(["wave-1: submissions"]);
    expect(await trustee(operator)).toContain(`${OTHER}: more answers than draws`);
  });
});

/** The place of an invitation that nobody drew. */
function unused(operator: Operator, place: string): number {
  const drawn = new Set((operator.draws.get(place) ?? []).map(({ invitedHash }) => toHex(invitedHash)));
  return [0, 1, 2, 3, 4, 5].find((at) => !drawn.has(toHex(invitedOf(operator, place, at)))) as number;
}

describe("an issuer that pads its draws", () => {
  it("with a spare that it gave to nobody: verify and trustees name it", async () => {
    const operator = await answered();
    padded(operator, FIRST, invitedOf(operator, FIRST, 6));
    expect(failing(await ended(operator))).toEqual(["invitations and draws"]);
    expect(await trustee(operator)).toContain("officials/ministry: a draw of a spare that was given to nobody");
  });

  it("with a spare that the ledger names in a lost one's place: that is right; with the lost one itself it is not", async () => {
    for (const lost of [false, true]) {
      const operator = await answered();
      const old = invitedOf(operator, FIRST, unused(operator, FIRST));
      const spare = invitedOf(operator, FIRST, 6);
      const fields = { audience: "officials", issuer: "ministry", invited: toHex(old), by: toHex(spare) };
      operator.log(signEntry<ReplacedEntry>(operator.round.manifest, { type: "replaced", ...fields }, keysOf(operator, FIRST).signing));
      padded(operator, FIRST, lost ? old : spare);
      expect(failing(await ended(operator))).toEqual(lost ? ["invitations and draws"] : []);
      expect(await trustee(operator)).toBe(
        lost ? "An issuer logged what it may not. officials/ministry: a draw of an invitation that was replaced." : "holds",
      );
    }
  });
});

describe("an operator that speaks in an issuer's name", () => {
  it("logs draws that the issuer did not sign: verify finds it, and trustees are not stopped by it", async () => {
    const operator = await answered();
    const list = encodeDraws([drawOf(keysOf(operator, FIRST), invitedOf(operator, FIRST, unused(operator, FIRST)), blinded(), blinded())]);
    const fields = { audience: "officials", issuer: "ministry", count: 1, sha256: operator.keep(list), length: list.length };
    expect(fields.sha256).toBe(toHex(SHA256(list)));
    operator.log(signEntry<DrawsEntry>(operator.round.manifest, { type: "draws", ...fields }, signingKey(randomBytes(32))));
    expect(failing(await ended(operator))).toEqual(["invitations and draws", "wave-1: key holders"]);
    expect(await trustee(operator)).toBe("holds");
  });
});
