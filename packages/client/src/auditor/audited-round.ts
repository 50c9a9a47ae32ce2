import { equal, toHex } from "@amana/core/bytes";
import type { Manifest } from "@amana/core/manifest";
import { checkTokens, isPlaced, NO_TOKEN, type SubmissionLeaf, verifySubmissionLeaf } from "@amana/core/submission";
import type { SeenEntry, SeenManifest } from "../wire/ledger-view.ts";
import { isSignedEntry, RoundTimeline } from "../wire/round-timeline.ts";
import { ResponseKeys } from "./response-keys.ts";
import { TrusteesSaid } from "./trustees-said.ts";

/** What a submission leaf is worth: verified once, for all checks. */
export interface LeafVerdict {
  /** Whether the round has its audience and its sequence. */
  readonly placed: boolean;
  readonly signed: boolean;
  readonly tokens: "valid" | "none" | "invalid";
  /** Whether an earlier leaf has its key and its sequence. */
  readonly repeated: boolean;
  /** Whether no earlier leaf has its response key. */
  readonly newKey: boolean;
}

/** An entry as checks get it. */
export interface AuditedEntry extends SeenEntry {
  /** The round that it names, if its manifest stands before it. */
  readonly round: AuditedRound | null;
  /** Of a document of a round: whether it is signed by whom it names. */
  readonly signed: boolean;
  /** Of a submission leaf of a round. */
  readonly leaf: LeafVerdict | null;
}

/** Where an epoch's leaves stand; `to` names it. */
export interface EpochPlace {
  readonly to: number;
  readonly firstIndex: number;
  readonly count: number;
}

/** One round while the ledger is read: what several checks need to know of it. */
export class AuditedRound {
  readonly manifest: Manifest;
  /** The manifest's id, 32 bytes. */
  readonly manifestId: Uint8Array;
  /** The same in hex. */
  readonly id: string;
  /** Where the manifest stands. */
  readonly index: number;
  readonly timeline: RoundTimeline;
  readonly keys: ResponseKeys = new ResponseKeys();
  /** By `to`, in ledger order. An operator may log two of one number: both hold leaves. */
  readonly epochs: Map<number, EpochPlace[]> = new Map();
  /** Leaves outside every epoch, by their places in the ledger. */
  readonly loose: number[] = [];
  readonly said: TrusteesSaid;
  #lastEpoch: EpochPlace | null = null;
  /** How many people drew at every issuer of an audience, by its id; filled by the check of draws, and only where all issuers logged theirs. */
  readonly drawn: Map<string, number> = new Map();
  /** How many response keys of each audience the opening selects: those up to the close. Null before it. */
  selected: readonly number[] | null = null;

  constructor(seen: SeenManifest) {
    this.manifest = seen.manifest;
    this.manifestId = seen.id;
    this.id = toHex(seen.id);
    this.index = seen.index;
    this.timeline = new RoundTimeline(seen);
    this.said = new TrusteesSaid(seen.manifest.threshold);
  }

  /** Whether nobody could object to draws any more when answering closed, and so before anybody opened an answer. */
  get objectionEndsByClose(): boolean {
    const { windows, deadlines } = this.timeline.times;
    return windows.enrolmentClose + deadlines.objection <= windows.answeringClose;
  }

  /** Judges the next entry of this round, before any check sees it. `verified`: this auditor has verified these very bytes before. */
  take(seen: SeenEntry, verified = false): AuditedEntry {
    const { entry, index } = seen;
    if (entry.type === "submission") {
      if (!this.#isInEpoch(index) && this.selected === null) this.loose.push(index);
      return { ...seen, round: this, signed: false, leaf: this.#takeLeaf(entry.leaf, verified) };
    }
    const signed = this.timeline.isSigned(entry);
    this.timeline.add(entry, index, signed);
    if (entry.type === "epoch") {
      this.#lastEpoch = { to: entry.to, firstIndex: entry.firstIndex, count: entry.count };
      this.epochs.set(entry.to, [...(this.epochs.get(entry.to) ?? []), this.#lastEpoch]);
    }
    // After the release nothing changes what was counted.
    if (signed && isSignedEntry(entry) && this.timeline.release === null) {
      this.said.take(entry, "ledgerSize" in entry && this.timeline.isAtClose(entry.ledgerSize));
    }
    if (entry.type === "close") this.selected ??= this.keys.byAudience(this.manifest.audiences.length);
    return { ...seen, round: this, signed, leaf: null };
  }

  #isInEpoch(index: number): boolean {
    const last = this.#lastEpoch;
    return last !== null && index >= last.firstIndex && index < last.firstIndex + last.count;
  }

  /** Only what is signed, and has no wrong token, is a version of its key (docs/protocol.md §8.1). */
  #takeLeaf(leaf: SubmissionLeaf, verified: boolean): LeafVerdict {
    const placed = isPlaced(leaf, this.manifest);
    const signed = placed && (verified || verifySubmissionLeaf(leaf));
    const tokens = signed ? (verified ? tokensBefore(leaf) : checkTokens(leaf, this.manifest)) : "invalid";
    // What comes after the close is no version of anything: the check of epochs names it.
    if (this.selected !== null) return { placed, signed, tokens, repeated: false, newKey: false };
    const before = this.keys.size;
    const repeated = tokens !== "invalid" && !this.keys.add(leaf, tokens === "valid");
    if (tokens === "invalid") this.keys.meet(leaf);
    const newKey = this.keys.size > before;
    return { placed, signed, tokens, repeated, newKey };
  }
}

/** The verdict on tokens that were found not to be invalid. */
function tokensBefore({ tokens }: SubmissionLeaf): "valid" | "none" {
  return tokens.every((token) => equal(token, NO_TOKEN)) ? "none" : "valid";
}
