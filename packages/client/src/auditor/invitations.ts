import { compare, toHex } from "@amana/core/bytes";
import type { InvitationsEntry } from "@amana/core/entries";
import { CompactTree, leafHash } from "@amana/core/ledger";
import type { ManifestIssuer } from "@amana/core/manifest";
import { fetchFile } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";

const HASH = 32;

/** The list of one issuer's invited hashes, as it is served: sorted, 32 bytes each. */
export class InvitedList {
  readonly #file: Uint8Array;

  /** The file must have been checked: {@link fetchInvited} does. */
  constructor(file: Uint8Array) {
    this.#file = file;
  }

  get count(): number {
    return this.#file.length / HASH;
  }

  at(place: number): Uint8Array {
    return this.#file.subarray(HASH * place, HASH * (place + 1));
  }

  /** The place of an invited hash; -1 if it is none. */
  find(hash: Uint8Array): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const order = compare(this.at(middle), hash);
      if (order === 0) return middle;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return -1;
  }

  /** Whether both lists have a hash. One pass over both. */
  overlaps(other: InvitedList): boolean {
    for (let own = 0, their = 0; own < this.count && their < other.count; ) {
      const order = compare(this.at(own), other.at(their));
      if (order === 0) return true;
      if (order < 0) own += 1;
      else their += 1;
    }
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
  const { count, root } = issuer.invitations;
  demand(entry.count === count && entry.length === HASH * count, `${audience}: the list of invitations has another length`);
  const file = await fetchFile(transport, entry.sha256, HASH * count);
  demand(file.length === HASH * count, `${audience}: the list of invitations has another length`);
  const list = new InvitedList(file);
  const running = new CompactTree();
  for (let place = 0; place < count; place++) {
    const sorted = place === 0 || compare(list.at(place - 1), list.at(place)) < 0;
    demand(sorted, `${audience}: invitations are not sorted, or one stands twice`);
    running.add(leafHash(list.at(place)));
  }
  demand(toHex(running.root()) === root, `${audience}: the invitations are not those of the manifest`);
  return list;
}
