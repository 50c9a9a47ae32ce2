import { equal } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { peakSizes } from "./compact.ts";
import { readBundle, readTile, subtreeHash, type TileSource } from "./files.ts";
import type { TreeHead } from "./growing.ts";
import { levelSize, TILE_WIDTH, tileWidth } from "./tiles.ts";
import { leafHash, merkleRoot } from "./tree.ts";

/** A leaf that is known to be in the tree. */
export interface ReadLeaf {
  readonly index: number;
  /** The leaf hash, 32 bytes. */
  readonly leaf: Uint8Array;
}

/** An entry that is known to be in the tree. */
export interface ReadEntry extends ReadLeaf {
  readonly entry: Uint8Array;
}

/** The partial tiles by level, one a level at most. Together they hash to the root. */
type Edge = ReadonlyMap<number, readonly Uint8Array[]>;

/**
 * Reads a ledger from whoever serves its files, who is not trusted: every hash is checked up to the root of a
 * checkpoint that the caller has verified (`openCheckpoint`), so that what comes out is what the log committed to, or nothing.
 *
 * Keeps one tile for each level and one bundle in memory, whatever the size of the ledger.
 */
export class LedgerReader {
  readonly #source: TileSource;
  readonly #head: TreeHead;
  #edge: Edge | null = null;
  /** The full tile that was checked last, for each level. */
  readonly #path = new Map<number, { readonly index: number; readonly hashes: readonly Uint8Array[] }>();

  constructor(source: TileSource, checkpoint: TreeHead) {
    this.#source = source;
    this.#head = checkpoint;
  }

  /**
   * The leaf hashes `from` to `to` (exclusive; the end of the tree if left out) in order. Asks for tiles only: a client that looks for its own
   * leaf fetches what everybody fetches.
   * @throws TypeError outside the tree · ERR_LEDGER_INCLUSION for other hashes than the root's · ERR_LEDGER_FORMAT,
   * ERR_LEDGER_MISSING · whatever the source throws
   */
  async *leaves(from: number, to: number = this.#head.size): AsyncGenerator<ReadLeaf, void, undefined> {
    const tiles = this.#tiles(from, to);
    const edge = await this.#checkedEdge();
    for (const tile of tiles) {
      const hashes = await this.#tile(edge, 0, tile);
      const [first, end] = within(hashes.length, tile, from, to);
      for (let index = first; index < end; index++) yield { index, leaf: hashes[index % TILE_WIDTH] as Uint8Array };
    }
  }

  /** The entries `from` to `to` (exclusive), likewise. @throws as {@link leaves} */
  async *entries(from: number, to: number = this.#head.size): AsyncGenerator<ReadEntry, void, undefined> {
    const tiles = this.#tiles(from, to);
    const edge = await this.#checkedEdge();
    for (const tile of tiles) {
      const width = tileWidth(this.#head.size, 0, tile);
      const [hashes, entries] = await Promise.all([this.#tile(edge, 0, tile), readBundle(this.#source, tile, width)]);
      const [first, end] = within(width, tile, from, to);
      for (let index = first; index < end; index++) {
        const entry = entries[index % TILE_WIDTH] as Uint8Array;
        const leaf = leafHash(entry);
        if (!equal(leaf, hashes[index % TILE_WIDTH] as Uint8Array)) throw new AmanaError("ERR_LEDGER_INCLUSION");
        yield { index, entry, leaf };
      }
    }
  }

  /**
   * The roots of the complete subtrees that the first `count` leaves are made of, the largest first: what {@link CompactState} and
   * `LeafRange` say of them. Reads at most one tile for each level, the same ones for the same `count`. @throws as {@link leaves}
   */
  async peaks(count: number): Promise<Uint8Array[]> {
    if (!Number.isSafeInteger(count) || count < 0 || count > this.#head.size) throw new TypeError("outside the tree");
    const edge = await this.#checkedEdge();
    const found: Uint8Array[] = [];
    let level = 0;
    while (levelSize(count, level + 1) > 0) level++;
    for (; level >= 0; level--) {
      // The last hashes of the level, which no tile above holds.
      const width = levelSize(count, level) % TILE_WIDTH;
      if (width === 0) continue;
      const hashes = await this.#tile(edge, level, Math.floor(levelSize(count, level) / TILE_WIDTH));
      let at = 0;
      for (const size of peakSizes(width)) {
        found.push(merkleRoot(hashes, at, at + size));
        at += size;
      }
    }
    return found;
  }

  /** Which level-0 tiles hold the leaves `from` to `to`. */
  #tiles(from: number, to: number): number[] {
    if (![from, to].every(Number.isSafeInteger) || from < 0 || from > to || to > this.#head.size) throw new TypeError("outside the tree");
    const first = Math.floor(from / TILE_WIDTH);
    const count = from === to ? 0 : Math.ceil(to / TILE_WIDTH) - first;
    return Array.from({ length: count }, (_, i) => first + i);
  }

  /** The checked hashes of a tile: a partial one is part of the edge, a full one hashes to what the tile above it says. */
  async #tile(edge: Edge, level: number, index: number): Promise<readonly Uint8Array[]> {
    if (tileWidth(this.#head.size, level, index) < TILE_WIDTH) return edge.get(level) as readonly Uint8Array[];
    const known = this.#path.get(level);
    if (known?.index === index) return known.hashes;
    const above = await this.#tile(edge, level + 1, Math.floor(index / TILE_WIDTH));
    const hashes = await readTile(this.#source, { level, index, width: TILE_WIDTH });
    if (!equal(merkleRoot(hashes), above[index % TILE_WIDTH] as Uint8Array)) throw new AmanaError("ERR_LEDGER_INCLUSION");
    this.#path.set(level, { index, hashes });
    return hashes;
  }

  async #checkedEdge(): Promise<Edge> {
    this.#edge ??= await this.#readEdge();
    return this.#edge;
  }

  /** Reads every partial tile and hashes them together: each of their hashes goes into the root, so each is checked. */
  async #readEdge(): Promise<Edge> {
    const { size, root } = this.#head;
    const edge = new Map<number, readonly Uint8Array[]>();
    for (let level = 0; levelSize(size, level) > 0; level++) {
      const index = Math.floor(levelSize(size, level) / TILE_WIDTH);
      const width = tileWidth(size, level, index);
      if (width > 0) edge.set(level, await readTile(this.#source, { level, index, width }));
    }
    const found = await subtreeHash(async ({ level }) => edge.get(level) as readonly Uint8Array[], size, { start: 0, end: size });
    if (!equal(found, root)) throw new AmanaError("ERR_LEDGER_INCLUSION");
    return edge;
  }
}

/** The indexes of a tile or bundle that are in `from` to `to`: the first, and the one after the last. */
function within(width: number, tile: number, from: number, to: number): [number, number] {
  const start = tile * TILE_WIDTH;
  return [Math.max(from, start), Math.min(to, start + width)];
}
