import { compare, type InvitationCode, newInvitationCode, type Rng, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { AmanaError, type Problem } from "@amana/core/errors";
import { leafHash, merkleRoot } from "@amana/core/ledger";
import type { ManifestAudience, ManifestIssuer } from "@amana/core/manifest";

export interface InvitationsInput {
  readonly round: string;
  readonly audience: string;
  /** May be left out where the audience has one issuer. */
  readonly issuer?: string | undefined;
  /** How many codes in all, spares included. */
  readonly count: number;
  /** How many of them are kept back, to be handed out in place of lost ones. */
  readonly spares?: number | undefined;
}

/** Codes, for people, and what is kept of them: hashes. */
export interface MadeInvitations {
  readonly codes: readonly InvitationCode[];
  /** Sorted invited hashes, 32 bytes each, one after the other: the file that the `invitations` entry names. */
  readonly file: Uint8Array;
  /** RFC 6962 root over them. */
  readonly root: string;
}

/** Checks numbers against the audience. @throws ERR_MANIFEST_INVALID */
export function checkInvitations({ count, spares = 0 }: InvitationsInput, audience: ManifestAudience): void {
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(count) || count < 1 || count > 1_000_000)
    problems.push({ path: "/count", message: "a whole number from 1 to 1,000,000" });
  if (!Number.isSafeInteger(spares) || spares < 0 || spares > count) problems.push({ path: "/spares", message: "from 0 to count" });
  if (count - spares > audience.rosterSize) problems.push({ path: "/count", message: "more invitations than people on the roster" });
  if (problems.length > 0) throw new AmanaError("ERR_MANIFEST_INVALID", { problems });
}

/** Draws codes. They are returned once and kept nowhere: the server knows their hashes alone. */
export function makeInvitations(programmeId: Uint8Array, round: string, issuer: ManifestIssuer, count: number, rng: Rng): MadeInvitations {
  const codes = Array.from({ length: count }, () => newInvitationCode(rng));
  const hashes = codes.map((code) => invitedHash(programmeId, round, issuer.name, code)).sort(compare);
  return { codes, file: Buffer.concat(hashes), root: toHex(merkleRoot(hashes.map((hash) => leafHash(hash)))) };
}

/** The hashes of an invitations file. */
export function invitedHashes(file: Uint8Array): string[] {
  return Array.from({ length: file.length / 32 }, (_, index) => toHex(file.subarray(32 * index, 32 * (index + 1))));
}
