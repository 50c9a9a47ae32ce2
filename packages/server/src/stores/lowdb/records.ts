import * as v from "valibot";
import type { EpochRecord } from "../store.ts";

/** Byte strings that nobody looks up are base64: a third longer than they are, where hexadecimal would be twice as long. */
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const small = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));

/** A submission at rest, pending or sealed. */
export interface StoredRecord {
  readonly leafHash: string;
  readonly responseKey: string;
  readonly audience: number;
  readonly sequence: number;
  readonly leaf: string;
  readonly envelope: string | null;
}

export const storedRecord: v.GenericSchema<unknown, StoredRecord> = v.strictObject({
  leafHash: hash,
  responseKey: hash,
  audience: small,
  sequence: small,
  leaf: v.string(),
  envelope: v.nullable(v.string()),
});

/** A document of a sealed epoch: at most 256 records in leaf order. */
export const epochDocument: v.GenericSchema<unknown, StoredRecord[]> = v.array(storedRecord);

/** An invitation drawn: by which request, and its draw record. */
export interface StoredClaim {
  readonly issuer: string;
  readonly invited: string;
  readonly requestHash: string;
  readonly draw: string;
}

export const storedClaim: v.GenericSchema<unknown, StoredClaim> = v.strictObject({
  issuer: v.string(),
  invited: hash,
  requestHash: hash,
  draw: v.string(),
});

/** An invitation: its claim, once drawn. */
export interface StoredInvitation {
  readonly invited: string;
  readonly claim: { readonly requestHash: string; readonly draw: string } | null;
}

/** A document of invitations whose hashes begin with the same byte, sorted. */
export const invitationsDocument: v.GenericSchema<unknown, StoredInvitation[]> = v.array(
  v.strictObject({ invited: hash, claim: v.nullable(v.strictObject({ requestHash: hash, draw: v.string() })) }),
);

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** A stored record as the store hands it out. */
export function epochRecord(stored: StoredRecord): EpochRecord {
  return { ...stored, leaf: fromBase64(stored.leaf), envelope: stored.envelope === null ? null : fromBase64(stored.envelope) };
}
