import * as v from "valibot";
import { decodeJson, encodeJson, fromHex, H, hex, integer, name, PROTOCOL, SHA256, TAGS, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { type Manifest, manifestId } from "../manifest/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";

/** What is published of a round: totals and the hashes of the files that say the rest. Signed by k trustees. */
export interface Release {
  readonly protocol: typeof PROTOCOL;
  readonly type: "release";
  readonly manifest: string;
  /** Size of the ledger that was counted. */
  readonly ledgerSize: number;
  readonly totals: readonly {
    readonly audience: string;
    readonly counted: number;
    readonly withdrawn: number;
    readonly invalid: number;
    readonly unopened: number;
    readonly missing: number;
  }[];
  /** Trustees whose shares were wanting, and for how many envelopes; by index. */
  readonly wanting: readonly { readonly holder: number; readonly count: number }[];
  /** `results.json`, its CSV and its pages, sorted by name. */
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly length: number }[];
}

const total = v.strictObject({
  audience: name,
  counted: integer(),
  withdrawn: integer(),
  invalid: integer(),
  unopened: integer(),
  missing: integer(),
});

export const releaseSchema: v.GenericSchema<unknown, Release> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("release"),
  manifest: hex(32),
  ledgerSize: integer(),
  totals: v.pipe(v.array(total), v.maxLength(16)),
  wanting: v.pipe(
    v.array(v.strictObject({ holder: integer(254), count: integer() })),
    v.maxLength(16),
    v.check((list) => isAscending(list.map(({ holder }) => holder))),
  ),
  files: v.pipe(
    v.array(v.strictObject({ name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)), sha256: hex(32), length: integer() })),
    v.maxLength(64),
    v.check((list) => isAscending(list.map(({ name }) => name))),
  ),
});

/** Sorted, and none twice: a release has one encoding. */
function isAscending(values: readonly (string | number)[]): boolean {
  return values.every((value, index) => index === 0 || (values[index - 1] as string | number) < value);
}

/** Canonical bytes of a release; every opener builds the same. */
export function encodeRelease(release: Release): Uint8Array {
  return encodeJson(release);
}

/** Reads a release; the bytes are attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeRelease(bytes: Uint8Array): Release {
  return decodeJson(bytes, releaseSchema);
}

/** `H("amana/v1 release", manifestId, u8 index, SHA-256(bytes))`. */
function releaseMessage(manifest: Manifest, holder: number, sha256: Uint8Array): Uint8Array {
  return H(TAGS.release, manifestId(manifest), uint(holder, 1), sha256);
}

/** A trustee's signature over the canonical release that its own count gave. */
export function signRelease(release: Uint8Array, manifest: Manifest, holder: number, key: SigningKey): Uint8Array {
  return sign(key, releaseMessage(manifest, holder, SHA256(release)));
}

/** Whether one trustee signed this release. */
export function verifyReleaseSignature(release: Uint8Array, manifest: Manifest, holder: number, signature: Uint8Array): boolean {
  return signs(SHA256(release), manifest, { holder, signature });
}

/** One trustee's signature of a release. */
interface ReleaseSignature {
  readonly holder: number;
  readonly signature: Uint8Array;
}

function signs(sha256: Uint8Array, manifest: Manifest, { holder, signature }: ReleaseSignature): boolean {
  const trustee = manifest.trustees[holder];
  return trustee !== undefined && verify(fromHex(trustee.signingKey), releaseMessage(manifest, holder, sha256), signature);
}

/**
 * Whether k different trustees signed the release of this SHA-256: what a `release` entry alone must show before anyone acts on it. A
 * trustee's tool that believed an entry of the operator's would destroy the round's key.
 */
export function isReleaseSigned(sha256: Uint8Array, manifest: Manifest, signatures: readonly ReleaseSignature[]): boolean {
  const signers = new Set(signatures.filter((each) => signs(sha256, manifest, each)).map(({ holder }) => holder));
  return signers.size >= manifest.threshold;
}

/** A release counts when k different trustees signed it. @throws ERR_RELEASE_INVALID */
export function verifyRelease(release: Uint8Array, manifest: Manifest, signatures: readonly ReleaseSignature[]): void {
  if (!isReleaseSigned(SHA256(release), manifest, signatures)) throw new AmanaError("ERR_RELEASE_INVALID");
}
