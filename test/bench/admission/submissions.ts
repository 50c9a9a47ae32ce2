import { constants, createPrivateKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { concat, SHA256 } from "@amana/core/bytes";
import { type IssuerKeyPair, parseIssuerKey, responseNonce, tokenInput } from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { PSS_SALT, randomBytes } from "@amana/core/primitives";
import { encodeSubmission, submissionContext, submissionMessage } from "@amana/core/submission";

const [signing, generating] = [promisify(sign), promisify(generateKeyPair)];
/** As many as Node's thread pool works on, and some that wait. */
const AT_ONCE = 16;

/**
 * Submissions as a server must take them, each with a response key, a token and a signature of its own, and one envelope in all of them:
 * nobody but trustees can tell that it does not open.
 */
export async function makeSubmissions(manifest: Manifest, issuerKey: IssuerKeyPair, count: number): Promise<Uint8Array[]> {
  const key = createPrivateKey({ key: Buffer.from(issuerKey.pkcs8), format: "der", type: "pkcs8" });
  const context = submissionContext(manifestId(manifest), 0, randomBytes(32), 0);
  const { threshold, size } = manifest;
  const envelope = seal(new Uint8Array(1), { recipients: recipients(manifest), threshold, context, size });
  const made: Uint8Array[] = [];
  while (made.length < count)
    made.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => makeSubmission(manifest, issuerKey.spki, key, envelope)))));
  return made.slice(0, count);
}

async function makeSubmission(manifest: Manifest, spki: Uint8Array, issuer: KeyObject, envelope: Uint8Array): Promise<Uint8Array> {
  const id = manifestId(manifest);
  const pair = await generating("ed25519");
  const responseKey = new Uint8Array(Buffer.from(pair.publicKey.export({ format: "jwk" }).x as string, "base64url"));
  const issuerName = manifest.audiences[0]?.issuers[0]?.name ?? "";
  const input = tokenInput({ nonce: responseNonce(id, responseKey), issuerName, manifestId: id, key: parseIssuerKey(spki) });
  const pss = { key: issuer, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT };
  const tokens = [concat(input, await signing("sha384", input, pss))];
  const fields = { manifestId: id, audience: 0, sequence: 0, responseKey, tokens, envelope };
  const signature = await signing(null, submissionMessage({ ...fields, envelopeHash: SHA256(envelope) }), pair.privateKey);
  return encodeSubmission({ ...fields, signature });
}
