import { decodeJson, encodeJson } from "@amana/core/bytes";
import {
  type DocumentedEntry,
  entrySchema,
  type HolderEntry,
  type KeyDestroyedEntry,
  type ReplacedEntry,
  verifyEntry,
} from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Store } from "../stores/store.ts";
import { isDue, loggedBefore } from "./due.ts";
import type { Issuing } from "./issuing.ts";
import type { Ledger } from "./ledger.ts";
import type { Reveals } from "./reveals.ts";
import { followLedger, type Rounds } from "./round.ts";
import type { RoundLogs } from "./round-log.ts";
import type { Serial } from "./serial.ts";

export interface OpeningsOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly logs: RoundLogs;
  readonly reveals: Reveals;
  readonly now: () => Date;
  /** Takes what issuers sign. */
  readonly issuing: Issuing;
  /** One turn with {@link Amendments}: whether a round can still be cancelled depends on what is committed. */
  readonly turn: Serial;
}

const TYPES: ReadonlySet<string> = new Set(["held", "share-list", "absent", "opening-fault", "key-destroyed"]);

function isHolderEntry(entry: DocumentedEntry): entry is HolderEntry {
  return TYPES.has(entry.type) && !(entry.type === "key-destroyed" && entry.holder.startsWith("issuer/"));
}

function isIssuerEntry(entry: DocumentedEntry): entry is ReplacedEntry | KeyDestroyedEntry {
  return entry.type === "replaced" || (entry.type === "key-destroyed" && entry.holder.startsWith("issuer/"));
}

/** Takes the entries that key holders sign: `held`, `share-list`, `absent`, `opening-fault`, `key-destroyed`. */
export class Openings {
  readonly #options: OpeningsOptions;

  constructor(options: OpeningsOptions) {
    this.#options = options;
  }

  /**
   * Logs one entry that verifies and is due, and returns its index; the same bytes again give the same index. Attacker-controlled
   * canonical JSON. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA, ERR_ROUND_UNKNOWN, ERR_ENTRY_REFUSED
   */
  async log(bytes: Uint8Array): Promise<number> {
    const entry = decodeJson(bytes, entrySchema);
    const { rounds, ledger, logs, issuing } = this.#options;
    if (isIssuerEntry(entry)) {
      const round = rounds.byId(entry.manifest);
      if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
      return issuing.log(round, entry);
    }
    return this.#options.turn.run(async () => {
      // 1. An entry of a kind that key holders sign, for a round that is here.
      if (!isHolderEntry(entry)) throw new AmanaError("ERR_ENTRY_REFUSED");
      const round = rounds.byId(entry.manifest);
      if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
      // 2. The signature of the holder that it names.
      if (!verifyEntry(round.manifest, entry)) throw new AmanaError("ERR_ENTRY_REFUSED");
      // 3. The same bytes again.
      const log = logs.of(round);
      const before = loggedBefore(log, entry);
      if (before !== null && sameBytes(before.entry, bytes)) return before.index;
      // 4. Due, and not made otherwise before.
      if (!(await isDue(entry, { ...this.#options, round, log }))) throw new AmanaError("ERR_ENTRY_REFUSED");
      const index = await ledger.log(entry);
      followLedger(round, entry, index);
      return index;
    });
  }
}

function sameBytes(entry: unknown, bytes: Uint8Array): boolean {
  return Buffer.compare(encodeJson(entry), bytes) === 0;
}
