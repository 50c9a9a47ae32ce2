import type { InvitationCode } from "@amana/core/bytes";
import { type Backup, writeBackup } from "../backup/backup.ts";
import type { AmendmentInput } from "./amendments.ts";
import type { DraftInput } from "./draft-model.ts";
import type { InvitationsInput } from "./invitations.ts";
import type { ReplaceInput } from "./issuing.ts";
import type { PublishedDocument } from "./plans.ts";
import { roundNamed, type Services } from "./services.ts";
import { type AmendmentStatus, type Status, statusOf } from "./status.ts";
import type { Tick } from "./tick.ts";

/** What the operator of a server does. The same in the server's process and through the data folder's socket. */
export interface Operator {
  /** Makes a draft of a round: checks everything, names every mistake at once. @throws ERR_MANIFEST_INVALID, ERR_MANIFEST_SECOND, ERR_DRAFT_EXISTS */
  createDraft(input: DraftInput): Promise<{ readonly round: string }>;
  /**
   * Makes the codes of one issuer. They are returned once, the last `spares` of them as spares; the server keeps hashes. Whoever
   * calls hands them out and keeps none. @throws ERR_DRAFT_UNKNOWN, ERR_MANIFEST_INVALID, ERR_INVITATIONS_MADE
   */
  createInvitations(input: InvitationsInput): Promise<readonly InvitationCode[]>;
  /**
   * Replaces an invitation that nobody drew by a spare, or revokes it. The spare's code may be given out when this returns.
   * @throws ERR_ROUND_UNKNOWN, ERR_INVITATION_USED, ERR_INVITATION_UNKNOWN, ERR_NOT_DUE, ERR_ENTRY_REFUSED for an issuer with its own process
   */
  replaceInvitation(input: ReplaceInput): Promise<{ readonly by: string | null }>;
  /** Forgets a draft, with its keys and invitations. @throws ERR_DRAFT_UNKNOWN */
  discardDraft(round: string): Promise<void>;
  /**
   * Proposes a change of a live round to its key holders; it is logged by itself when enough have signed. Another proposal of the round is
   * replaced, with its signatures. @throws ERR_ROUND_UNKNOWN, ERR_AMENDMENT_INVALID with every mistake
   */
  proposeAmendment(input: AmendmentInput): Promise<AmendmentStatus>;
  /** Forgets a proposal that is not logged yet. @throws ERR_AMENDMENT_UNKNOWN */
  withdrawAmendment(round: string): Promise<void>;
  /** Publishes a release that k trustees signed, and says where it is; published before, says the same. @throws ERR_ROUND_UNKNOWN, ERR_NOT_DUE */
  publishRelease(round: string): Promise<{ readonly index: number; readonly sha256: string }>;
  /**
   * Publishes the next revision of a joint action plan (`PlanFile`), for ever; its figures are looked up in this ledger's releases.
   * @throws ERR_PLAN_INVALID with every gap
   */
  publishPlan(file: unknown): Promise<PublishedDocument & { readonly plan: string; readonly revision: number }>;
  /** Publishes an announcement (`AnnouncementFile`) about a published plan. @throws ERR_PLAN_INVALID with every mistake */
  announce(file: unknown): Promise<PublishedDocument>;
  /** Writes a backup into a new or empty folder, of what the ledger has and nothing that waits. @throws as `writeBackup` */
  backup(target: string): Promise<Backup>;
  status(): Promise<Status>;
  /** Does what is due by the clock. */
  tick(): Promise<void>;
}

/** The operator of services in this process. */
export function createOperator(services: Services, tick: Tick): Operator {
  const { drafts, amendments, releases, rounds, alone } = services;
  return {
    createDraft: (input) => alone(() => drafts.create(input)),
    createInvitations: (input) => alone(() => drafts.createInvitations(input)),
    replaceInvitation: (input) => alone(() => services.issuing.replace(input)),
    discardDraft: (round) => alone(() => drafts.discard(round)),
    proposeAmendment: (input) => alone(() => amendments.propose(input)),
    withdrawAmendment: (round) => alone(() => amendments.withdraw(round)),
    publishRelease: (round) => alone(async () => releases.publish(roundNamed(rounds, round))),
    publishPlan: (file) => alone(() => services.plans.publish(file)),
    announce: (file) => alone(() => services.plans.announce(file)),
    backup: (target) => tick.between(() => writeBackup(services, target)),
    status: () => alone(() => statusOf(services)),
    tick: () => tick.run(),
  };
}
