import { fromHex, KDF, type Rng, type SecretCode, SHA256, TAGS, utf8 } from "../src/bytes/index.ts";
import {
  blind,
  blindSign,
  finalize,
  type IssuerPrivateKey,
  openIssuerKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
} from "../src/credential/index.ts";
import { type Manifest, manifestId, roundIssuers } from "../src/manifest/index.ts";
import manifests from "../src/manifest/vectors/manifest.json" with { type: "json" };
import { type KemKey, kemKey, type SigningKey, signingKey } from "../src/primitives/index.ts";
import type { Programme } from "../src/programme/index.ts";
import programmes from "../src/programme/vectors/programme.json" with { type: "json" };
import type { Questionnaire } from "../src/questionnaire/index.ts";
import issuerKeys from "./fixtures/issuer-keys.json" with { type: "json" };

/**
 * The small world of the vectors: a survey with three trustees (k = 2) and two audiences, officials with two issuers and
 * the private sector with one, and a reports round with two handlers. All keys are known, and nothing is random.
 */

export const PROGRAMME: Programme = programmes.programme as Programme;
export const SURVEY: Manifest = manifests.survey.manifest as Manifest;
export const REPORTS: Manifest = manifests.reports.manifest as Manifest;
export const SURVEY_ID: Uint8Array = manifestId(SURVEY);
export const REPORTS_ID: Uint8Array = manifestId(REPORTS);

export const OFFICIALS = 0;
export const PRIVATE_SECTOR = 1;
export const QUESTIONNAIRES = manifests.questionnaires as unknown as readonly [Questionnaire, Questionnaire];

export interface Holder {
  readonly signing: SigningKey;
  readonly kem: KemKey;
}

const holder = (organisation: string, kemSeed: string): Holder => ({
  signing: signingKey(fromHex((manifests.seeds.signing as Record<string, string>)[organisation] as string)),
  kem: kemKey(fromHex(kemSeed)),
});
export const TRUSTEES = SURVEY.trustees.map(({ organisation }, index) =>
  holder(organisation, manifests.seeds.trustees[index] as string),
) as [Holder, Holder, Holder];
export const HANDLERS = REPORTS.handlers.map(({ organisation }, index) =>
  holder(organisation, manifests.seeds.handlers[index] as string),
) as [Holder, Holder];
export const PROMISE_KEY: SigningKey = signingKey(fromHex(manifests.seeds.promises));

/** The signing keys of the survey's issuers, by name. */
export const ISSUER_SIGNERS: Readonly<Record<string, SigningKey>> = Object.fromEntries(
  Object.entries(manifests.seeds.issuers).map(([name, secret]) => [name, signingKey(fromHex(secret))]),
);

/** 32 bytes of a name: a seed, a hash, whatever is needed. */
export function seed(label: string): Uint8Array<ArrayBuffer> {
  return SHA256(utf8(label));
}

/** Randomness that is the same for the same name, and never repeats within it. */
export function testRng(label: string): Rng {
  let drawn = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 8160) {
      const block = KDF(seed(`${label} ${drawn++}`), new Uint8Array(0), TAGS.codeCheck, [], Math.min(8160, length - at));
      out.set(block, at);
    }
    return out;
  };
}

/** The private keys of each audience's issuers, and of one that no manifest names. */
const opened = issuerKeys.keys.map(({ answering, reports }) => ({
  answering: openIssuerKey(fromHex(answering)),
  reports: openIssuerKey(fromHex(reports)),
}));
const ISSUERS = [opened.slice(0, 2), opened.slice(2, 3)];
export const FOREIGN_ISSUER: IssuerPrivateKey = (opened[3] as (typeof opened)[number]).answering;

function issuerOf(audience: number, place: number): (typeof opened)[number] {
  const issuer = ISSUERS[audience]?.[place];
  if (issuer === undefined) throw new TypeError("no such issuer");
  return issuer;
}

/** The private key of an issuer, for answering unless said. */
export function issuerKeyOf(audience: number, place: number, use: "answering" | "reports" = "answering"): IssuerPrivateKey {
  return issuerOf(audience, place)[use];
}

/** One person with a secret code. */
export interface Person {
  readonly code: SecretCode;
  readonly key: SigningKey;
  readonly reportKey: SigningKey;
}

export function person(label: string, manifest: Manifest = SURVEY): Person {
  const code = seed(label).slice(0, 16) as Uint8Array as SecretCode;
  const id = manifestId(manifest);
  return { code, key: responseSigningKey(code, id), reportKey: reportSigningKey(code, id) };
}

/** Draws a person's tokens from the issuers of one audience of the survey, really: blinded, signed blindly, unblinded. */
export function drawTokens({ code, key, reportKey }: Person, audience: number, use: "answering" | "reports" = "answering"): Uint8Array[] {
  return roundIssuers(SURVEY, audience).map((issuer, place) => {
    const signer = issuerOf(audience, place)[use];
    const nonce = use === "answering" ? responseNonce(SURVEY_ID, key.publicKey) : reportNonce(SURVEY_ID, reportKey.publicKey);
    const binding = { nonce, issuerName: issuer.name, manifestId: SURVEY_ID, key: use === "answering" ? issuer.key : issuer.reportKey };
    const blinding = blind(code, binding);
    return finalize(blinding, blindSign(signer, blinding.blinded), binding);
  });
}
