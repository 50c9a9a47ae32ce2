import { toHex } from "@amana/core/bytes";
import { CompactTree, type LedgerReader } from "@amana/core/ledger";
import { demand } from "./check.ts";

/** The first entries of a ledger: how many, and their root, hex. */
export interface Prefix {
  readonly size: number;
  readonly root: string;
}

/** What an auditor remembers of a ledger: the newest checkpoint that it saw. It keeps it itself: the server cannot change it. */
export interface KnownCheckpoint extends Prefix {
  /** The signed note, for evidence. */
  readonly note?: string;
  /** The entries whose signatures and tokens this auditor has verified already: they are not verified again if they are the same. */
  readonly verified?: Prefix;
}

/** The ledger, of `size` entries, continues the one this auditor saw last time. */
export async function checkConsistency(reader: LedgerReader, size: number, known: KnownCheckpoint | null): Promise<string> {
  if (known === null) return "first time: nothing to compare with";
  for (const prefix of [known, known.verified ?? known]) {
    demand(prefix.size <= size, `it had ${prefix.size} entries before and has ${size} now`);
    demand((await rootAt(reader, prefix.size)) === prefix.root, `its first ${prefix.size} entries are not those seen before`);
  }
  return `continues the ${known.size} entries seen before`;
}

/** The root, hex, of the first `size` entries of a ledger, from a few of its tiles. @throws ERR_LEDGER_INCLUSION, ERR_LEDGER_MISSING */
export async function rootAt(reader: LedgerReader, size: number): Promise<string> {
  return toHex(new CompactTree({ size, peaks: await reader.peaks(size) }).root());
}
