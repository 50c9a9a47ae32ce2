import { type ClientOptions, openInvitation } from "@amana/client";
import type { SecretCode } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import { envelopeLength, seal } from "@amana/core/envelope";
import { isAmanaError } from "@amana/core/errors";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { decodeSubmission, encodeSubmission, type Submission, signSubmission, submissionContext } from "@amana/core/submission";
import { plausibleAnswers } from "./answers.ts";

type Tamper = (submission: Submission, manifest: Manifest) => Uint8Array;

/** An invited person with a hostile client: enrols honestly, then sends another envelope than the form would, signed with the right key. */
export async function respondWith(tamper: Tamper, link: string, audience: string, options: ClientOptions): Promise<void> {
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  let manifest: Manifest | null = null;
  let secretCode: SecretCode | null = null;
  const hostileFetch: NonNullable<ClientOptions["fetch"]> = (url, init) => {
    if (!url.endsWith("/submissions") || manifest === null || secretCode === null) return send(url, init);
    const submission = decodeSubmission(new Uint8Array(init?.body as Uint8Array), manifest);
    const envelope = tamper(submission, manifest);
    const resigned = signSubmission({ ...submission, envelope }, responseSigningKey(secretCode, manifestId(manifest)));
    return send(url, { ...init, body: new Uint8Array(encodeSubmission(resigned)) });
  };
  const round = await openInvitation(link, { ...options, fetch: hostileFetch });
  manifest = round.manifest;
  secretCode = round.newSecretCode();
  const credential = await round.enrol(secretCode);
  try {
    await credential.submit(plausibleAnswers(credential.questionnaire, audience, -1));
  } catch (error) {
    // The promise is for the bytes that went out; this client expected its own.
    if (!isAmanaError(error, "ERR_RESPONSE_INVALID")) throw error;
  }
}

/** An honestly sealed envelope around bytes that are no ballot. */
export const malformedBallot: Tamper = (submission, manifest) => sealed(submission, manifest, new Uint8Array(manifest.size).fill(0xff));

/** An envelope whose third slot holds a share of another seed: it would open for some trustees and not for others. */
export const inconsistentShares: Tamper = (submission, manifest) => {
  const one = new Uint8Array(sealed(submission, manifest, new Uint8Array(manifest.size)));
  const other = sealed(submission, manifest, new Uint8Array(manifest.size));
  const slot = envelopeLength(2, 0) - envelopeLength(1, 0);
  const header = envelopeLength(1, 0) - slot - BODY;
  one.set(other.subarray(header + 2 * slot, header + 3 * slot), header + 2 * slot);
  return one;
};

/** What follows the slots of an empty envelope: u32 length, and a box of a u32. */
const BODY = 4 + 16 + 4;

function sealed({ audience, responseKey, sequence }: Submission, manifest: Manifest, plaintext: Uint8Array): Uint8Array {
  return seal(plaintext, {
    recipients: recipients(manifest),
    threshold: manifest.threshold,
    context: submissionContext(manifestId(manifest), audience, responseKey, sequence),
    size: manifest.size,
  });
}
