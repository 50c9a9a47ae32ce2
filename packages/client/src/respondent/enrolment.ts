import { fromHex, type InvitationCode, type SecretCode } from "@amana/core/bytes";
import {
  blind,
  encodeEnrolment,
  finalize,
  parseIssuerKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
} from "@amana/core/credential";
import { AmanaError } from "@amana/core/errors";
import { type Manifest, tokenPlaces } from "@amana/core/manifest";
import { NO_TOKEN } from "@amana/core/submission";
import type { SeenManifest } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";

/** What a draw buys: the tokens of one audience, for answering and for the mark on reports. */
export interface Tokens {
  readonly audience: number;
  /** One place per issuer of the largest audience; zeros where this audience has none. */
  readonly response: readonly Uint8Array[];
  readonly report: readonly Uint8Array[];
}

const SIGNATURE = 256;

/**
 * Draws at all issuers of an audience, each with its own code. Everything sent is derived from the secret code, so the same
 * call gives the same bytes: a lost reply, a closed tab or a second device loses nothing.
 * @throws ERR_INVITATION_UNKNOWN, ERR_INVITATION_USED, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_TOKEN_INVALID (an issuer that signs wrongly), ERR_NETWORK
 */
export async function drawTokens(
  transport: Transport,
  { manifest, id }: SeenManifest,
  audience: number,
  codes: readonly InvitationCode[],
  secretCode: SecretCode,
): Promise<Tokens> {
  const issuers = manifest.audiences[audience]?.issuers ?? [];
  if (codes.length !== issuers.length) throw new AmanaError("ERR_INVITATION_UNKNOWN");
  const nonces = {
    response: responseNonce(id, responseSigningKey(secretCode, id).publicKey),
    report: reportNonce(id, reportSigningKey(secretCode, id).publicKey),
  };
  const drawn: { response: Uint8Array; report: Uint8Array }[] = [];
  for (const [place, issuer] of issuers.entries()) {
    const binding = { nonce: nonces.response, issuerName: issuer.name, manifestId: id, key: parseIssuerKey(fromHex(issuer.spki)) };
    const reportBinding = { ...binding, nonce: nonces.report, key: parseIssuerKey(fromHex(issuer.reportSpki)) };
    const blinding = blind(secretCode, binding);
    const reportBlinding = blind(secretCode, reportBinding);
    const request = encodeEnrolment({
      manifestId: id,
      audience,
      code: codes[place] as InvitationCode,
      blinded: blinding.blinded,
      reportBlinded: reportBlinding.blinded,
    });
    const answer = await transport.post(`issuers/${issuer.name}/enrolments`, "application/vnd.amana.enrolment", request);
    if (answer.length !== 2 * SIGNATURE) throw new AmanaError("ERR_RESPONSE_INVALID");
    drawn.push({
      response: finalize(blinding, answer.subarray(0, SIGNATURE), binding),
      report: finalize(reportBlinding, answer.subarray(SIGNATURE), reportBinding),
    });
  }
  return {
    audience,
    response: places(
      manifest,
      drawn.map(({ response }) => response),
    ),
    report: drawn.map(({ report }) => report),
  };
}

/** The tokens of a later version, sent for a response key that the collector already knows. */
export function noTokens(manifest: Manifest, audience: number): Tokens {
  return { audience, response: places(manifest, []), report: [] };
}

function places(manifest: Manifest, tokens: readonly Uint8Array[]): Uint8Array[] {
  return Array.from({ length: tokenPlaces(manifest) }, (_, place) => tokens[place] ?? NO_TOKEN);
}
