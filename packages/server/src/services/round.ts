import { toHex } from "@amana/core/bytes";
import { AmendmentReader, type DocumentedEntry } from "@amana/core/entries";
import { type Manifest, manifestId, type RoundTimes } from "@amana/core/manifest";

/** One seal: epochs `from`..`to` entered the ledger together; their `count` leaves begin at `firstIndex`. */
export interface SealedEpoch {
  readonly from: number;
  readonly to: number;
  readonly firstIndex: number;
  readonly count: number;
}

/** What has happened in a round. All of it but `filling` is read from the ledger again at every start. */
export interface RoundState {
  /** The epoch that a submission enters now. */
  filling: number;
  /** The last sealed epoch; -1 before the first seal. */
  sealed: number;
  readonly epochs: SealedEpoch[];
  /** Enrolment has ended, answering has ended: set before the draws are gathered, before the last seal. A clock set back opens neither again. */
  enrolmentEnded: boolean;
  answeringEnded: boolean;
  /** The `close` entry is in the ledger. */
  closed: boolean;
  /** Size of the ledger that ends with the `close` entry; null before. */
  ledgerSizeAtClose: number | null;
  /** The envelopes are gone, as the round was released or cancelled or its retention is over, and that is logged. */
  envelopesDestroyed: boolean;
  /** `<audience>/<issuer>` whose draws are logged, and whose keys are logged as destroyed. */
  readonly drawn: Set<string>;
  readonly destroyed: Set<string>;
  /** How many draws are logged at each `<audience>/<issuer>`. */
  readonly drawCounts: Map<string, number>;
}

/** A round whose manifest is in the ledger. */
export interface LiveRound {
  readonly manifest: Manifest;
  /** The manifest id, raw and as hex: `idHex` names the round in every `Store` method. */
  readonly id: Uint8Array;
  readonly idHex: string;
  /** Index of the manifest's entry in the ledger. */
  readonly entryIndex: number;
  /** What holds of the round now: never ask the manifest whether something is open or due. */
  readonly times: RoundTimes;
  /** Where its amendments are in the ledger, those that count. */
  readonly amendedAt: readonly number[];
  /** Where its draws are in the ledger. */
  readonly drawnAt: readonly number[];
  /** What judges amendments. Whoever logs a `close`, a `share-list` or an `amendment` gives it to {@link followLedger}. */
  readonly amendments: AmendmentReader;
  /** Mutable: the collector reads it, the sealing service alone changes it. */
  readonly state: RoundState;
}

/** A round at the moment its manifest is logged. */
export function liveRound(manifest: Manifest, entryIndex: number): LiveRound {
  const id = manifestId(manifest);
  const amendments = new AmendmentReader(manifest);
  return {
    manifest,
    id,
    idHex: toHex(id),
    entryIndex,
    get times() {
      return amendments.times;
    },
    amendedAt: [],
    drawnAt: [],
    amendments,
    state: {
      filling: 0,
      sealed: -1,
      epochs: [],
      enrolmentEnded: false,
      answeringEnded: false,
      closed: false,
      ledgerSizeAtClose: null,
      envelopesDestroyed: false,
      drawn: new Set(),
      destroyed: new Set(),
      drawCounts: new Map(),
    },
  };
}

/** Tells a round of an entry that is in the ledger now. @returns whether it is an amendment that counts */
export function followLedger(round: LiveRound, entry: DocumentedEntry, index: number): boolean {
  const counts = round.amendments.take(entry, index);
  if (counts) (round.amendedAt as number[]).push(index);
  return counts;
}

/** How many whole `epoch.minimumSeconds` it is since answering opened: what is due once in each does not depend on when a server started. */
export function periodOf({ manifest: { epoch, windows } }: LiveRound, seconds: number): number {
  return Math.floor((seconds - windows.answeringOpen) / Math.max(1, epoch.minimumSeconds));
}

/** Reports all count; of surveys and consultations the highest sequence alone does, and lower ones' envelopes are not kept. */
export function supersededIn(round: LiveRound): "drop" | "keep" {
  return round.manifest.kind === "reports" ? "keep" : "drop";
}

/** Takes in a `draws` entry that is in the ledger at `index`. */
export function noteDraws({ state, drawnAt }: LiveRound, index: number, place: string, count: number): void {
  (drawnAt as number[]).push(index);
  state.enrolmentEnded = true;
  state.drawn.add(place);
  state.drawCounts.set(place, (state.drawCounts.get(place) ?? 0) + count);
}

/** The name of an issuer inside a round's issuer keys and in `RoundState`: an issuer's name is unique inside its audience only. */
export function issuerPlace(audience: string, issuer: string): string {
  return `${audience}/${issuer}`;
}

/** The live rounds of a server, by name and by manifest id. */
export class Rounds {
  readonly #byName = new Map<string, LiveRound>();
  readonly #byId = new Map<string, LiveRound>();

  add(round: LiveRound): void {
    this.#byName.set(round.manifest.round, round);
    this.#byId.set(round.idHex, round);
  }

  byName(name: string): LiveRound | undefined {
    return this.#byName.get(name);
  }

  byId(idHex: string): LiveRound | undefined {
    return this.#byId.get(idHex);
  }

  all(): LiveRound[] {
    return [...this.#byId.values()];
  }
}
