import type { KeyFile } from "@amana/client/keys";
import type { DraftCheck, NextStep, StepProgress } from "@amana/client/trustee";
import type { LocalizedText } from "@amana/core/bytes";
import type { AmendmentChange, Manifest, RoundTimes } from "@amana/core/manifest";
import type { DeskClient, DeskServer } from "../desk/session.ts";
import type { RoundMemory } from "./round-memory.ts";

/** A round of the key file, as its trustee finds it. Organisations are ids of the programme. */
export type TrusteeRound = UnpreparedRound | BrokenRound | DraftRound | LiveRound | ChannelRound | UnloggedRound;

/** The operator has not prepared it yet. */
export interface UnpreparedRound {
  readonly kind: "unprepared";
  readonly name: string;
}

/** It cannot be read, or is not the one that was signed. The others can still be worked on. */
export interface BrokenRound {
  readonly kind: "broken";
  readonly name: string;
  readonly error: unknown;
}

/** A live reporting channel: handlers have a page of their own. */
export interface ChannelRound {
  readonly kind: "channel";
  readonly name: string;
  readonly title: LocalizedText;
}

/** Its key is destroyed here, and the ledger does not say so yet. */
export interface UnloggedRound {
  readonly kind: "unlogged";
  readonly name: string;
  logDestroyed(): Promise<void>;
}

/** A round that is to be checked, rehearsed and co-signed. */
export interface DraftRound {
  readonly kind: "draft";
  readonly name: string;
  readonly manifest: Manifest;
  /** Manifest id, hex: what is signed. */
  readonly id: string;
  readonly checks: readonly DraftCheck[];
  /** `rehearse` and `cosign` only where every check holds. */
  readonly due: "rehearse" | "cosign" | "wait" | "refuse";
  /** Shares that the rehearsal still needs. */
  readonly sharesLeft: number;
  /** Who has not co-signed. */
  readonly waitsFor: readonly string[];
  rehearse(): Promise<void>;
  /** @throws ERR_ENVELOPE_SHARES, ERR_MANIFEST_SECOND, ERR_NOT_DUE */
  cosign(file: KeyFile): Promise<void>;
}

/** A change that the operator proposes. */
export interface Proposal {
  readonly change: AmendmentChange;
  readonly number: number;
  /** Hex. */
  readonly hash: string;
  readonly signatures: number;
  readonly quorum: number;
  readonly signedByUs: boolean;
  /** Another of this number was signed, and is not in the ledger. */
  readonly signedAnother: boolean;
  /** Why it must not be signed; null where nothing speaks against it. */
  readonly error: unknown;
}

/** What a count gives to look at before it is signed. */
export interface Counted {
  readonly digest: string;
  readonly attempt: number;
  readonly audiences: readonly {
    readonly audience: string;
    readonly counted: number;
    readonly withdrawn: number;
    readonly invalid: number;
    readonly unopened: number;
    readonly missing: number;
  }[];
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  sign(): Promise<void>;
}

/** What came of a count: something to sign, others to wait for, or somebody named as absent. */
export type CountOutcome = { readonly counted: Counted } | { readonly waitsFor: readonly string[] } | { readonly absent: string };

/** A live round, as of the moment that it was read. Long steps report their progress, can be stopped by it, and go on where they were. */
export interface LiveRound {
  readonly kind: "live";
  readonly name: string;
  readonly manifest: Manifest;
  /** Manifest id, hex. */
  readonly id: string;
  readonly times: RoundTimes;
  readonly due: NextStep;
  /** For whom is waited, where that is known. */
  readonly waitsFor: readonly string[];
  /** Sealed answers that the opening needs and that are not in this page's memory. */
  readonly lacking: number;
  readonly proposal: Proposal | null;
  /** A change that this trustee signed is neither proposed nor in the ledger. */
  readonly lostAmendment: boolean;
  readonly memory: RoundMemory;
  /** Fetches the sealed answers of every epoch that was not held. @returns how many the server did not give */
  collect(progress: StepProgress): Promise<number>;
  /** Has the ledger say what is held, once it is kept where it stays. */
  logHeld(): Promise<void>;
  /** Fetches whatever an opening needs and is not here. */
  complete(): Promise<void>;
  commit(progress: StepProgress): Promise<void>;
  reveal(progress: StepProgress): Promise<void>;
  count(progress: StepProgress): Promise<CountOutcome>;
  /** Once this trustee signed, names whoever keeps the others waiting too long. @returns who */
  dispute(): Promise<string | null>;
  amend(file: KeyFile): Promise<boolean>;
  destroy(): Promise<void>;
}

export interface TrusteeServer extends DeskServer {
  /** Every round of the key file, read anew. */
  look(file: KeyFile, memoryOf: (round: string) => RoundMemory, now: Date): Promise<readonly TrusteeRound[]>;
}

/** Where `<amana-trustee>` gets everything from that is not a screen. */
export type TrusteeClient = DeskClient<TrusteeServer>;
