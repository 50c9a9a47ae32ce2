import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { concat, SHA256 } from "@amana/core/bytes";
import { parseIssuerKey, responseNonce, tokenInput } from "@amana/core/credential";
import { decodeManifest, manifestId } from "@amana/core/manifest";
import { PSS_SALT } from "@amana/core/primitives";
import { decodeSubmission, SUBMISSION_TYPE, submissionLength, submissionMessage } from "@amana/core/submission";
import express, { type Request, type Response } from "express";

/** What a process to compare with is told. */
export interface Comparison {
  readonly kind: "bare" | "floor";
  readonly manifest: string;
  readonly folder: string;
}

/** As many bytes as a promise has. */
const ANSWER = Buffer.alloc(136);

/**
 * Two servers to hold an admission against. `bare` takes the same body with Express and answers. `floor` also verifies both signatures with
 * node:crypto and answers after one fsync of all bodies that wait: what no server that keeps its promise can do without.
 */
process.once("message", async ({ kind, manifest, folder }: Comparison) => {
  const app = express().disable("x-powered-by");
  const body = express.raw({ type: SUBMISSION_TYPE, limit: submissionLength(decodeManifest(Buffer.from(manifest, "base64"))) });
  const answer = kind === "bare" ? async () => true : await floor(manifest, folder);
  app.post("/submissions", body, async ({ body: bytes }: Request<unknown, unknown, Buffer>, response: Response) => {
    response
      .status((await answer(bytes)) ? 200 : 400)
      .type("application/octet-stream")
      .send(ANSWER);
  });
  const server = createServer(app).listen(0, "127.0.0.1", () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  process.once("disconnect", () => {
    server.close();
    server.closeAllConnections();
  });
});

async function floor(encoded: string, folder: string): Promise<(bytes: Buffer) => Promise<boolean>> {
  const manifest = decodeManifest(Buffer.from(encoded, "base64"));
  const [issuer] = manifest.audiences[0]?.issuers ?? [];
  const key = parseIssuerKey(Buffer.from(issuer?.spki ?? "", "hex"));
  const jwk = { kty: "RSA", n: Buffer.from(key.n.toString(16), "hex").toString("base64url"), e: "AQAB" };
  const rsa: KeyObject = createPublicKey({ key: jwk, format: "jwk" });
  const id = manifestId(manifest);
  const file = await open(join(folder, "floor"), "a");
  let waiting: { readonly bytes: Buffer; readonly done: () => void }[] = [];
  let busy = false;
  const commit = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await file.writev(group.map(({ bytes }) => bytes));
      await file.datasync();
      for (const { done } of group) done();
    }
    busy = false;
  };
  return async (bytes) => {
    const submission = decodeSubmission(bytes, manifest);
    const [token] = submission.tokens;
    if (token === undefined) return false;
    const input = tokenInput({ nonce: responseNonce(id, submission.responseKey), issuerName: issuer?.name ?? "", manifestId: id, key });
    const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(submission.responseKey).toString("base64url") };
    const message = submissionMessage({ ...submission, envelopeHash: SHA256(submission.envelope) });
    const pss = { key: rsa, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT };
    const valid =
      verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), submission.signature) &&
      verify("sha384", concat(input), pss, token.subarray(input.length));
    if (!valid) return false;
    const kept = new Promise<void>((done) => waiting.push({ bytes, done }));
    if (!busy) void commit();
    await kept;
    return true;
  };
}
