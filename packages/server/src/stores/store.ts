/**
 * What a server keeps, as a few atomic and idempotent steps. Every method returns after the disk has it; a second call
 * with the same bytes gives the same answer. No record has a time, an address or an order.
 *
 * Everything is asked for and nothing is remembered between two calls: another process may have changed it meanwhile. What must not
 * come between a look and a write is decided inside one method.
 *
 * Rounds are named by their manifest id in hex; byte strings that serve as keys are hex.
 */
export interface Store {
  /** Content-addressed files: questionnaires, plans, invitation lists, draws, releases, lists of the form's files. */
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

  /** Issuer: makes invited hashes known. `issuer` is `<audience>.<issuer>` here and below. */
  addInvitations(round: string, issuer: string, invited: readonly string[]): Promise<void>;
  /** What is known of an invitation; null if there is none. Never of what the disk does not have yet. */
  invitation(round: string, issuer: string, invited: string): Promise<Invitation | null>;
  /**
   * Claims an invitation with the hash of the request that draws it and the 608-byte draw record.
   * `claimed` once; `same` for the same request ever after; `other` for another request; `unknown` for no invitation;
   * `closed` for one that nobody claimed before {@link endClaims}.
   */
  claimInvitation(round: string, issuer: string, invited: string, requestHash: string, draw: Uint8Array): Promise<Claimed>;
  /** All draw records of an issuer, in no particular order. */
  draws(round: string, issuer: string): Promise<Uint8Array[]>;

  /** Merges waiting claims into the invitations, every document of them rewritten: at each seal, and when enrolment closes. */
  mergeClaims(round: string): Promise<void>;
  /** Claims nothing any more, then merges: when this returns, {@link draws} are all there ever are. Again: changes nothing. */
  endClaims(round: string): Promise<void>;

  /**
   * Collector: admits one submission on (response key, sequence). Decided and written together with whatever else waits for
   * the disk. @throws ERR_OVERLOADED when too many wait, ERR_STORE_WRITE when nothing was kept
   */
  admitSubmission(round: string, admission: Admission): Promise<Admitted>;
  /** What is known of a response key and of one of its sequences. Never of what the disk does not have yet. */
  lookUp(round: string, responseKey: string, sequence: number): Promise<LookedUp>;
  /** Every admitted submission's leaf hash and epoch, in no particular order: of a round with a relay all promises are one public file. */
  admittedLeaves(round: string): Promise<{ readonly leafHash: string; readonly epoch: number }[]>;
  /** The same with response key and sequence, as handlers of a reports round are told of what there is; null for an epoch that is not sealed. */
  index(round: string): Promise<IndexedRecord[]>;
  /** The records of these leaf hashes, waiting and sealed, sorted by leaf hash; what is not there is left out. */
  records(round: string, leafHashes: ReadonlySet<string>): Promise<EpochRecord[]>;
  /** How many waiting records and new response keys each waiting epoch has. */
  pendingCounts(round: string): Promise<ReadonlyMap<number, PendingCount>>;
  /** Admits nothing new any more: when this returns, {@link pendingCounts} are all that the last seal has to take. Again: changes nothing. */
  endAdmissions(round: string): Promise<void>;
  /**
   * First step of a seal: writes what waits for epochs up to `epoch`, and what was submitted for them before this call, in leaf order
   * under the number `epoch`, and returns the leaves in that order. With `superseded: "drop"` the envelope of a sequence below another of the same key is not kept.
   * Again after a failure: from the beginning, under the same or a higher number. Nothing enters these epochs after this call.
   */
  prepareEpoch(round: string, epoch: number, superseded: "drop" | "keep"): Promise<Uint8Array[]>;
  /**
   * Last step of a seal, after the ledger has it: removes what waited for epochs up to `epoch`, and with `"drop"` the envelopes
   * in earlier epochs that this one supersedes.
   */
  finishEpoch(round: string, epoch: number, superseded: "drop" | "keep"): Promise<void>;
  /**
   * Once at start, with what the ledger says is sealed (-1: nothing): removes epochs that were prepared and never logged, and
   * finishes a seal that was logged. @throws ERR_STORE_DAMAGED if a sealed epoch lacks records, or if an epoch that the ledger does not
   * name holds records that are nowhere else: then the ledger is an older copy
   */
  recoverRound(
    round: string,
    sealed: readonly { readonly to: number; readonly count: number }[],
    superseded: "drop" | "keep",
  ): Promise<void>;
  /**
   * Attachments: keeps a group of chunks. `same` for the same bytes ever after, `other` for other bytes at its place, or another number of
   * groups; uploads are named by 16 bytes in hex. @throws ERR_OVERLOADED when too many wait, ERR_STORE_WRITE when it was not kept
   */
  putGroup(round: string, upload: string, group: StoredGroup): Promise<"kept" | "same" | "other">;
  /** Uploads that are not settled, in no particular order. */
  uploads(round: string): Promise<Upload[]>;
  /** Notes that the message with this leaf hash claims uploads; false, and nothing is noted, when one of them is not there whole. Again: changes nothing. */
  claimUploads(round: string, uploads: readonly string[], leafHash: string): Promise<boolean>;
  /** Rewrites whole uploads as chunks that their hash alone names, in the order of their hashes, and forgets the uploads. Again after a failure: from the beginning. */
  settleUploads(round: string, uploads: readonly string[]): Promise<void>;
  /** Removes uploads with their chunks, but those that are not as they were listed: whoever claims one meanwhile keeps it. */
  dropUploads(round: string, uploads: readonly Pick<Upload, "upload" | "mark">[]): Promise<void>;
  /** How many chunks of a round are settled. */
  settledChunks(round: string): Promise<number>;
  /** A chunk by its hash, settled or not; null if there is none. @throws ERR_STORE_DAMAGED */
  chunk(round: string, sha256: string): Promise<Uint8Array | null>;

