import { fromHex } from "../bytes/index.ts";
import { CHACHA20_POLY1305, decodeKeyConfiguration, HKDF_SHA256, MLKEM768_X25519 } from "../ohttp/index.ts";
import { isSigningPublicKey } from "../primitives/index.ts";
import type { Programme } from "../programme/index.ts";
import { isKemPublicKey } from "./check-holders.ts";
import type { Manifest, ManifestRelay } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/** Bytes of padded plaintext in every message of a reports round. */
export const REPORT_SIZE = 16_384;
/** Header and one item: no questionnaire has a smaller ballot. */
const SMALLEST_BALLOT = 38;
/** A reports round lasts at most 31 days. */
const REPORTS_SPAN = 31 * 86_400;
/** A phone needs minutes for more than this: nobody could report. */
const MOST_WORK = 24;
/** A relay releases at least two hours before the close, and has four slots for each person. */
const SMALLEST_LEAD = 7200;
const SLOTS_PER_PERSON = 4;

/** What belongs to reports alone, and what to surveys and consultations alone. */
export function checkKind(manifest: Manifest, wrong: Wrong): void {
  const reports = manifest.kind === "reports";
  if (reports !== (manifest.audiences.length === 0)) wrong("/audiences", reports ? "none in a reports round" : "at least one");
  if (reports !== (manifest.analysisPlan === null)) wrong("/analysisPlan", reports ? "none in a reports round" : "required");
  if (reports && manifest.size !== REPORT_SIZE) wrong("/size", `${REPORT_SIZE} for reports`);
  if (!reports && manifest.size < SMALLEST_BALLOT) wrong("/size", `at least ${SMALLEST_BALLOT}: the smallest ballot`);
  if (manifest.workDifficulty > (reports ? MOST_WORK : 0))
    wrong("/workDifficulty", reports ? `at most ${MOST_WORK}` : "0, but for reports");
  if (!reports && manifest.accepts.length > 0) wrong("/accepts", "empty, but for reports");
  if (new Set(manifest.accepts).size < manifest.accepts.length) wrong("/accepts", "each survey once");
  if (!reports && manifest.successor !== null) wrong("/successor", "null, but for reports");
  if (manifest.successor === manifest.round) wrong("/successor", "another round");
}

/** Windows, deadlines, and what separates enrolment from answering. */
export function checkTimes(manifest: Manifest, programme: Programme, wrong: Wrong): void {
  checkMoments(manifest, wrong);
  if (manifest.kind === "reports") {
    if (manifest.windows.enrolmentOpen !== 0 || manifest.windows.enrolmentClose !== 0) wrong("/windows", "reports have no enrolment");
    if (manifest.separation.length > 0) wrong("/separation", "empty for reports");
    if (manifest.relay !== null) wrong("/relay", "none for reports");
    return;
  }
  checkSeparation(manifest, programme, wrong);
  const { objection, revealSpan } = manifest.deadlines;
  if (objection === 0 && !programme.trial) wrong("/deadlines/objection", "more than 0 seconds: issuers' draws must be open to objection");
  if (revealSpan === 0) wrong("/deadlines/revealSpan", "more than 0 seconds");
  const smallest = programme.trial ? 0 : Math.max(0, ...manifest.audiences.map(({ minimumGroup }) => minimumGroup));
  if (manifest.epoch.minimumKeys < smallest) wrong("/epoch/minimumKeys", `at least ${smallest}`);
}

/** How a round's moments lie to each other: of a manifest, and of one whose times an amendment would move. */
export function checkMoments({ kind, windows, deadlines, relay }: Manifest, wrong: Wrong): void {
  if (windows.answeringOpen >= windows.answeringClose) wrong("/windows/answeringClose", "must be after answeringOpen");
  if (kind === "reports") {
    if (windows.answeringClose - windows.answeringOpen > REPORTS_SPAN)
      wrong("/windows/answeringClose", "a reports round lasts at most 31 days");
    return;
  }
  if (windows.enrolmentOpen >= windows.enrolmentClose) wrong("/windows/enrolmentClose", "must be after enrolmentOpen");
  if (windows.enrolmentOpen > windows.answeringOpen) wrong("/windows/answeringOpen", "before enrolmentOpen");
  if (windows.enrolmentClose > windows.answeringClose) wrong("/windows/enrolmentClose", "after answeringClose");
  if (relay !== null && windows.answeringClose - relay.releaseLead <= windows.answeringOpen)
    wrong("/relay/releaseLead", "the release would be before answering opens");
  const order = [windows.answeringClose, deadlines.sealBy, deadlines.missingBy, deadlines.commitBy];
  if (order.some((time, index) => index > 0 && time < (order[index - 1] as number)))
    wrong("/deadlines", "answeringClose ≤ sealBy ≤ missingBy ≤ commitBy");
}

function checkSeparation(manifest: Manifest, programme: Programme, wrong: Wrong): void {
  const { windows, deadlines, separation, relay } = manifest;
  if (separation.length === 0 && !programme.trial) wrong("/separation", "phases, relay or both, except in a trial programme");
  if (separation.join() !== [...new Set(separation)].sort().join()) wrong("/separation", "sorted, each once");
  if (separation.includes("phases") && windows.enrolmentClose + deadlines.objection > windows.answeringOpen)
    wrong("/windows/answeringOpen", "with phases, answering opens after enrolment has closed and the objection time has passed");
  if (separation.includes("relay") !== (relay !== null)) wrong("/relay", "given exactly when separation has relay");
  if (relay !== null) checkRelay(relay, manifest, programme, wrong);
}

function checkRelay(relay: ManifestRelay, manifest: Manifest, programme: Programme, wrong: Wrong): void {
  if (!programme.organisations.some(({ id }) => id === relay.organisation))
    wrong("/relay/organisation", "no such organisation in the programme");
  const secret = programme.trial || relay.origin.startsWith("https:");
  if (!secret || !/^https?:\/\/[a-z0-9.-]+(:[0-9]{1,5})?$/.test(relay.origin))
    wrong("/relay/origin", "an origin like https://relay.example.org");
  if (!isSigningPublicKey(fromHex(relay.key))) wrong("/relay/key", "not an Ed25519 public key");
  const people = manifest.audiences.reduce((sum, { rosterSize }) => sum + rosterSize, 0);
  if (relay.slots < SLOTS_PER_PERSON * people) wrong("/relay/slots", `at least ${SLOTS_PER_PERSON * people}: four for each person`);
  if (relay.releaseLead < SMALLEST_LEAD && !programme.trial) wrong("/relay/releaseLead", `at least ${SMALLEST_LEAD} seconds`);
  if (!isKeyConfiguration(fromHex(relay.keyConfiguration))) wrong("/relay/keyConfiguration", "not the one kind of key that a gateway has");
}

/** One choice for everyone: a client that could choose its algorithms would be told from others by them. */
function isKeyConfiguration(bytes: Uint8Array): boolean {
  try {
    const { publicKey, algorithms } = decodeKeyConfiguration(bytes, MLKEM768_X25519);
    const [only, ...others] = algorithms;
    const one = only?.kdfId === HKDF_SHA256 && only.aeadId === CHACHA20_POLY1305.id && others.length === 0;
    return one && isKemPublicKey(publicKey);
  } catch {
    return false;
  }
}
