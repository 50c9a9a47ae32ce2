import { compare, concat, toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { leafHash, merkleRoot } from "../ledger/index.ts";
import type { ManifestIssuer } from "./model.ts";

/** The invited hashes of one issuer, hex: those that are handed out, and spares, which draw nothing until a `replaced` entry names them. */
export interface Invitations {
  readonly invited: readonly string[];
  readonly spares: readonly string[];
}

/**
 * The invitations file: the hashes to hand out, sorted, then the spares' hashes, sorted. Which are spares is public, so that
 * anyone sees an issuer use one that it handed to nobody.
 */
export function encodeInvitations(invited: readonly Uint8Array[], spares: readonly Uint8Array[]): Uint8Array {
  return concat(...[...invited].sort(compare), ...[...spares].sort(compare));
}

/** The root that the manifest names: RFC 6962 over the 32-byte hashes in the file's order. */
export function invitationsRoot(file: Uint8Array): string {
  return toHex(merkleRoot(hashesOf(file).map(leafHash)));
}

/** Reads an invitations file and compares it with the manifest. The issuer made it: attacker-controlled. @throws ERR_INVITATIONS_FORMAT */
export function decodeInvitations(file: Uint8Array, { count, spares, root }: ManifestIssuer["invitations"]): Invitations {
  if (file.length !== 32 * count) throw new AmanaError("ERR_INVITATIONS_FORMAT");
  const names = hashesOf(file).map(toHex);
  const [invited, rest] = [names.slice(0, count - spares), names.slice(count - spares)];
  const ordered = [invited, rest].every((list) => list.every((name, at) => at === 0 || (list[at - 1] as string) < name));
  if (!ordered || new Set(names).size !== count || invitationsRoot(file) !== root) throw new AmanaError("ERR_INVITATIONS_FORMAT");
  return { invited, spares: rest };
}

function hashesOf(file: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(file.length / 32) }, (_, at) => file.subarray(32 * at, 32 * at + 32));
}
