import { toHex } from "@amana/core/bytes";
import { type AmendmentChange, keyHolders, type RoundTimes } from "@amana/core/manifest";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { commitmentsComplete, presentAttempt } from "./attempts.ts";
import type { WitnessStatus } from "./cosigning/cosigning.ts";
import type { NotificationStatus } from "./notification/notification.ts";
import type { AudienceParticipation } from "./participation.ts";
import { neverOpensFor } from "./phases.ts";
import type { LiveRound } from "./round.ts";
import type { Services } from "./services.ts";
import { type RoundSummary, summaries } from "./summaries.ts";

/** A live round as its operator sees it. Numbers of all, nothing of anyone. */
export interface RoundStatus extends RoundSummary {
  /**
   * Seals so far, and submissions in them. How many wait for a seal is not told: whoever asked again and again would see when each answer
   * came, which the disk does not say.
   */
  readonly epochs: number;
  readonly sealed: number;
  /** Organisations that have committed, and those that open now. */
  readonly committed: readonly string[];
  readonly openers: readonly string[];
  /** Audiences of which too few have enrolled: with `phases` the round never opens for them. */
  readonly neverOpensFor: readonly string[];
  /** Who has enrolled, in tens, as of the last whole day. */
  readonly participation: readonly AudienceParticipation[];
  /** When things open, close and are due, as amended. */
  readonly times: RoundTimes;
}

/** A round that is not live yet. */
export interface DraftStatus {
  readonly round: string;
  /** Every audience has its invitations. */
  readonly invitations: boolean;
  /** Organisations that have co-signed, and those that have not. */
  readonly cosigned: readonly string[];
  readonly missing: readonly string[];
}

/** A change of a live round that key holders have yet to sign. */
export interface AmendmentStatus {
  readonly round: string;
  readonly change: AmendmentChange;
  /** How many must sign, who has, and who has not, by organisation. */
  readonly needed: number;
  readonly cosigned: readonly string[];
  readonly missing: readonly string[];
}

/** How far the ledger is public, and what its witnesses say. */
export interface PublicationStatus {
  /** How many witnesses must cosign. */
  readonly quorum: number;
  /** Entries under the public checkpoint. */
  readonly publicSize: number;
  /** When the quorum-th newest cosignature of it was made, unix seconds; null without a quorum, or before the first. */
  readonly witnessedAt: number | null;
  /** Nobody can rely on the public checkpoint any more: its cosignatures are too old, or there are none. */
  readonly stale: boolean;
  /** Witnesses have signed entries that this folder does not hold: an older copy, in which nothing more is logged. */
  readonly olderCopy: boolean;
  /** Those that this server asks; none for a folder that no server uses. */
  readonly witnesses: readonly WitnessStatus[];
}

export interface Status {
  readonly programme: string;
  readonly digits: string;
  readonly trial: boolean;
  readonly ledgerSize: number;
  readonly publication: PublicationStatus;
  /** Handlers' daily message; null where none is sent, or no server runs. */
  readonly notification: NotificationStatus | null;
  readonly rounds: readonly RoundStatus[];
  readonly drafts: readonly DraftStatus[];
  readonly amendments: readonly AmendmentStatus[];
}

/** What the rounds and drafts of a server are doing. */
export async function statusOf(services: Services): Promise<Status> {
  const { programme, ledger, rounds, logs, now, drafts, amendments } = services;
  const id = programmeId(programme);
  return {
    programme: toHex(id),
    digits: programmeDigits(id),
    trial: programme.trial,
    ledgerSize: ledger.size,
    publication: publicationOf(services),
    notification: services.notification?.status ?? null,
    rounds: summaries(rounds, logs, now(), ledger.size).map((summary) => ({
      ...summary,
      ...progress(services, rounds.byId(summary.manifest) as LiveRound),
    })),
    drafts: await drafts.statuses(),
    amendments: await amendments.statuses(),
  };
}

/** @internal also for `doctor` */
export function publicationOf({
  programme,
  ledger,
  cosigning,
  now,
}: Pick<Services, "programme" | "ledger" | "cosigning" | "now">): PublicationStatus {
  const { quorum, freshnessDays } = programme;
  const { witnessedAt } = cosigning;
  return {
    quorum,
    publicSize: cosigning.published.size,
    witnessedAt,
    stale: quorum > 0 && (witnessedAt === null || witnessedAt < now().getTime() / 1000 - freshnessDays * 86_400),
    olderCopy: ledger.stopped !== null,
    witnesses: cosigning.witnesses,
  };
}

function progress({ logs, now, participation }: Services, round: LiveRound): Omit<RoundStatus, keyof RoundSummary> {
  const log = logs.of(round);
  const name = (holder: number): string => keyHolders(round.manifest)[holder]?.organisation ?? "";
  const attempt = commitmentsComplete(round, log, now()) && log.release === null ? presentAttempt(round, log) : null;
  return {
    epochs: round.state.epochs.length,
    sealed: round.state.epochs.reduce((sum, { count }) => sum + count, 0),
    committed: [...log.shareLists.keys()].sort((a, b) => a - b).map(name),
    openers: (attempt?.openers ?? []).map(name),
    participation: participation.of(round),
    neverOpensFor: neverOpensFor(round),
    times: round.times,
  };
}
