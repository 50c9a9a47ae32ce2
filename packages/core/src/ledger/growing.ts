import { encodeEntryBundle, encodeHashTile, MAX_ENTRY } from "./bundles.ts";
import { readBundle, readTile, subtreeHash, type TileHashes, type TileSource } from "./files.ts";
import { consistencySubtrees, inclusionSubtrees, type Subtree } from "./proofs.ts";
import { entriesPath, levelSize, TILE_WIDTH, tilePath, tileWidth } from "./tiles.ts";
import { isSize, leafHash, merkleRoot } from "./tree.ts";

/** Where a growing tree keeps its files. A path is written again only while no checkpoint covers what it held. */
export interface TileStore extends TileSource {
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** What a checkpoint says of a tree. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * A tree that only grows, kept as the static files of c2sp.org/tlog-tiles: bundles of entries and tiles of hashes,
 * partial ones included. It remembers nothing but its size, so a process may open one for each append.
 *
 * The log calls this: it takes the size from its newest checkpoint, appends under a lock of its own, and signs a checkpoint
 * of what {@link append} returns only then. Whatever an append wrote before it failed is harmless: no checkpoint covers
 * it, and the next append writes those files again.
 */
export class GrowingTree {
  readonly #store: TileStore;
  #size: number;
  #appending = false;

  /** @throws TypeError if `size` cannot be one */
  constructor(store: TileStore, size = 0) {
    if (!isSize(size)) throw new TypeError("not the size of a tree");
    this.#store = store;
    this.#size = size;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends entries in this order and writes the bundles and tiles that are new: those completed, and the last partial one
   * of each level that changed. Bundles first, then tiles from the leaves up.
   * @throws TypeError for an entry above 65,535 bytes, or while another append runs · ERR_LEDGER_MISSING or ERR_LEDGER_FORMAT
   * if the store has lost a file · whatever the store throws
   */
  async append(entries: readonly Uint8Array[]): Promise<TreeHead> {
    if (this.#appending) throw new TypeError("one append at a time");
    if (entries.some((entry) => entry.length > MAX_ENTRY)) throw new TypeError("an entry is too long");
    this.#appending = true;
    try {
      if (entries.length > 0) await this.#grow(entries);
      return { size: this.#size, root: await this.root() };
    } finally {
      this.#appending = false;
    }
  }

  async #grow(entries: readonly Uint8Array[]): Promise<void> {
    const bundle = Math.floor(this.#size / TILE_WIDTH);
    const kept = this.#size % TILE_WIDTH === 0 ? [] : await readBundle(this.#store, bundle, this.#size % TILE_WIDTH);
    for (const [i, chunk] of chunks([...kept, ...entries]).entries()) {
      await this.#store.write(entriesPath(bundle + i, chunk.length), encodeEntryBundle(chunk));
    }
    // Hashes that are new at a level; each tile that they complete is one new hash at the level above.
    let fresh = entries.map(leafHash);
    for (let level = 0; fresh.length > 0; level++) fresh = await this.#growLevel(level, fresh);
    this.#size += entries.length;
  }

  async #growLevel(level: number, fresh: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const index = Math.floor(levelSize(this.#size, level) / TILE_WIDTH);
    const width = tileWidth(this.#size, level, index);
    const kept = width === 0 ? [] : await readTile(this.#store, { level, index, width });
    const tiles = chunks([...kept, ...fresh]);
    for (const [i, hashes] of tiles.entries()) {
      await this.#store.write(tilePath(level, index + i, hashes.length), encodeHashTile(hashes));
    }
    return tiles.filter((hashes) => hashes.length === TILE_WIDTH).map((hashes) => merkleRoot(hashes));
  }

  /** The root of the tree of the first `size` entries. @throws TypeError above the tree's size · ERR_LEDGER_* as {@link append} */
  async root(size: number = this.#size): Promise<Uint8Array> {
    const [root] = await this.#hashes([{ start: 0, end: size }], size);
    return root as Uint8Array;
  }

  /** The proof that entry `index` is among the first `size`, for `verifyInclusion`. @throws as {@link root} */
  async inclusionProof(index: number, size: number = this.#size): Promise<Uint8Array[]> {
    return this.#hashes(inclusionSubtrees(index, size), size);
  }

  /** The proof that the first `oldSize` entries are those of the tree of `newSize`, for `verifyConsistency`. @throws as {@link root} */
  async consistencyProof(oldSize: number, newSize: number = this.#size): Promise<Uint8Array[]> {
    return this.#hashes(consistencySubtrees(oldSize, newSize), newSize);
  }

  /** Hashes of subtrees, each tile read once. Tiles are those of the present size: partial ones of others may be gone. */
  async #hashes(subtrees: readonly Subtree[], size: number): Promise<Uint8Array[]> {
    if (!isSize(size) || size > this.#size) throw new TypeError("the tree is smaller than that");
    const present = this.#size;
    const seen = new Map<string, Promise<Uint8Array[]>>();
    const hashes: TileHashes = (tile) => {
      const path = tilePath(tile.level, tile.index, tile.width);
      const known = seen.get(path) ?? readTile(this.#store, tile);
      seen.set(path, known);
      return known;
    };
    const found: Uint8Array[] = [];
    for (const subtree of subtrees) found.push(await subtreeHash(hashes, present, subtree));
    return found;
  }
}

function chunks<T>(values: readonly T[]): T[][] {
  const count = Math.ceil(values.length / TILE_WIDTH);
  return Array.from({ length: count }, (_, i) => values.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH));
}