  /** Rewrites every sealed epoch without its envelopes, and removes all attachments: of a round that was cancelled. Nothing may wait for a seal. Again: changes nothing. */
  destroyEnvelopes(round: string): Promise<void>;
  /** The records that were sealed with epoch number `epoch`, in leaf order; nothing if there is no such seal. */
  epoch(round: string, epoch: number): AsyncIterable<EpochRecord>;

  /** Bytes that are free where attachments are kept; null where the store cannot tell. */
  free(): Promise<number | null>;
  /**
   * Runs what only one process may do at a time: what looks at documents, at the ledger or at a round's state, and then writes. Tasks of one
   * process run beside each other, as ever. `refresh` is awaited first where another process has written since this one last refreshed.
   * Nested calls run at once. Where no other process can have the store it runs the task.
   */
  alone<T>(refresh: () => Promise<void>, task: () => Promise<T>): Promise<T>;
  /** True once for a token, whoever asks; forgotten after `until`, unix seconds. For what nobody may do twice. */
  useOnce(token: string, times: { readonly now: number; readonly until: number }): Promise<boolean>;
  /** 32 random bytes that all processes have in common, and no one else. `fresh` are taken if there are none. */
  sharedKey(fresh: Uint8Array): Promise<Uint8Array>;

  close(): Promise<void>;
}

export type Claimed = "claimed" | "same" | "other" | "unknown" | "closed";

export interface Invitation {
  /** The hash of the request that drew it; null if none has. */
  readonly drawnBy: string | null;
}

/** Four chunks of an attachment, joined, with their place in an upload of `groups` groups. */
export interface StoredGroup {
  readonly groups: number;
  readonly index: number;
  readonly chunks: Uint8Array;
}

/** An upload as far as it has come. */
export interface Upload {
  readonly upload: string;
  readonly groups: number;
  /** How many of them are there. */
  readonly present: number;
  /** Leaf hashes of messages that claim it; whether they were admitted is another question. */
  readonly claims: readonly string[];
  /** Is another one whenever a group has come or it was claimed, by the same message again, too. */
  readonly mark: string;
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
  /** Reports: a sequence is admitted only right after the one before. */
  readonly gapless: boolean;
  /** With this many records waiting in the round, known keys are refused; new ones never. */
  readonly revisionsUpTo: number;
}

export type Admitted =
  | { readonly outcome: "admitted"; readonly epoch: number }
  /** The same bytes were admitted before, into this epoch; of epochs that were sealed as one, into the last. */
  | { readonly outcome: "same"; readonly epoch: number }
  /** Other bytes have this sequence. */
  | { readonly outcome: "other"; readonly highestSequence: number }
  /** The key belongs to the audience it was first admitted in. */
  | { readonly outcome: "audience" }
  | { readonly outcome: "gap" }
  /** Too much waits for a revision. */
  | { readonly outcome: "later" }
  /** Came after {@link Store.endAdmissions}. */
  | { readonly outcome: "closed" };

/** What is known of a response key, and of one sequence of it; null where there is nothing. */
export interface LookedUp {
  readonly key: KnownKey | null;
  readonly admitted: AdmittedSequence | null;
}

export interface AdmittedSequence {
  readonly epoch: number;
  readonly leafHash: string;
}

export interface IndexedRecord {
  readonly responseKey: string;
  readonly sequence: number;
  readonly leafHash: string;
  readonly epoch: number | null;
}

export interface KnownKey {
  readonly audience: number;
  readonly highestSequence: number;
  /** How many sequences were admitted. */
  readonly count: number;
}

export interface PendingCount {
  readonly records: number;
  readonly newKeys: number;
}

export interface EpochRecord {
  readonly responseKey: string;
  readonly audience: number;
  readonly sequence: number;
  readonly leafHash: string;
  readonly leaf: Uint8Array;
  /** Of a report the whole submission; null where superseded. */
  readonly envelope: Uint8Array | null;
}
