import { compare, toHex } from "@amana/core/bytes";
import type { InvitationsEntry } from "@amana/core/entries";
import { CompactTree, leafHash } from "@amana/core/ledger";
import type { ManifestIssuer } from "@amana/core/manifest";
import { fetchFile } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";

const HASH = 32;

/** The list of one issuer's invited hashes, as it is served, 32 bytes each: those to hand out, sorted, then the spares, sorted. */
export class InvitedList {
  readonly #file: Uint8Array;
  readonly #spares: number;

  /** The file must have been checked: {@link fetchInvited} does. `spares`: how many of its hashes are spares. */
  constructor(file: Uint8Array, spares: number) {
    this.#file = file;
    this.#spares = spares;
  }

  get count(): number {
    return this.#file.length / HASH;
  }

  at(place: number): Uint8Array {
    return this.#file.subarray(HASH * place, HASH * (place + 1));
  }

  /** Whether the hash at a place is a spare's. */
  isSpare(place: number): boolean {
    return place >= this.count - this.#spares;
  }

  /** The place of an invited hash; -1 if it is none. */
  find(hash: Uint8Array): number {
    const first = this.count - this.#spares;
    const place = this.#search(hash, 0, first);
    return place >= 0 ? place : this.#search(hash, first, this.count);
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

  /** Whether both lists have a hash. */
  overlaps(other: InvitedList): boolean {
    for (let place = 0; place < this.count; place++) if (other.find(this.at(place)) >= 0) return true;
    return false;
  }
}

/** The one list of an issuer that the ledger names, which must be the manifest's. */
export async function fetchInvited(
  transport: Transport,
  [entry, ...more]: readonly InvitationsEntry[],
  issuer: ManifestIssuer,
  audience: string,
): Promise<InvitedList> {
  demand(entry !== undefined && more.length === 0, `${audience}: the list of invitations is not in the ledger once`);
  const { count, spares, root } = issuer.invitations;
  demand(entry.count === count && entry.length === HASH * count, `${audience}: the list of invitations has another length`);
  const file = await fetchFile(transport, entry.sha256, HASH * count);
  demand(file.length === HASH * count, `${audience}: the list of invitations has another length`);
  const list = new InvitedList(file, spares);
  const running = new CompactTree();
  for (let place = 0; place < count; place++) {
    const sorted = place === 0 || place === count - spares || compare(list.at(place - 1), list.at(place)) < 0;
    demand(sorted, `${audience}: invitations are not sorted, or one stands twice`);
    demand(!list.isSpare(place) || list.find(list.at(place)) === place, `${audience}: a spare that is an invitation too`);
    running.add(leafHash(list.at(place)));
  }
  demand(toHex(running.root()) === root, `${audience}: the invitations are not those of the manifest`);
  return list;
}
