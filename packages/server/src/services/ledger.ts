import type { DocumentedEntry } from "@amana/core/entries";
import type { NoteKey } from "@amana/core/ledger";
import type { Store } from "../stores/store.ts";

export interface LedgerOptions {
  readonly store: Store;
  /** The programme's ledger origin. */
  readonly origin: string;
  /** The ledger's note key, `noteKey(origin, ledgerSeed)`. */
  readonly key: NoteKey;
}

/** A JSON entry of the ledger and where it is. Submissions and reports are not listed: read them with {@link Ledger.entries}. */
export interface LoggedEntry {
  readonly index: number;
  readonly entry: DocumentedEntry;
}

/** The server's ledger. One writer: appends wait for each other. */
export interface Ledger {
  /** How many entries the newest checkpoint covers. */
  readonly size: number;
  /** The newest checkpoint, a C2SP signed note. */
  readonly checkpoint: string;
  /** Every JSON entry so far, in order. */
  readonly documents: readonly LoggedEntry[];
  /** Appends entries together; `build` gets the index of the first. Returns that index, after the checkpoint is durable. */
  append(build: readonly Uint8Array[] | ((index: number) => readonly Uint8Array[])): Promise<number>;
  /** Appends one JSON entry and returns its index. */
  log(entry: DocumentedEntry): Promise<number>;
  /** A static file of the ledger by its C2SP path (`tile/…`), if the newest checkpoint covers it. The path is attacker-controlled. */
  tile(path: string): Promise<Uint8Array | null>;
  /** Raw entries from..to (exclusive; the end if left out). */
  entries(from: number, to?: number): AsyncGenerator<{ readonly index: number; readonly entry: Uint8Array }, void, undefined>;
}

/** Opens the store's ledger, checks all of it against its checkpoint, and signs the empty tree the first time. @throws ERR_STORE_DAMAGED */
export async function openLedger(_options: LedgerOptions): Promise<Ledger> {
  throw new TypeError("being written");
}
