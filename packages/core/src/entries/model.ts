import * as v from "valibot";
import { hex, integer, name, PROTOCOL } from "../bytes/index.ts";
import {
  amendmentChangeSchema,
  amendmentCosignaturesSchema,
  type Manifest,
  manifestSchema,
  type SignedAmendment,
} from "../manifest/index.ts";
import { type Programme, programmeSchema } from "../programme/index.ts";
import type { SubmissionLeaf } from "../submission/index.ts";

/** A content-addressed file that an entry names: the server keeps it, whoever co-signs fetches and checks it. */
export interface FileReference {
  readonly sha256: string;
  readonly length: number;
}

/** A list file of one issuer: 32-byte invited hashes, or 608-byte draws. */
interface ListEntry<Type extends string> extends FileReference {
  readonly protocol: typeof PROTOCOL;
  readonly type: Type;
  readonly manifest: string;
  readonly audience: string;
  readonly issuer: string;
  readonly count: number;
}

interface RoundEntry<Type extends string> {
  readonly protocol: typeof PROTOCOL;
  readonly type: Type;
  readonly manifest: string;
}

/** An entry that one key holder of the round signed; `holder` is its index in the manifest. */
interface SignedEntry<Type extends string> extends RoundEntry<Type> {
  readonly holder: number;
  readonly signature: string;
}

export interface ProgrammeEntry {
  readonly protocol: typeof PROTOCOL;
  readonly type: "programme";
  readonly programme: Programme;
}
export interface ManifestEntry {
  readonly protocol: typeof PROTOCOL;
  readonly type: "manifest";
  readonly manifest: Manifest;
  readonly cosignatures: readonly string[];
}
export interface AmendmentEntry extends RoundEntry<"amendment">, SignedAmendment {}
/** An invitation that was not drawn is worth nothing from here on; `by` is the spare in its place, null where it is revoked. Signed by the issuer. */
export interface ReplacedEntry extends RoundEntry<"replaced"> {
  readonly audience: string;
  readonly issuer: string;
  readonly invited: string;
  readonly by: string | null;
  readonly signature: string;
}
/** `holder` names who destroyed which key: `issuer/<audience>/<issuer>`, or `trustee/<index>` of a trustee or handler. */
export interface KeyDestroyedEntry extends RoundEntry<"key-destroyed"> {
  readonly holder: string;
  /** By the issuer's or the key holder's signing key: nobody can say of another that its key is gone. */
  readonly signature: string;
}
/** What entered together: epochs `from`..`to`, whose `count` leaves follow at `firstIndex`, sorted by leaf hash. */
export interface EpochEntry extends RoundEntry<"epoch"> {
  readonly from: number;
  readonly to: number;
  readonly firstIndex: number;
  readonly count: number;
}
export interface HeldEntry extends SignedEntry<"held"> {
  readonly epoch: number;
  readonly ledgerSize: number;
  /** Leaf hashes whose envelopes could not be had, sorted. */
  readonly missing: readonly string[];
}
export interface CloseEntry extends RoundEntry<"close"> {}
export interface ShareListEntry extends SignedEntry<"share-list"> {
  readonly ledgerSize: number;
  readonly commitment: string;
}
export interface AbsentEntry extends SignedEntry<"absent"> {
  readonly attempt: number;
  /** Index of who did not reveal in time. */
  readonly absent: number;
}
export interface OpeningFaultEntry extends SignedEntry<"opening-fault"> {
  readonly attempt: number;
  /** Index of whose list does not match its commitment. */
  readonly fault: number;
}
export interface ReleaseEntry extends RoundEntry<"release">, FileReference {
  readonly ledgerSize: number;
  readonly signatures: readonly { readonly holder: number; readonly signature: string }[];
}
export interface RetentionEntry extends RoundEntry<"retention"> {
  readonly count: number;
}
/** A published document: plan, announcement, or the hashes of the served client. */
export interface DocumentEntry extends FileReference {
  readonly protocol: typeof PROTOCOL;
  readonly type: "plan" | "announcement" | "builds";
}

