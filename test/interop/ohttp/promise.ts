import { createHash } from "node:crypto";
import { verify } from "@amana/core/primitives";
import { ascii, join } from "./hpke.ts";

/* What docs/protocol.md §1.1 and §5.4 say of a promise, written out once more. */

function SHA256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** `H(tag, a, b, …)` of §1.1. */
export function H(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const lengthened = [ascii(tag), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return SHA256(join(...lengthened));
}

/** The RFC 6962 leaf hash of the leaf of a submission with one token place: the submission with the envelope's hash for the envelope. */
export function leafHash(submission: Uint8Array): Uint8Array {
  const [head, responseKey, token] = [submission.slice(4, 38), submission.slice(38, 70), submission.slice(70, 424)];
  const [envelope, signature] = [submission.slice(428, -64), submission.slice(-64)];
  const leaf = join(ascii("AML1"), head, Uint8Array.of(1), responseKey, token, SHA256(envelope), signature);
  return SHA256(join(Uint8Array.of(0), leaf));
}

/** Whether these bytes are a promise, under this promise key, of the leaf of this submission. */
export function isPromiseFor(promise: Uint8Array, submission: Uint8Array, promiseKey: Uint8Array): boolean {
  const named = join(ascii("AMP1"), submission.slice(4, 36), leafHash(submission));
  if (promise.length !== 136 || Buffer.compare(named, promise.slice(0, 68)) !== 0) return false;
  const message = H("amana/v1 promise", promise.slice(4, 36), promise.slice(36, 68), promise.slice(68, 72));
  return verify(promiseKey, message, promise.slice(72));
}
