import { AmanaError } from "../errors/index.ts";
import { decodeEntryBundle, decodeHashTile } from "./bundles.ts";
import type { Subtree } from "./proofs.ts";
import { entriesPath, TILE_WIDTH, type Tile, tilePath, tileWidth } from "./tiles.ts";
import { emptyRoot, leftSize, merkleRoot, nodeHash } from "./tree.ts";

/** Where tiles and bundles come from: a folder, a database, a server. Null where there is nothing of that name. */
export interface TileSource {
  read(path: string): Promise<Uint8Array | null>;
}

/**
 * The hashes of a tile, from the full tile where the partial one is gone, as logs may delete it then.
 * The lengths are checked, the hashes are not. @throws ERR_LEDGER_FORMAT, ERR_LEDGER_MISSING
 */
export async function readTile(source: TileSource, { level, index, width }: Tile): Promise<Uint8Array[]> {
  const bytes = await source.read(tilePath(level, index, width));
  if (bytes !== null) return decodeHashTile(bytes, width);
  return decodeHashTile(await readFull(source, tilePath(level, index), width), TILE_WIDTH).slice(0, width);
}

/** The entries of a bundle, likewise. @throws ERR_LEDGER_FORMAT, ERR_LEDGER_MISSING */
export async function readBundle(source: TileSource, index: number, width: number): Promise<Uint8Array[]> {
  const bytes = await source.read(entriesPath(index, width));
  if (bytes !== null) return decodeEntryBundle(bytes, width);
  return decodeEntryBundle(await readFull(source, entriesPath(index), width), TILE_WIDTH).slice(0, width);
}

async function readFull(source: TileSource, path: string, width: number): Promise<Uint8Array> {
  const bytes = width < TILE_WIDTH ? await source.read(path) : null;
  if (bytes === null) throw new AmanaError("ERR_LEDGER_MISSING");
  return bytes;
}

/** A tile as whoever computes hashes of subtrees asks for it. */
export type TileHashes = (tile: Tile) => Promise<readonly Uint8Array[]>;

/**
 * The hash of a subtree of a tree of `size` entries, from its tiles: a complete subtree lies in one tile, an incomplete
 * one is split as RFC 9162 §2.1.1 splits it. Reads at most one tile for each level and each side. */
export async function subtreeHash(hashes: TileHashes, size: number, { start, end }: Subtree): Promise<Uint8Array> {
  if (start === end) return emptyRoot();
  const leaves = end - start;
  const level = Math.log2(leaves);
  if (Number.isInteger(level) && 2 ** level === leaves) {
    // The node is in, or between, the hashes of this tile level: `count` of them from `first`.
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = start / TILE_WIDTH ** tileLevel;
    const index = Math.floor(first / TILE_WIDTH);
    const tile = await hashes({ level: tileLevel, index, width: tileWidth(size, tileLevel, index) });
    return merkleRoot(tile, first % TILE_WIDTH, (first % TILE_WIDTH) + count);
  }
  const middle = start + leftSize(leaves);
  const left = await subtreeHash(hashes, size, { start, end: middle });
  return nodeHash(left, await subtreeHash(hashes, size, { start: middle, end }));
}
