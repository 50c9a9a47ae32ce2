import * as v from "valibot";
import { encodeJson, fromHex, H, hex, integer, type LocalizedText, localizedText, TAGS, toHex, uint } from "../bytes/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";
import { holdersOf } from "./derived.ts";
import { manifestId } from "./manifest.ts";
import type { Manifest } from "./model.ts";

/** The few things about a round that may change after people rely on it. Times are unix seconds. */
export type AmendmentChange =
  | {
      /** Answering closes later, and what follows is due later with it. */
      readonly kind: "lengthen";
      readonly answeringClose: number;
      readonly sealBy: number;
      readonly missingBy: number;
      readonly commitBy: number;
    }
  | { readonly kind: "close-early"; readonly answeringClose: number }
  /** Nothing is opened; envelopes and keys are destroyed; everyone reads why. */
  | { readonly kind: "cancel"; readonly reason: LocalizedText };

/** One amendment of a round, as key holders sign it: the n-th change, hanging on the one before. */
export interface Amendment {
  /** 0 for the first of the round. */
  readonly number: number;
  /** Hex of the hash of the amendment before; of number 0 the manifest id. */
  readonly previous: string;
  readonly change: AmendmentChange;
}

/** An amendment with who agreed to it, ascending by holder. */
export interface SignedAmendment extends Amendment {
  readonly cosignatures: readonly { readonly holder: number; readonly signature: string }[];
}

export const amendmentChangeSchema: v.GenericSchema<unknown, AmendmentChange> = v.variant("kind", [
  v.strictObject({ kind: v.literal("lengthen"), answeringClose: integer(), sealBy: integer(), missingBy: integer(), commitBy: integer() }),
  v.strictObject({ kind: v.literal("close-early"), answeringClose: integer() }),
  v.strictObject({ kind: v.literal("cancel"), reason: localizedText }),
]);

/** Who signed: ascending by holder, so that an amendment has one encoding. */
export const amendmentCosignaturesSchema: v.GenericSchema<unknown, SignedAmendment["cosignatures"]> = v.pipe(
  v.array(v.strictObject({ holder: integer(254), signature: hex(64) })),
  v.maxLength(16),
  v.check((all) => all.every(({ holder }, index) => index === 0 || (all[index - 1] as { holder: number }).holder < holder)),
);

/**
 * `H("amana/v1 amendment", manifestId, u8 number, previous, canonical change)`: what key holders sign, and what the next amendment names as
 * `previous`. So none fits another round, another place in the chain, or another history.
 */
export function amendmentHash(manifest: Manifest, { number, previous, change }: Amendment): Uint8Array {
  return H(TAGS.amendment, manifestId(manifest), uint(number, 1), fromHex(previous), encodeJson(change));
}

/** A key holder's signature of an amendment, 64 bytes. Its tool calls it after `checkAmendment`, and after its person has read the change. */
export function signAmendment(manifest: Manifest, amendment: Amendment, key: SigningKey): Uint8Array {
  return sign(key, amendmentHash(manifest, amendment));
}

/** Whether one key holder's signature of an amendment is right. */
export function verifyAmendmentSignature(manifest: Manifest, amendment: Amendment, index: number, signature: Uint8Array): boolean {
  const holder = holdersOf(manifest)[index];
  return holder !== undefined && verify(fromHex(holder.signingKey), amendmentHash(manifest, amendment), signature);
}

/** How many key holders must sign an amendment: one may be out of reach, and never fewer than open the round together. max(k, n − 1). */
export function amendmentQuorum(manifest: Manifest): number {
  return Math.max(manifest.threshold, holdersOf(manifest).length - 1);
}

/** Whether enough different key holders signed, and every signature that is there is right. */
export function isAmendmentSigned(manifest: Manifest, amendment: SignedAmendment): boolean {
  const { cosignatures } = amendment;
  return (
    new Set(cosignatures.map(({ holder }) => holder)).size === cosignatures.length &&
    cosignatures.length >= amendmentQuorum(manifest) &&
    cosignatures.every(({ holder, signature }) => verifyAmendmentSignature(manifest, amendment, holder, fromHex(signature)))
  );
}

/** What the first amendment of a round names as `previous`. */
export function firstPrevious(manifest: Manifest): string {
  return toHex(manifestId(manifest));
}
