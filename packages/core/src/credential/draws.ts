import { platform } from "#platform";
import { compare, concat, equal, H, Reader, TAGS, toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { type IssuerKey, isBelowModulus } from "./spki.ts";
import { SIGNATURE_LENGTH } from "./token.ts";

export const DRAW_LENGTH: number = 3 * 32 + 2 * SIGNATURE_LENGTH;

/**
 * One invitation's use, as the issuer logs it: *that* somebody drew, checkable by everyone, and nothing of the token
 * that came of it.
 */
export interface Draw {
  readonly invitedHash: Uint8Array;
  /** {@link blindedHash} of the blinded message under the key for answering. */
  readonly blindedHash: Uint8Array;
  readonly blindSignature: Uint8Array;
  /** The same two under the key for the mark on reports. */
  readonly reportBlindedHash: Uint8Array;
  readonly reportBlindSignature: Uint8Array;
}

/** How a draw names a blinded message: its client finds its own draw by it. */
export function blindedHash(blinded: Uint8Array): Uint8Array {
  return H(TAGS.blinded, blinded);
}

/**
 * 608 bytes:
 *
 *     struct {
 *       opaque invitedHash[32];
 *       opaque blindedHash[32];
 *       opaque blindSignature[256];
 *       opaque reportBlindedHash[32];
 *       opaque reportBlindSignature[256];
 *     } Draw;
 */
export function encodeDraw(draw: Draw): Uint8Array {
  const bytes = concat(draw.invitedHash, draw.blindedHash, draw.blindSignature, draw.reportBlindedHash, draw.reportBlindSignature);
  if (bytes.length !== DRAW_LENGTH) throw new TypeError(`a draw has ${DRAW_LENGTH} bytes`);
  return bytes;
}

/** The draws file of one issuer and audience: the records in their one order, one after the other. */
export function encodeDraws(draws: readonly Draw[]): Uint8Array {
  return concat(...[...draws].sort(inOrder).map(encodeDraw));
}

/**
 * Reads a draws file, which the issuer controls: strictly sorted, no invitation twice.
 * @throws ERR_DRAWS_FORMAT
 */
export function decodeDraws(file: Uint8Array): readonly Draw[] {
  const reader = new Reader(file, "ERR_DRAWS_FORMAT");
  const draws: Draw[] = [];
  const invited = new Set<string>();
  while (reader.left > 0) {
    const draw = readDraw(reader);
    const before = draws.at(-1);
    if (before !== undefined && inOrder(before, draw) >= 0) throw new AmanaError("ERR_DRAWS_FORMAT");
    draws.push(draw);
    invited.add(toHex(draw.invitedHash));
  }
  if (invited.size !== draws.length) throw new AmanaError("ERR_DRAWS_FORMAT");
  return draws;
}

/** The next 608 bytes as a draw; whoever reads a file or a receipt calls it. @throws the reader's code */
export function readDraw(reader: Reader): Draw {
  return {
    invitedHash: reader.take(32),
    blindedHash: reader.take(32),
    blindSignature: reader.take(SIGNATURE_LENGTH),
    reportBlindedHash: reader.take(32),
    reportBlindSignature: reader.take(SIGNATURE_LENGTH),
  };
}

/**
 * By blinded hash, so that the order says nothing of when or to whom. Two people who share a secret code blind the same
 * message (they get one response key, hence one voice); their draws differ by invitation and must not make the
 * whole list unreadable.
 */
function inOrder(a: Draw, b: Draw): number {
  return compare(a.blindedHash, b.blindedHash) || compare(a.invitedHash, b.invitedHash);
}

/** The two keys of one issuer for one audience. */
export interface IssuerKeys {
  readonly key: IssuerKey;
  readonly reportKey: IssuerKey;
}

/**
 * Whether both blind signatures of a draw are the issuer's: s^e hashes to the blinded hash. Trustees' tools, witnesses
 * and auditors check every draw, clients their own. Anything wrong is `false`.
 */
export function checkDraw(draw: Draw, keys: IssuerKeys): boolean {
  return signs(keys.key, draw.blindSignature, draw.blindedHash) && signs(keys.reportKey, draw.reportBlindSignature, draw.reportBlindedHash);
}

function signs(key: IssuerKey, signature: Uint8Array, hash: Uint8Array): boolean {
  return isBelowModulus(key, signature) && equal(blindedHash(platform.rsaPublic(key, signature)), hash);
}
