import { checkSchema, hex, integer } from "@amana/core/bytes";
import { type Manifest, type ManifestAudience, type ManifestIssuer, type ManifestRelay, manifestSchema } from "@amana/core/manifest";
import * as v from "valibot";
import type { IssuerOffer } from "../issuer/offer.ts";
import { issuerPlace } from "./round.ts";

/** What an operator decides of an issuer, whose keys and invitations the server makes; or what an issuer with a process of its own offers. */
export type DraftIssuer = Pick<ManifestIssuer, "name" | "handedOutBy"> | { readonly offer: IssuerOffer };
export type DraftAudience = Omit<ManifestAudience, "issuers"> & { readonly issuers: readonly DraftIssuer[] };
/** A manifest without what the server fills in: protocol, programme id, issuer keys, invitations, the gateway's key. */
export type DraftManifest = Omit<Manifest, "protocol" | "programme" | "audiences" | "relay"> & {
  readonly audiences: readonly DraftAudience[];
  readonly relay: Omit<ManifestRelay, "keyConfiguration"> | null;
};

export interface DraftInput {
  readonly manifest: DraftManifest;
  /** The questionnaires that the audiences name by SHA-256 of their canonical bytes. */
  readonly questionnaires: readonly unknown[];
  /** The analysis plan that the manifest names likewise; null in a reports round. */
  readonly analysisPlan: unknown;
}

const holder = integer(254);

/** A round that is not live yet, as the store keeps it under `drafts/<round>`. Its issuer keys lie apart. */
export interface Draft {
  readonly manifest: Manifest;
  /** Which issuers have their invitations: `<audience>/<issuer>` → hash of the file of sorted invited hashes. */
  readonly invitations: Readonly<Record<string, string>>;
  /** The rehearsal's test envelope, hex. */
  readonly envelope: string;
  readonly shares: readonly { readonly holder: number; readonly share: string }[];
  readonly cosignatures: readonly { readonly holder: number; readonly signature: string }[];
}

const draftSchema: v.GenericSchema<unknown, Draft> = v.strictObject({
  manifest: manifestSchema,
  invitations: v.record(v.string(), hex(32)),
  envelope: hex(),
  shares: v.array(v.strictObject({ holder, share: hex(33) })),
  cosignatures: v.array(v.strictObject({ holder, signature: hex(64) })),
});

/** A draft as the store gave it. @throws ERR_JSON_SCHEMA */
export function readDraft(value: unknown): Draft {
  return checkSchema(value, draftSchema);
}

/** Every issuer of a manifest with its audience and its name inside the round's issuer keys. */
export function issuerPlaces(manifest: Manifest): { audience: ManifestAudience; issuer: ManifestIssuer; place: string }[] {
  return manifest.audiences.flatMap((audience) =>
    audience.issuers.map((issuer) => ({ audience, issuer, place: issuerPlace(audience.id, issuer.name) })),
  );
}

/** Whether every issuer has its invitations: only then is there something to sign. */
export function isComplete({ manifest, invitations }: Draft): boolean {
  return issuerPlaces(manifest).every(({ place }) => Object.hasOwn(invitations, place));
}

/** A manifest with one issuer changed. */
export function withIssuer(manifest: Manifest, place: string, change: (issuer: ManifestIssuer) => ManifestIssuer): Manifest {
  const audiences = manifest.audiences.map((audience) => ({
    ...audience,
    issuers: audience.issuers.map((issuer) => (issuerPlace(audience.id, issuer.name) === place ? change(issuer) : issuer)),
  }));
  return { ...manifest, audiences };
}
