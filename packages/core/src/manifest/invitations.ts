import { compare, concat, toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { CompactTree, leafHash } from "../ledger/index.ts";
import type { ManifestIssuer } from "./model.ts";

const HASH = 32;

/**
 * The invitations file: the hashes to hand out, sorted, then the spares' hashes, sorted. Which are spares is public, so that
 * anyone sees an issuer use one that it handed to nobody.
 */
export function encodeInvitations(invited: readonly Uint8Array[], spares: readonly Uint8Array[]): Uint8Array {
  return concat(...[...invited].sort(compare), ...[...spares].sort(compare));
}

/** The root that the manifest names, hex: RFC 6962 over the 32-byte hashes in the file's order. */
export function invitationsRoot(file: Uint8Array): string {
  const tree = new CompactTree();
  for (let at = 0; at + HASH <= file.length; at += HASH) tree.add(leafHash(file.subarray(at, at + HASH)));
  return toHex(tree.root());
}

/** The invited hashes of one issuer. A spare draws nothing until a `replaced` entry names it. */
export class InvitedList {
  readonly #file: Uint8Array;
  /** How many hashes are handed out; those behind them are spares. */
  readonly invited: number;

  /** Reads an invitations file and compares it with the manifest. The issuer made it: attacker-controlled. @throws ERR_INVITATIONS_FORMAT */
  constructor(file: Uint8Array, { count, spares, root }: ManifestIssuer["invitations"]) {
    this.#file = file;
    this.invited = count - spares;
    if (file.length !== HASH * count) throw new AmanaError("ERR_INVITATIONS_FORMAT");
    for (let place = 1; place < count; place++) {
      const sorted = place === this.invited || compare(this.at(place - 1), this.at(place)) < 0;
      const first = !this.isSpare(place) || this.find(this.at(place)) === place;
      if (!sorted || !first) throw new AmanaError("ERR_INVITATIONS_FORMAT");
    }
    if (invitationsRoot(file) !== root) throw new AmanaError("ERR_INVITATIONS_FORMAT");
  }

  get count(): number {
    return this.#file.length / HASH;
  }

  at(place: number): Uint8Array {
    return this.#file.subarray(HASH * place, HASH * (place + 1));
  }

  /** Whether the hash at a place is a spare's. */
  isSpare(place: number): boolean {
    return place >= this.invited;
  }

  /** The place of an invited hash; -1 if it is none. */
  find(hash: Uint8Array): number {
    const place = this.#search(hash, 0, this.invited);
    return place >= 0 ? place : this.#search(hash, this.invited, this.count);
  }

  /** Whether both lists have a hash. */
  overlaps(other: InvitedList): boolean {
    for (let place = 0; place < this.count; place++) if (other.find(this.at(place)) >= 0) return true;
    return false;
  }

  #search(hash: Uint8Array, start: number, end: number): number {
    let [from, to] = [start, end];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const order = compare(this.at(middle), hash);
      if (order === 0) return middle;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return -1;
  }
}
