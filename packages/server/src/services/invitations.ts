import { type InvitationCode, newInvitationCode, type Rng } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { AmanaError, type Problem } from "@amana/core/errors";
import { encodeInvitations, invitationsRoot, type ManifestAudience, type ManifestIssuer } from "@amana/core/manifest";

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
  /** Invited hashes, 32 bytes each, those of spares last: the file that the `invitations` entry names. */
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

/** Draws codes, the last `spares` of them to be kept back. They are returned once and kept nowhere: the server knows their hashes alone. */
export function makeInvitations(
  programmeId: Uint8Array,
  { round, count, spares = 0 }: InvitationsInput,
  issuer: Pick<ManifestIssuer, "name">,
  rng: Rng,
): MadeInvitations {
  const codes = Array.from({ length: count }, () => newInvitationCode(rng));
  const hashes = codes.map((code) => invitedHash(programmeId, round, issuer.name, code));
  const file = encodeInvitations(hashes.slice(0, count - spares), hashes.slice(count - spares));
  return { codes, file, root: invitationsRoot(file) };
}
