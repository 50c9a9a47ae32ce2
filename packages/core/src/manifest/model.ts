import * as v from "valibot";
import { hex, integer, type LocalizedText, localizedText, name, PROTOCOL } from "../bytes/index.ts";

/** Who blind-signs for one audience. All issuers of an audience are required. */
export interface ManifestIssuer {
  readonly name: string;
  /** Where the issuer's own process is reached, with a slash at the end; null where the operator's server runs it. */
  readonly origin: string | null;
  /** Ed25519 key that signs what this issuer says: enrolment receipts, draws, replaced invitations, destroyed keys. Of this round and audience only. */
  readonly signingKey: string;
  /** RSA-2048 key (id-RSASSA-PSS, DER) whose signature buys one answer. */
  readonly spki: string;
  /** The other key, whose signature marks reports as "verified official / trader". */
  readonly reportSpki: string;
  readonly invitations: {
    readonly count: number;
    /** How many of `count` are spares, handed out only in place of others. */
    readonly spares: number;
    /** RFC 6962 root of the sorted invited hashes of all codes. */
    readonly root: string;
  };
  /** The organisation that hands out the codes. */
  readonly handedOutBy: string;
}

/** One audience: proved by which issuer key signed, never by a claim. Its number in submissions is its place here. */
export interface ManifestAudience {
  readonly id: string;
  readonly title: LocalizedText;
  /** SHA-256 of the canonical questionnaire. */
  readonly questionnaire: string;
  readonly rosterSize: number;
  readonly minimumGroup: number;
  readonly issuers: readonly ManifestIssuer[];
}

/** A trustee of a survey, or a handler of a reports round: an organisation, its signing key, and a KEM key for this round only. */
export interface KeyHolder {
  readonly organisation: string;
  readonly signingKey: string;
  readonly kemKey: string;
}

export type RoundKind = "survey" | "consultation" | "reports";
export type Separation = "phases" | "relay";

/** Unix seconds. Reports have no enrolment: both are 0. */
export interface Windows {
  readonly enrolmentOpen: number;
  readonly enrolmentClose: number;
  readonly answeringOpen: number;
  readonly answeringClose: number;
}

/** When each step of an opening is due: unix seconds, but `objection` and `revealSpan`, which are spans in seconds. */
export interface Deadlines {
  readonly objection: number;
  readonly sealBy: number;
  readonly missingBy: number;
  readonly commitBy: number;
  readonly revealSpan: number;
}

/** The mixing relay of a round, of another organisation than the operator's. */
export interface ManifestRelay {
  readonly organisation: string;
  readonly origin: string;
  readonly key: string;
  readonly slots: number;
  readonly releaseLead: number;
  /** The RFC 9458 key configuration, as clients must use it. */
  readonly keyConfiguration: string;
}

/** Everything about a round that must not change. */
export interface Manifest {
  readonly protocol: typeof PROTOCOL;
  readonly programme: string;
  readonly round: string;
  readonly kind: RoundKind;
  readonly title: LocalizedText;
  readonly audiences: readonly ManifestAudience[];
  readonly trustees: readonly KeyHolder[];
  readonly handlers: readonly KeyHolder[];
  readonly threshold: number;
  /** Allows threshold = number of trustees: a lost key then loses the round. */
  readonly noSpare: boolean;
  /** SHA-256 of the canonical analysis plan; null for reports. */
  readonly analysisPlan: string | null;
  readonly windows: Windows;
  readonly deadlines: Deadlines;
  readonly separation: readonly Separation[];
  /** Bytes of padded plaintext in every envelope of the round. */
  readonly size: number;
  readonly epoch: { readonly minimumKeys: number; readonly minimumSeconds: number };
  readonly relay: ManifestRelay | null;
  /** Leading zero bits of the proof of work of a report; 0 for surveys. */
  readonly workDifficulty: number;
  /** Manifest ids of surveys whose report tokens mark a report here. */
  readonly accepts: readonly string[];
  /** Round name of the channel that follows a reports round. */
  readonly successor: string | null;
  /** Manifest id of the round before this one, in a series. */
  readonly previous: string | null;
}

/** A mark on a report has this many token places. */
export const MAX_ISSUERS = 4;

/** Hexadecimal of at most so many bytes. */
const shortHex = (most: number) => v.pipe(hex(), v.maxLength(2 * most));
/** An SPKI has 342 bytes; while a round is drafted its issuers' keys are not made yet, and empty. */
const spki = shortHex(342);

const issuer = v.strictObject({
  name,
  origin: v.nullable(v.pipe(v.string(), v.maxLength(255))),
  signingKey: shortHex(32),
  spki,
  reportSpki: spki,
  invitations: v.strictObject({ count: integer(10_000_000), spares: integer(10_000_000), root: hex(32) }),
  handedOutBy: name,
});

const audience = v.strictObject({
  id: name,
  title: localizedText,
  questionnaire: hex(32),
  rosterSize: integer(10_000_000),
  minimumGroup: integer(1_000_000),
  issuers: v.pipe(v.array(issuer), v.maxLength(MAX_ISSUERS)),
});

const keyHolder = v.strictObject({ organisation: name, signingKey: hex(32), kemKey: hex(1216) });

export const keyHoldersSchema: v.GenericSchema<unknown, KeyHolder[]> = v.pipe(v.array(keyHolder), v.maxLength(16));

export const manifestSchema: v.GenericSchema<unknown, Manifest> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  programme: hex(32),
  round: name,
  kind: v.picklist(["survey", "consultation", "reports"]),
  title: localizedText,
  audiences: v.pipe(v.array(audience), v.maxLength(16)),
  trustees: keyHoldersSchema,
  handlers: keyHoldersSchema,
  threshold: integer(255),
  noSpare: v.boolean(),
  analysisPlan: v.nullable(hex(32)),
  windows: v.strictObject({ enrolmentOpen: integer(), enrolmentClose: integer(), answeringOpen: integer(), answeringClose: integer() }),
  deadlines: v.strictObject({ objection: integer(), sealBy: integer(), missingBy: integer(), commitBy: integer(), revealSpan: integer() }),
  separation: v.pipe(v.array(v.picklist(["phases", "relay"])), v.maxLength(2)),
  size: integer(1_048_576),
  epoch: v.strictObject({ minimumKeys: integer(1_000_000), minimumSeconds: integer(31_536_000) }),
  relay: v.nullable(
    v.strictObject({
      organisation: name,
      origin: v.pipe(v.string(), v.maxLength(255)),
      key: hex(32),
      slots: integer(),
      releaseLead: integer(),
      keyConfiguration: shortHex(4096),
    }),
  ),
  workDifficulty: integer(40),
  accepts: v.pipe(v.array(hex(32)), v.maxLength(64)),
  successor: v.nullable(name),
  previous: v.nullable(hex(32)),
});
