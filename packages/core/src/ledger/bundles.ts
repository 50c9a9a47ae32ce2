import { concat, Reader, uint } from "../bytes/index.ts";
import { HASH_LENGTH } from "./tree.ts";

/** Bytes of the largest entry: its length is a u16. */
export const MAX_ENTRY = 65_535;

/**
 * The bytes of a bundle of entries, 1 to 256 of them (c2sp.org/tlog-tiles).
 *
 *     struct { opaque entry<0..2^16-1>; } bundle[count];
 *
 * @throws TypeError for an entry above {@link MAX_ENTRY}
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concat(...entries.flatMap((entry) => [uint(entry.length, 2), entry]));
}

/** The `count` entries of a bundle. Attacker-controlled: more or fewer are refused. @throws ERR_LEDGER_FORMAT */
export function decodeEntryBundle(bytes: Uint8Array, count: number): Uint8Array[] {
  const reader = new Reader(bytes, "ERR_LEDGER_FORMAT");
  const entries: Uint8Array[] = [];
  for (let i = 0; i < count; i++) entries.push(reader.take(reader.uint16()));
  reader.end();
  return entries;
}

/** The bytes of a tile of hashes: one after the other. */
export function encodeHashTile(hashes: readonly Uint8Array[]): Uint8Array {
  return concat(...hashes);
}

/** The `width` hashes of a tile. Attacker-controlled: any other length is refused. @throws ERR_LEDGER_FORMAT */
export function decodeHashTile(bytes: Uint8Array, width: number): Uint8Array[] {
  const reader = new Reader(bytes, "ERR_LEDGER_FORMAT");
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < width; i++) hashes.push(reader.take(HASH_LENGTH));
  reader.end();
  return hashes;
}
