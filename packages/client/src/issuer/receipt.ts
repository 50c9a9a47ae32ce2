import { equal, fromHex, type InvitationCode, toHex } from "@amana/core/bytes";
import { type EnrolmentReceipt, encodeEnrolmentReceipt, invitedHash, verifyEnrolmentReceipt } from "@amana/core/credential";
import type { IssuerRecord } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { type RoundTimes, roundIssuers } from "@amana/core/manifest";
import { fetchProgramme, LedgerView, type SeenManifest } from "../wire/ledger-view.ts";
import { readHistory } from "../wire/round-history.ts";
import { fetchRound } from "../wire/rounds.ts";
import { type Fetch, Transport } from "../wire/transport.ts";

/**
 * What the ledger says about an enrolment receipt: its draw is logged; it may still be handed in; or the issuer is convicted, because it signed a draw and
 * did not log it, or logged another one for the same invitation.
 */
export type Judgement = { readonly kind: "logged" | "pending" | "missing" | "another" | "replaced"; readonly issuer: string };

export interface JudgeOptions {
  readonly programme: string;
  readonly now: Date;
  readonly fetch?: Fetch | undefined;
}

/** Judges a receipt by the ledger alone. @throws ERR_ENROLMENT_RECEIPT when its issuer did not sign it, ERR_ISSUER_RECORD, ERR_LEDGER_*, ERR_NETWORK */
export async function judgeReceipt(
  base: string,
  { round, receipt }: { readonly round: string; readonly receipt: EnrolmentReceipt },
  options: JudgeOptions,
): Promise<Judgement> {
  const transport = new Transport(base, options.fetch);
  const { view, seen, place } = await openReceipt(transport, round, receipt, options);
  const { issued, times } = await readHistory(view, seen);
  const record = await issued.record(transport, seen.manifest, receipt.audience, place);
  return { kind: kindOf(receipt, record, times, options.now), issuer: receipt.issuer };
}

/** By the times as they were amended: else an issuer would be convicted while its enrolment is still open. */
function kindOf({ draw }: EnrolmentReceipt, record: IssuerRecord, { windows, deadlines }: RoundTimes, now: Date): Judgement["kind"] {
  const state = record.stateOf(draw.invitedHash);
  if (typeof state === "object") return equal(state.blindedHash, draw.blindedHash) ? "logged" : "another";
  if (state === "replaced") return "replaced";
  const over = record.destroyed || now.getTime() / 1000 >= windows.enrolmentClose + deadlines.objection;
  return over ? "missing" : "pending";
}

/** An invitation code, and the issuer that it is of. */
export interface HeldInvitation {
  readonly round: string;
  readonly audience: string;
  readonly issuer: string;
  readonly code: InvitationCode;
}

/**
 * What the ledger says of an invitation, for whoever has its code: `drawn` by somebody tells a person who did not enrol that the voice was taken. The code
 * is sent to nobody. @throws ERR_ROUND_UNKNOWN, ERR_ISSUER_RECORD, ERR_LEDGER_*, ERR_NETWORK
 */
export async function judgeInvitation(
  base: string,
  { round, audience, issuer, code }: HeldInvitation,
  { programme: pinned, now, fetch }: JudgeOptions,
): Promise<"drawn" | "open" | "replaced" | "spare" | "unknown"> {
  const transport = new Transport(base, fetch);
  const programme = await fetchProgramme(transport, pinned);
  const { entryIndex } = await fetchRound(transport, round);
  const view = await LedgerView.read(transport, programme, now);
  const seen = await view.manifestAt(entryIndex, round);
  const at = seen.manifest.audiences.findIndex(({ id }) => id === audience);
  const place = (seen.manifest.audiences[at]?.issuers ?? []).findIndex(({ name }) => name === issuer);
  if (place < 0) throw new AmanaError("ERR_INVITATION_UNKNOWN");
  const { issued } = await readHistory(view, seen);
  const record = await issued.record(transport, seen.manifest, at, place);
  const state = record.stateOf(invitedHash(fromHex(pinned), round, issuer, code));
  return typeof state === "object" ? "drawn" : state;
}

async function openReceipt(
  transport: Transport,
  round: string,
  receipt: EnrolmentReceipt,
  { programme: pinned, now }: JudgeOptions,
): Promise<{ view: LedgerView; seen: SeenManifest; place: number }> {
  const programme = await fetchProgramme(transport, pinned);
  const { entryIndex } = await fetchRound(transport, round);
  const view = await LedgerView.read(transport, programme, now);
  const seen = await view.manifestAt(entryIndex, round);
  const issuers = roundIssuers(seen.manifest, receipt.audience);
  const place = issuers.findIndex(({ name }) => name === receipt.issuer);
  const issuer = issuers[place];
  if (issuer === undefined || toHex(receipt.manifestId) !== toHex(seen.id) || !verifyEnrolmentReceipt(receipt, issuer))
    throw new AmanaError("ERR_ENROLMENT_RECEIPT");
  return { view, seen, place };
}

/**
 * Hands a receipt in at its issuer, which must log the draw. @throws ERR_ENROLMENT_RECEIPT, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_INVITATION_USED: another
 * draw is logged, and the receipt convicts the issuer
 */
export async function handInReceipt(
  base: string,
  { round, receipt }: { readonly round: string; readonly receipt: EnrolmentReceipt },
  options: JudgeOptions,
): Promise<void> {
  const transport = new Transport(base, options.fetch);
  const { seen, place } = await openReceipt(transport, round, receipt, options);
  const origin = seen.manifest.audiences[receipt.audience]?.issuers[place]?.origin ?? null;
  const to = origin === null ? transport : new Transport(origin, options.fetch);
  await to.post(`issuers/${receipt.issuer}/objections`, "application/vnd.amana.enrolment-receipt", encodeEnrolmentReceipt(receipt), 4096);
}
