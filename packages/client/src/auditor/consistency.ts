import { toHex } from "@amana/core/bytes";
import { CompactTree, type LedgerReader } from "@amana/core/ledger";
import { demand } from "./check.ts";

/** A checkpoint that this auditor saw before: its size and root. The auditor keeps it, the server cannot change it. */
export interface KnownCheckpoint {
  readonly size: number;
  readonly root: string;
}

/** The ledger, of `size` entries, continues the one this auditor saw last time. */
export async function checkConsistency(reader: LedgerReader, size: number, known: KnownCheckpoint | null): Promise<string> {
  if (known === null) return "first time: nothing to compare with";
  demand(known.size <= size, `it had ${known.size} entries before and has ${size} now`);
  demand((await rootAt(reader, known.size)) === known.root, `its first ${known.size} entries are not those seen before`);
  return `continues the ${known.size} entries seen before`;
}

/** The root, hex, of the first `size` entries of a ledger, from a few of its tiles. @throws ERR_LEDGER_INCLUSION, ERR_LEDGER_MISSING */
export async function rootAt(reader: LedgerReader, size: number): Promise<string> {
  return toHex(new CompactTree({ size, peaks: await reader.peaks(size) }).root());
}
