import { fromHex, type InvitationCode, type SecretCode } from "@amana/core/bytes";
import {
  blind,
  blindedHash,
  decodeEnrolmentAnswer,
  ENROLMENT_ANSWER_LENGTH,
  type EnrolmentReceipt,
  encodeEnrolment,
  finalize,
  invitedHash,
  parseIssuerKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
  type TokenBinding,
  verifyEnrolmentReceipt,
} from "@amana/core/credential";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { type Manifest, type ManifestIssuer, tokenPlaces } from "@amana/core/manifest";
import { NO_TOKEN } from "@amana/core/submission";
import type { SeenManifest } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";

/** What a draw buys: the tokens of one audience, for answering and for the mark on reports. */
export interface Tokens {
  readonly audience: number;
  /** One place per issuer of the largest audience; zeros where this audience has none. */
  readonly response: readonly Uint8Array[];
  readonly report: readonly Uint8Array[];
  /** What each issuer signed for this draw; none where the tokens were found again in the ledger. */
  readonly receipts: readonly EnrolmentReceipt[];
}

/** What the two tokens of one issuer are bound to. @throws ERR_ISSUER_KEY */
export function bindings(
  { id }: SeenManifest,
  issuer: ManifestIssuer,
  secretCode: SecretCode,
): { readonly response: TokenBinding; readonly report: TokenBinding } {
  const names = { issuerName: issuer.name, manifestId: id };
  return {
    response: {
      ...names,
      nonce: responseNonce(id, responseSigningKey(secretCode, id).publicKey),
      key: parseIssuerKey(fromHex(issuer.spki)),
    },
    report: {
      ...names,
      nonce: reportNonce(id, reportSigningKey(secretCode, id).publicKey),
      key: parseIssuerKey(fromHex(issuer.reportSpki)),
    },
  };
}

/**
 * Draws at all issuers of an audience, each with its own code. Everything sent is derived from the secret code, so the same
 * call gives the same bytes: a lost reply, a closed tab or a second device loses nothing.
 * @throws ERR_INVITATION_UNKNOWN, ERR_INVITATION_REPLACED, ERR_INVITATION_USED, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_TOKEN_INVALID (an issuer that signs wrongly), ERR_NETWORK
 */
export async function drawTokens(
  transport: Transport,
  seen: SeenManifest,
  audience: number,
  codes: readonly InvitationCode[],
  secretCode: SecretCode,
): Promise<Tokens> {
  const { manifest, id } = seen;
  const issuers = manifest.audiences[audience]?.issuers ?? [];
  if (codes.length !== issuers.length) throw new AmanaError("ERR_INVITATION_UNKNOWN");
  const drawn: { response: Uint8Array; report: Uint8Array }[] = [];
  const receipts: EnrolmentReceipt[] = [];
  for (const [place, issuer] of issuers.entries()) {
    const { response, report } = bindings(seen, issuer, secretCode);
    const blinding = blind(secretCode, response);
    const reportBlinding = blind(secretCode, report);
    const request = encodeEnrolment({
      manifestId: id,
      audience,
      code: codes[place] as InvitationCode,
      blinded: blinding.blinded,
      reportBlinded: reportBlinding.blinded,
    });
    const answer = await ask(transport, issuer, request);
    if (answer.length !== ENROLMENT_ANSWER_LENGTH) throw new AmanaError("ERR_RESPONSE_INVALID");
    const { blindSignature, reportBlindSignature, receipt } = decodeEnrolmentAnswer(answer);
    const draw = {
      invitedHash: invitedHash(fromHex(manifest.programme), manifest.round, issuer.name, codes[place] as InvitationCode),
      blindedHash: blindedHash(blinding.blinded),
      blindSignature,
      reportBlindedHash: blindedHash(reportBlinding.blinded),
      reportBlindSignature,
    };
    const keys = { signingKey: fromHex(issuer.signingKey), key: response.key, reportKey: report.key };
    const kept = { manifestId: id, audience, issuer: issuer.name, draw, signature: receipt };
    // Without the receipt an issuer could sign and deny it: nothing is used that could not be proved.
    if (!verifyEnrolmentReceipt(kept, keys)) throw new AmanaError("ERR_TOKEN_INVALID");
    receipts.push(kept);
    drawn.push({
      response: finalize(blinding, blindSignature, response),
      report: finalize(reportBlinding, reportBlindSignature, report),
    });
  }
  return {
    audience,
    response: places(
      manifest,
      drawn.map(({ response }) => response),
    ),
    report: drawn.map(({ report }) => report),
    receipts,
  };
}

/** An issuer's name has at most so many characters. */
const LONGEST_NAME = 64;

/** Where an issuer draws. Servers do not read what follows the `?`: it fills the path up, so that no request tells by its size whose it is. */
function enrolmentPath(name: string): string {
  return `issuers/${name}/enrolments?${"-".repeat(LONGEST_NAME - name.length)}`;
}

/**
 * An issuer with a process of its own gets its own code from the person, and the operator never sees it. When it cannot be reached nothing is lost: the
 * others answer the same request in the same way. @throws ERR_NETWORK with its name
 */
async function ask(transport: Transport, { origin, name }: ManifestIssuer, request: Uint8Array): Promise<Uint8Array> {
  const to = origin === null ? transport : transport.to(origin);
  try {
    return await to.post(enrolmentPath(name), "application/vnd.amana.enrolment", request, ENROLMENT_ANSWER_LENGTH);
  } catch (error) {
    if (origin === null || !isAmanaError(error, "ERR_NETWORK")) throw error;
    throw new AmanaError("ERR_NETWORK", { note: `It was the issuer ${name} that did not answer.` });
  }
}

/** The tokens of a later version, sent for a response key that the collector already knows. */
export function noTokens(manifest: Manifest, audience: number): Tokens {
  return { audience, response: places(manifest, []), report: [], receipts: [] };
}

/** Tokens in as many places as every submission of the round has. */
export function places(manifest: Manifest, tokens: readonly Uint8Array[]): Uint8Array[] {
  return Array.from({ length: tokenPlaces(manifest) }, (_, place) => tokens[place] ?? NO_TOKEN);
}
