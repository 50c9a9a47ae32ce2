/**
 * What a server keeps, as a few atomic and idempotent steps. Every method returns after the disk has it; a second call
 * with the same bytes gives the same answer. No record has a time, an address or an order.
 *
 * Rounds are named by their manifest id in hex; byte strings that serve as keys are hex.
 */
export interface Store {
  /** Content-addressed files: questionnaires, plans, invitation lists, draws, releases. */
  putFile(bytes: Uint8Array): Promise<string>;
  getFile(sha256: string): Promise<Uint8Array | null>;

  /** Ledger tiles and entry bundles by their C2SP path, and the checkpoint that says how many count. */
  readTile(path: string): Promise<Uint8Array | null>;
  writeTile(path: string, bytes: Uint8Array): Promise<void>;
  readCheckpoint(): Promise<string | null>;
  /** The commit point of every append: tiles beyond the checkpoint do not exist. */
  writeCheckpoint(note: string): Promise<void>;

  /** Small documents that change as a whole: `programme`, `secrets`, `drafts/<round>`, `rounds/<id>/state`. */
  readDocument(name: string): Promise<unknown>;
  writeDocument(name: string, value: unknown): Promise<void>;
  removeDocument(name: string): Promise<void>;
  listDocuments(prefix: string): Promise<string[]>;

  /** Issuer: makes invited hashes known. */
  addInvitations(round: string, issuer: string, invited: readonly string[]): Promise<void>;
  isInvited(round: string, issuer: string, invited: string): Promise<boolean>;
  /**
   * Claims an invitation with the hash of the request that draws it and the 608-byte draw record.
   * `claimed` once; `same` for the same request ever after; `other` for another request; `unknown` for no invitation.
   */
  claimInvitation(
    round: string,
    issuer: string,
    invited: string,
    requestHash: string,
    draw: Uint8Array,
  ): Promise<"claimed" | "same" | "other" | "unknown">;
  /** All draw records of an issuer, in no particular order. */
  draws(round: string, issuer: string): Promise<Uint8Array[]>;

  /** Collector: admits one submission on (response key, sequence), into the epoch that is filling. */
  admitSubmission(round: string, admission: Admission): Promise<Admitted>;
  /** What is known of a response key; null if nothing. */
  knownKey(round: string, responseKey: string): Promise<KnownKey | null>;
  /** The records that wait for an epoch of at most `epoch`, sorted by leaf hash. */
  pending(round: string, epoch: number): Promise<EpochRecord[]>;
  /** Every record that waits, whatever its epoch: handlers fetch reports at once. */
  allPending(round: string): Promise<EpochRecord[]>;
  /** How many waiting records and new response keys each waiting epoch has. */
  pendingCounts(round: string): Promise<ReadonlyMap<number, { readonly records: number; readonly newKeys: number }>>;
  /** First step of a seal: writes the epoch's documents in leaf order. Superseded envelopes (`null`) are not kept. */
  prepareEpoch(round: string, epoch: number, records: readonly EpochRecord[]): Promise<void>;
  /** Last step of a seal, after the ledger has it: removes what was pending up to `epoch`, and everything prepared that the ledger lacks is removed at start. */
  finishEpoch(round: string, epoch: number): Promise<void>;
  /** A sealed epoch's records in leaf order. */
  epoch(round: string, epoch: number): Promise<EpochRecord[]>;

  close(): Promise<void>;
}

export interface Admission {
  readonly responseKey: string;
  readonly sequence: number;
  readonly audience: number;
  readonly leafHash: string;
  /** The ledger entry, and the submission's envelope (of a report: the whole submission). */
  readonly leaf: Uint8Array;
  readonly envelope: Uint8Array;
  /** The epoch that is filling. */
  readonly epoch: number;
}

export type Admitted =
  | { readonly outcome: "admitted"; readonly epoch: number }
  /** The same bytes were admitted before, into this epoch. */
  | { readonly outcome: "same"; readonly epoch: number }
  | { readonly outcome: "other"; readonly highestSequence: number };

export interface KnownKey {
  readonly audience: number;
  readonly highestSequence: number;
  /** How many sequences were admitted. */
  readonly count: number;
}

export interface EpochRecord {
  readonly responseKey: string;
  readonly sequence: number;
  readonly leafHash: string;
  readonly leaf: Uint8Array;
  readonly envelope: Uint8Array | null;
}
