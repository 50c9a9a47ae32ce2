import type { AbsentEntry, HeldEntry, KeyDestroyedEntry, OpeningFaultEntry, ReleaseEntry, ShareListEntry } from "@amana/core/entries";
import type { Ledger } from "./ledger.ts";
import type { LiveRound } from "./round.ts";

interface Logged<E> {
  readonly index: number;
  readonly entry: E;
}

/** What key holders have logged in a round, and its release. Read from the ledger, never kept elsewhere. */
export interface RoundLog {
  readonly held: Logged<HeldEntry>[];
  readonly shareLists: Map<number, Logged<ShareListEntry>>;
  readonly absent: Logged<AbsentEntry>[];
  readonly faults: Logged<OpeningFaultEntry>[];
  readonly destroyed: Map<string, Logged<KeyDestroyedEntry>>;
  release: Logged<ReleaseEntry> | null;
}

/** The logs of all rounds. Each call takes in what the ledger has got since the last. */
export class RoundLogs {
  readonly #ledger: Ledger;
  readonly #byId = new Map<string, RoundLog>();
  #read = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  of(round: LiveRound): RoundLog {
    const { documents } = this.#ledger;
    for (; this.#read < documents.length; this.#read++) {
      const { index, entry } = documents[this.#read] as (typeof documents)[number];
      if (!("manifest" in entry) || typeof entry.manifest !== "string") continue;
      const log = this.#log(entry.manifest);
      if (entry.type === "held") log.held.push({ index, entry });
      if (entry.type === "share-list" && !log.shareLists.has(entry.holder)) log.shareLists.set(entry.holder, { index, entry });
      if (entry.type === "absent") log.absent.push({ index, entry });
      if (entry.type === "opening-fault") log.faults.push({ index, entry });
      if (entry.type === "key-destroyed") log.destroyed.set(entry.holder, { index, entry });
      if (entry.type === "release") log.release ??= { index, entry };
    }
    return this.#log(round.idHex);
  }

  #log(id: string): RoundLog {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const log: RoundLog = { held: [], shareLists: new Map(), absent: [], faults: [], destroyed: new Map(), release: null };
    this.#byId.set(id, log);
    return log;
  }
}
