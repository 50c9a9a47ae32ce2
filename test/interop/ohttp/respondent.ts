import { fromHex, KDF, newSecretCode, parseInvitationCode, TAGS } from "@amana/core/bytes";
import {
  blind,
  decodeEnrolmentAnswer,
  encodeEnrolment,
  finalize,
  parseIssuerKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
} from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { randomBytes, type SigningKey } from "@amana/core/primitives";
import { encodeSubmission, signSubmission, submissionContext } from "@amana/core/submission";

/** Somebody with valid tokens of the one issuer of the one audience of a round. */
export interface Respondent {
  readonly key: SigningKey;
  readonly token: Uint8Array;
  /** Where a relay keeps this person's answer (docs/protocol.md §4.2). */
  readonly slot: Uint8Array;
  /** The bytes of an answer (docs/protocol.md §5.1), sealed to the round's trustees. */
  readonly submission: (change?: { readonly sequence?: number; readonly token?: Uint8Array }) => Uint8Array;
}

/** Enrols with one invitation at the server itself, as docs/protocol.md §4.5 says. */
export async function enrol(url: string, manifest: Manifest, link: string): Promise<Respondent> {
  const id = manifestId(manifest);
  const issuer = manifest.audiences[0]?.issuers[0];
  if (issuer === undefined) throw new Error("no issuer");
  const secretCode = newSecretCode(randomBytes);
  const key = responseSigningKey(secretCode, id);
  const reportKey = reportSigningKey(secretCode, id);
  const common = { issuerName: issuer.name, manifestId: id };
  const answering = { ...common, nonce: responseNonce(id, key.publicKey), key: parseIssuerKey(fromHex(issuer.spki)) };
  const reporting = { ...common, nonce: reportNonce(id, reportKey.publicKey), key: parseIssuerKey(fromHex(issuer.reportSpki)) };
  const blinding = blind(secretCode, answering);
  const code = parseInvitationCode(link.slice(link.lastIndexOf(".") + 1));
  const reportBlinded = blind(secretCode, reporting).blinded;
  const response = await fetch(`${url}issuers/${issuer.name}/enrolments`, {
    method: "POST",
    headers: { "content-type": "application/vnd.amana.enrolment" },
    body: Buffer.from(encodeEnrolment({ manifestId: id, audience: 0, code, blinded: blinding.blinded, reportBlinded })),
  });
  if (response.status !== 200) throw new Error(`not enrolled: ${await response.text()}`);
  const { blindSignature } = decodeEnrolmentAnswer(new Uint8Array(await response.arrayBuffer()));
  const token = finalize(blinding, blindSignature, answering);
  const slot = KDF(secretCode, id, TAGS.relaySlot);
  return { key, token, slot, submission: (change) => sealed(manifest, key, { sequence: 0, token, ...change }) };
}

function sealed(manifest: Manifest, key: SigningKey, { sequence, token }: { sequence: number; token: Uint8Array }): Uint8Array {
  const id = manifestId(manifest);
  const recipients = manifest.trustees.map(({ kemKey }) => fromHex(kemKey));
  const context = submissionContext(id, 0, key.publicKey, sequence);
  const envelope = seal(new Uint8Array(manifest.size), { recipients, threshold: manifest.threshold, context, size: manifest.size });
  return encodeSubmission(signSubmission({ manifestId: id, audience: 0, sequence, tokens: [token], envelope }, key));
}

/** The length that docs/protocol.md §1.5 gives for every submission of a round whose largest audience has one issuer. */
export function submissionLength(manifest: Manifest): number {
  return 138 + 354 + 62 + 1217 * manifest.trustees.length + manifest.size;
}