export type DocumentedEntry =
  | ProgrammeEntry
  | ManifestEntry
  | AmendmentEntry
  | InvitationsEntry
  | DrawsEntry
  | ReplacedEntry
  | KeyDestroyedEntry
  | EpochEntry
  | HeldEntry
  | CloseEntry
  | ShareListEntry
  | AbsentEntry
  | OpeningFaultEntry
  | ReleaseEntry
  | RetentionEntry
  | DocumentEntry;
export type InvitationsEntry = ListEntry<"invitations">;
/** What an issuer has signed, by its own word: its `signature` is over the file. */
export interface DrawsEntry extends ListEntry<"draws"> {
  readonly signature: string;
}

/** Every entry of the ledger: canonical JSON, or the two binary leaves. */
export type Entry =
  | DocumentedEntry
  | { readonly type: "submission"; readonly leaf: SubmissionLeaf }
  | { readonly type: "report"; readonly hash: Uint8Array };

const protocol = v.literal(PROTOCOL);
const manifest = hex(32);
const file = { sha256: hex(32), length: integer() };
/** Epochs are signed as u32: a larger number would be no bad entry but a crash of whoever verifies it. */
const epoch = integer(0xffff_ffff);
const holder = integer(254);
const signature = hex(64);
const signatures = v.pipe(v.array(v.strictObject({ holder, signature })), v.maxLength(16));

/** What both lists of an issuer have. A count is signed as u32. */
const list = { manifest, audience: name, issuer: name, count: integer(0xffff_ffff), ...file };

/** The closed list of JSON entries. */
export const entrySchema: v.GenericSchema<unknown, DocumentedEntry> = v.variant("type", [
  v.strictObject({ protocol, type: v.literal("programme"), programme: programmeSchema }),
  v.strictObject({
    protocol,
    type: v.literal("manifest"),
    manifest: manifestSchema,
    cosignatures: v.pipe(v.array(signature), v.maxLength(16)),
  }),
  v.strictObject({
    protocol,
    type: v.literal("amendment"),
    manifest,
    number: integer(255),
    previous: hex(32),
    change: amendmentChangeSchema,
    cosignatures: amendmentCosignaturesSchema,
  }),
  v.strictObject({ protocol, type: v.literal("invitations"), ...list }),
  v.strictObject({ protocol, type: v.literal("draws"), ...list, signature }),
  v.strictObject({
    protocol,
    type: v.literal("replaced"),
    manifest,
    audience: name,
    issuer: name,
    invited: hex(32),
    by: v.nullable(hex(32)),
    signature,
  }),
  v.strictObject({
    protocol,
    type: v.literal("key-destroyed"),
    manifest,
    holder: v.pipe(v.string(), v.regex(/^(issuer\/[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}|trustee\/(0|[1-9][0-9]{0,2}))$/)),
    signature,
  }),
  v.strictObject({ protocol, type: v.literal("epoch"), manifest, from: epoch, to: epoch, firstIndex: integer(), count: integer() }),
  v.strictObject({
    protocol,
    type: v.literal("held"),
    manifest,
    holder,
    epoch,
    ledgerSize: integer(),
    missing: v.pipe(
      v.array(hex(32)),
      v.maxLength(800),
      v.check((hashes) => hashes.every((hash, index) => index === 0 || (hashes[index - 1] as string) < hash)),
    ),
    signature,
  }),
  v.strictObject({ protocol, type: v.literal("close"), manifest }),
  v.strictObject({ protocol, type: v.literal("share-list"), manifest, holder, ledgerSize: integer(), commitment: hex(32), signature }),
  v.strictObject({ protocol, type: v.literal("absent"), manifest, holder, attempt: integer(255), absent: holder, signature }),
  v.strictObject({ protocol, type: v.literal("opening-fault"), manifest, holder, attempt: integer(255), fault: holder, signature }),
  v.strictObject({ protocol, type: v.literal("release"), manifest, ledgerSize: integer(), signatures, ...file }),
  v.strictObject({ protocol, type: v.literal("retention"), manifest, count: integer() }),
  v.strictObject({ protocol, type: v.picklist(["plan", "announcement", "builds"]), ...file }),
]);
