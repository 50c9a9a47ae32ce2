import { constants, generateKeyPair, publicEncrypt, sign } from "node:crypto";
import { promisify } from "node:util";
import { concat } from "@amana/core/bytes";
import { blindedHash, type Draw, responseNonce, tokenInput } from "@amana/core/credential";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { PSS_SALT, randomBytes } from "@amana/core/primitives";
import { type SubmissionLeaf, submissionMessage } from "@amana/core/submission";
import type { BenchIssuer } from "./round.ts";

/** One submission: the bytes of its leaf, and the inputs of its two signature checks (see `LEAF_RECORD`). */
export interface MadeLeaf {
  readonly leaf: Uint8Array;
  readonly record: Uint8Array;
}

/** Public key[32], message[32], signature[64], token input[98], token signature[256]. */
export const LEAF_RECORD: number = 32 + 32 + 64 + 98 + 256;

const [signing, generating] = [promisify(sign), promisify(generateKeyPair)];

/** A leaf with a real token and signature of a new key. Node's thread pool does the work: make many at once. */
export async function makeLeaf(manifest: Manifest, issuer: BenchIssuer): Promise<MadeLeaf> {
  const id = manifestId(manifest);
  const pair = await generating("ed25519");
  const responseKey = new Uint8Array(Buffer.from(pair.publicKey.export({ format: "jwk" }).x as string, "base64url"));
  const input = tokenInput({ nonce: responseNonce(id, responseKey), issuerName: "ministry", manifestId: id, key: issuer.key });
  const pss = { key: issuer.private, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT };
  const tokenSignature = await signing("sha384", input, pss);
  const fields: Omit<SubmissionLeaf, "signature"> = {
    manifestId: id,
    audience: 0,
    sequence: 0,
    responseKey,
    tokens: [concat(input, tokenSignature)],
    envelopeHash: randomBytes(32),
  };
  const message = submissionMessage(fields);
  const signature = await signing(null, message, pair.privateKey);
  const head = [new TextEncoder().encode("AML1"), id, Uint8Array.of(0, 0, 1), responseKey];
  return {
    leaf: concat(...head, ...fields.tokens, fields.envelopeHash, signature),
    record: concat(responseKey, message, signature, input, tokenSignature),
  };
}

/** A draw for each invitation: any number below n is the signature of something, and nobody can tell that nobody asked for it. */
export function makeDraw(invitedHash: Uint8Array, issuer: BenchIssuer): Draw {
  const [blindSignature, reportBlindSignature] = [randomBytes(256).fill(0, 0, 1), randomBytes(256).fill(0, 0, 1)];
  const raw = (key: BenchIssuer["public"], input: Uint8Array): Uint8Array =>
    new Uint8Array(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, input));
  return {
    invitedHash,
    blindedHash: blindedHash(raw(issuer.public, blindSignature)),
    blindSignature,
    reportBlindedHash: blindedHash(raw(issuer.reportPublic, reportBlindSignature)),
    reportBlindSignature,
  };
}
