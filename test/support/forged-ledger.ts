import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromHex } from "@amana/core/bytes";
import {
  decodeEntryBundle,
  encodeEntryBundle,
  encodeHashTile,
  leafHash,
  merkleRoot,
  noteKey,
  parseCheckpoint,
  signCheckpoint,
  TILE_WIDTH,
} from "@amana/core/ledger";
import type { Twist } from "./proxy.ts";

/** What whoever holds the ledger's own key can do: log other entries than were logged, with a tree and a signature that fit them. */
export async function forgedLedger(data: string, change: (entries: Uint8Array[]) => void): Promise<Twist> {
  const secrets = JSON.parse(await readFile(join(data, "secrets.json"), "utf8")) as { data: { ledgerSeed: string } };
  const note = await readFile(join(data, "ledger", "checkpoint"), "utf8");
  const { origin, size } = parseCheckpoint(note.slice(0, note.indexOf("\n\n") + 1));
  if (size >= TILE_WIDTH) throw new RangeError("the forger of this test writes one tile");
  const entries = decodeEntryBundle(await readFile(join(data, "ledger", "tile", "entries", `000.p`, String(size))), size);
  change(entries);
  const hashes = entries.map((entry) => leafHash(entry));
  const checkpoint = { origin, size: entries.length, root: merkleRoot(hashes), extensions: [] };
  const replies: Readonly<Record<string, Uint8Array>> = {
    "ledger/checkpoint": new TextEncoder().encode(signCheckpoint(checkpoint, noteKey(origin, fromHex(secrets.data.ledgerSeed)))),
    [`ledger/tile/0/000.p/${entries.length}`]: encodeHashTile(hashes),
    [`ledger/tile/entries/000.p/${entries.length}`]: encodeEntryBundle(entries),
  };
  return (path, bytes) => {
    const forged = replies[path];
    return forged === undefined ? bytes : new Uint8Array(forged);
  };
}
