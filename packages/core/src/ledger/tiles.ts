import { AmanaError } from "../errors/index.ts";
import { isSize } from "./tree.ts";

/** Hashes in a full tile, entries in a full bundle: height 8. */
export const TILE_WIDTH = 256;
const MAX_LEVEL = 63;

/** A tile of hashes: the `index`-th of its level, `width` hashes wide (1 to 256, below 256 a partial tile). */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** What a path of the ledger's static files names. */
export type TilePath = ({ readonly kind: "tile" } & Tile) | { readonly kind: "entries"; readonly index: number; readonly width: number };

/** Where a tile is served: `tile/0/x001/x234/067`, `tile/0/000.p/8` (c2sp.org/tlog-tiles). @throws TypeError out of range */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!isSize(level) || level > MAX_LEVEL) throw new TypeError("tile levels are 0 to 63");
  return `tile/${level}/${position(index, width)}`;
}

/** Where a bundle of entries is served: `tile/entries/x001/x234/067` (c2sp.org/tlog-tiles). @throws TypeError out of range */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${position(index, width)}`;
}

function position(index: number, width: number): string {
  if (!isSize(index)) throw new TypeError("not the index of a tile");
  if (!isSize(width) || width < 1 || width > TILE_WIDTH) throw new TypeError("tiles are 1 to 256 hashes wide");
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) as string[];
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
  return width < TILE_WIDTH ? `${path}.p/${width}` : path;
}

/**
 * Reads a path, without a slash in front. Attacker-controlled: it takes exactly what {@link tilePath} and {@link entriesPath}
 * write, so what passes is safe to use as a file name. @throws ERR_LEDGER_FORMAT
 */
export function parseTilePath(path: string): TilePath {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) throw new AmanaError("ERR_LEDGER_FORMAT");
  const [, level = "", groups = "", partial] = match;
  const index = Number(groups.replace(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const parsed: TilePath = level === "entries" ? { kind: "entries", index, width } : { kind: "tile", level: Number(level), index, width };
  if (!isCanonical(parsed, path)) throw new AmanaError("ERR_LEDGER_FORMAT");
  return parsed;
}

/** Writing it again gives the same path: no leading zeros, no numbers out of range. */
function isCanonical(parsed: TilePath, path: string): boolean {
  try {
    const { index, width } = parsed;
    return path === (parsed.kind === "entries" ? entriesPath(index, width) : tilePath(parsed.level, index, width));
  } catch {
    return false;
  }
}

/** How many hashes level `level` of a tree of `size` entries has: one for each complete subtree of 256^level leaves. */
export function levelSize(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** How wide a tile is in a tree of `size` entries: 256 where it is full, 0 where there is none. */
export function tileWidth(size: number, level: number, index: number): number {
  return Math.min(TILE_WIDTH, Math.max(0, levelSize(size, level) - index * TILE_WIDTH));
}

/** Every tile of a tree of `size` entries, full and partial, by level and index (c2sp.org/tlog-tiles). */
export function tilesOf(size: number): Tile[] {
  if (!isSize(size)) throw new TypeError("not the size of a tree");
  const tiles: Tile[] = [];
  for (let level = 0; levelSize(size, level) > 0; level++) {
    const count = Math.ceil(levelSize(size, level) / TILE_WIDTH);
    for (let index = 0; index < count; index++) tiles.push({ level, index, width: tileWidth(size, level, index) });
  }
  return tiles;
}
