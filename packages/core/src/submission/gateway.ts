import { AmanaError } from "../errors/index.ts";
import type { Manifest } from "../manifest/index.ts";
import { decodeBinaryRequest, encodeBinaryRequest, MLKEM768_X25519, requestOverhead } from "../ohttp/index.ts";
import { SUBMISSION_TYPE, submissionLength } from "./submission.ts";

/** Bytes of every response inside its encapsulation, whatever it says. */
export const GATEWAY_RESPONSE_LENGTH = 2048;

/** Room for the request line and the fields around a submission. */
const REQUEST_ROOM = 512;

/** Bytes of every encapsulated request of a round: one size for everyone, whatever a client writes around its submission. */
export function relayRequestLength(manifest: Manifest): number {
  return requestOverhead({ kem: MLKEM768_X25519 }) + gatewayRequestLength(manifest);
}

/** Bytes of every request of a round inside its encapsulation. */
export function gatewayRequestLength(manifest: Manifest): number {
  return submissionLength(manifest) + REQUEST_ROOM;
}

/** `POST submissions` as a binary HTTP request, for the client to encapsulate. */
export function encodeGatewayRequest(submission: Uint8Array, manifest: Manifest): Uint8Array {
  const fields = [["content-type", SUBMISSION_TYPE] as const];
  const request = { method: "POST", scheme: "https", authority: "", path: "/submissions", fields, content: submission };
  return encodeBinaryRequest(request, gatewayRequestLength(manifest));
}

/**
 * The submission of a request that a gateway opened; attacker-controlled. Scheme and authority are not looked at, of the path only the end:
 * whoever has the key speaks for the one server that there is. @throws ERR_BINARY_HTTP, ERR_METHOD, ERR_NOT_FOUND, ERR_MEDIA_TYPE
 */
export function decodeGatewayRequest(request: Uint8Array): Uint8Array {
  const { method, path, fields, content } = decodeBinaryRequest(request);
  if (!/^\/([^?#]*\/)?submissions$/.test(path)) throw new AmanaError("ERR_NOT_FOUND");
  if (method !== "POST") throw new AmanaError("ERR_METHOD");
  // RFC 9458 §5.1: there is nothing to continue with, and a gateway that answers as if there were not the field breaks the rule.
  if (fields.some(([name]) => name === "expect")) throw new AmanaError("ERR_BINARY_HTTP");
  const types = fields.filter(([name]) => name === "content-type");
  if (types.length !== 1 || types[0]?.[1] !== SUBMISSION_TYPE) throw new AmanaError("ERR_MEDIA_TYPE");
  return content;
}
