import { equal, SHA256, toHex } from "@amana/core/bytes";
import { decodeEnrolmentReceipt, type EnrolmentReceipt, encodeDraws, verifyEnrolmentReceipt } from "@amana/core/credential";
import type { DrawsEntry, IssuerRecord } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { roundIssuers } from "@amana/core/manifest";
import type { Issuer } from "./issuer.ts";
import type { LiveRound, Rounds } from "./round.ts";

/** A receipt that its issuer signed, with the round and the audience's id. Attacker-controlled. @throws ERR_ENROLMENT_RECEIPT, ERR_ROUND_UNKNOWN */
export function readObjection(
  name: string,
  body: Uint8Array,
  rounds: Pick<Rounds, "byId">,
): { readonly receipt: EnrolmentReceipt; readonly round: LiveRound; readonly audience: string } {
  const receipt = decodeEnrolmentReceipt(body, name);
  const round = rounds.byId(toHex(receipt.manifestId));
  if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
  const audience = round.manifest.audiences[receipt.audience]?.id;
  const issuer = roundIssuers(round.manifest, receipt.audience).find((each) => each.name === name);
  // Whoever is not the issuer can make draws that look right (decision 13), but no such signature.
  if (audience === undefined || issuer === undefined || !verifyEnrolmentReceipt(receipt, issuer))
    throw new AmanaError("ERR_ENROLMENT_RECEIPT");
  return { receipt, round, audience };
}

export interface Objected {
  readonly round: LiveRound;
  readonly audience: string;
  readonly record: IssuerRecord;
  readonly now: Date;
  readonly issuer: Issuer;
}

/**
 * The further list of draws that an objection makes due; null when its draw is logged already.
 * @throws ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_INVITATION_USED (another draw is logged: the receipt convicts the issuer), ERR_INVITATION_UNKNOWN
 */
export function signObjection(
  { draw, issuer: name }: EnrolmentReceipt,
  { round, audience, record, now, issuer }: Objected,
): { readonly entry: DrawsEntry; readonly file: Uint8Array } | null {
  const seconds = now.getTime() / 1000;
  const { windows, deadlines } = round.times;
  const state = record.stateOf(draw.invitedHash);
  if (typeof state === "object" && equal(state.blindedHash, draw.blindedHash)) return null;
  if (seconds < windows.enrolmentClose || record.drawn === null) throw new AmanaError("ERR_ROUND_NOT_OPEN");
  if (seconds >= windows.enrolmentClose + deadlines.objection || record.destroyed) throw new AmanaError("ERR_ROUND_CLOSED");
  if (typeof state === "object") throw new AmanaError("ERR_INVITATION_USED");
  if (state !== "open") throw new AmanaError("ERR_INVITATION_UNKNOWN");
  const file = encodeDraws([draw]);
  const fields = { audience, issuer: name, count: 1, sha256: toHex(SHA256(file)), length: file.length };
  return { entry: issuer.sign<DrawsEntry>(round, audience, name, { type: "draws", ...fields }), file };
}
