import { type LocalizedText, toHex } from "../bytes/index.ts";
import { AmanaError, type Problem } from "../errors/index.ts";
import {
  type Amendment,
  type AmendmentChange,
  amendmentHash,
  firstPrevious,
  isAmendmentSigned,
  type SignedAmendment,
} from "./amendment.ts";
import { checkMoments } from "./check-round.ts";
import type { Deadlines, Manifest, Windows } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/**
 * What holds of a round now: the manifest's times, as its amendments have moved them. Whoever asks whether a round is open, closed or due
 * reads these, never the manifest's own: server, trustees' tools, respondents' clients, auditors.
 */
export interface RoundTimes {
  readonly windows: Windows;
  readonly deadlines: Deadlines;
  /** Why the round was cancelled; null while it was not. */
  readonly cancelled: LocalizedText | null;
  /** How many amendments count: the number of the next one. */
  readonly amendments: number;
  /** Hex; what the next amendment names as `previous`. */
  readonly previous: string;
}

/** Seconds between an early close and the moment in which key holders sign it: who has an invitation must be able to read it. None in a trial. */
const NOTICE = 86_400;
/** An amendment's number is one byte. */
const MOST_AMENDMENTS = 256;

/** The times of a round that nobody has amended. */
export function manifestTimes(manifest: Manifest): RoundTimes {
  const { windows, deadlines } = manifest;
  return { windows, deadlines, cancelled: null, amendments: 0, previous: firstPrevious(manifest) };
}

/**
 * The times of a round after these amendments, in ledger order. One that does not follow the one before, that too few signed, or that
 * changes what no amendment may, is nothing, and the next may take its place. Where entries stand in the ledger is for `AmendmentReader`.
 */
export function amended(manifest: Manifest, amendments: Iterable<SignedAmendment>): RoundTimes {
  let times = manifestTimes(manifest);
  for (const amendment of amendments) times = amendedOnce(manifest, times, amendment) ?? times;
  return times;
}

/** The times after one more amendment; null if it is nothing. Tests show with another `isSigned` what signatures are good for. */
export function amendedOnce(
  manifest: Manifest,
  times: RoundTimes,
  amendment: SignedAmendment,
  isSigned: typeof isAmendmentSigned = isAmendmentSigned,
): RoundTimes | null {
  const follows = amendment.number === times.amendments && amendment.previous === times.previous;
  if (!follows || problemsOf(manifest, times, amendment.change).length > 0 || !isSigned(manifest, amendment)) return null;
  return {
    ...changed(manifest, times, amendment.change),
    amendments: times.amendments + 1,
    previous: toHex(amendmentHash(manifest, amendment)),
  };
}

/** The amendment that would make this change next. */
export function nextAmendment(times: RoundTimes, change: AmendmentChange): Amendment {
  return { number: times.amendments, previous: times.previous, change };
}

/**
 * Names every mistake of an amendment at once, by the clock of who signs or logs it: operators' tools, trustees' tools and servers call it.
 * Who only reads the ledger has no clock for the past, and judges by `amended`.
 * @throws ERR_AMENDMENT_INVALID
 */
export function checkAmendment(manifest: Manifest, times: RoundTimes, amendment: Amendment, trial: boolean, now: Date): void {
  const { change, number, previous } = amendment;
  const problems = problemsOf(manifest, times, change);
  const wrong: Wrong = (path, message) => void problems.push({ path, message });
  if (number !== times.amendments) wrong("/number", `the next amendment of this round is number ${times.amendments}`);
  else if (previous !== times.previous) wrong("/previous", "does not follow the amendment before");
  const seconds = now.getTime() / 1000;
  const lead = manifest.relay?.releaseLead ?? 0;
  // The relay lets everything out at the old moment: who answered after that would stand alone.
  if (change.kind === "lengthen" && seconds >= times.windows.answeringClose - lead)
    wrong("/change/answeringClose", lead === 0 ? "too late: answering has closed" : "too late: the relay has released what it held");
  const earliest = Math.ceil(seconds) + lead + (trial ? 0 : NOTICE);
  if (change.kind === "close-early" && change.answeringClose < earliest)
    wrong("/change/answeringClose", `too soon: at the earliest ${new Date(earliest * 1000).toISOString()}`);
  if (problems.length > 0) throw new AmanaError("ERR_AMENDMENT_INVALID", { problems });
}

/** What an amendment may not change, whatever the clock says. */
function problemsOf(manifest: Manifest, times: RoundTimes, change: AmendmentChange): Problem[] {
  const problems: Problem[] = [];
  const wrong: Wrong = (path, message) => void problems.push({ path, message });
  if (times.cancelled !== null) wrong("/", "this round was cancelled: nothing changes it any more");
  if (times.amendments >= MOST_AMENDMENTS) wrong("/number", "this round was amended as often as the protocol allows");
  if (change.kind === "cancel") {
    if (Object.values(change.reason).some((text) => text.trim() === "")) wrong("/change/reason", "say why, in each language");
    return problems;
  }
  const { windows, deadlines } = times;
  if (change.kind === "lengthen") {
    if (change.answeringClose <= windows.answeringClose) wrong("/change/answeringClose", "must be later than it is now");
    for (const field of ["sealBy", "missingBy", "commitBy"] as const)
      if (change[field] < deadlines[field]) wrong(`/change/${field}`, "must not be earlier than it is now");
  } else if (change.answeringClose >= windows.answeringClose) wrong("/change/answeringClose", "must be earlier than it is now");
  checkMoments({ ...manifest, ...changed(manifest, times, change) }, (path, message) => wrong(`/change${path}`, message));
  return problems;
}

function changed(manifest: Manifest, times: RoundTimes, change: AmendmentChange): RoundTimes {
  if (change.kind === "cancel") return { ...times, cancelled: change.reason };
  const { answeringClose } = change;
  const windows = { ...times.windows, answeringClose, enrolmentClose: enrolmentClose(manifest, answeringClose) };
  if (change.kind === "close-early") return { ...times, windows };
  const { sealBy, missingBy, commitBy } = change;
  return { ...times, windows, deadlines: { ...times.deadlines, sealBy, missingBy, commitBy } };
}

/** Enrolment that ends with answering goes on doing so (docs/decisions/0012); it never ends later than answering, nor else later than the manifest says. */
function enrolmentClose({ windows }: Manifest, answeringClose: number): number {
  return windows.enrolmentClose === windows.answeringClose ? answeringClose : Math.min(windows.enrolmentClose, answeringClose);
}
