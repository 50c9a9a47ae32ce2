import { fromHex, toHex } from "../bytes/index.ts";
import { parseIssuerKey } from "../credential/index.ts";
import { AmanaError, isAmanaError, type Problem } from "../errors/index.ts";
import { type Programme, programmeId } from "../programme/index.ts";
import { keyHolders } from "./manifest.ts";
import type { Manifest } from "./model.ts";

export const REPORT_SIZE = 16_384;
/** A reports round lasts at most 31 days. */
const REPORTS_SPAN = 31 * 86_400;

/** What is known besides the manifest itself when it is checked. */
export interface ManifestSurroundings {
  readonly programme: Programme;
  /** SPKIs (hex) of every earlier manifest of the programme: a key serves one audience of one round, ever. */
  readonly earlierIssuerKeys?: ReadonlySet<string>;
}

/**
 * Names every mistake of a manifest at once. Operators' tools, trustees' tools and clients all call it:
 * what it refuses, nobody signs and nobody answers. @throws ERR_MANIFEST_INVALID
 */
export function checkManifest(manifest: Manifest, { programme, earlierIssuerKeys = new Set() }: ManifestSurroundings): void {
  const problems: Problem[] = [];
  const wrong = (path: string, message: string): void => void problems.push({ path, message });

  if (manifest.programme !== toHex(programmeId(programme))) wrong("/programme", "another programme");
  checkHolders(manifest, programme, wrong);
  checkAudiences(manifest, programme, earlierIssuerKeys, wrong);
  checkTimes(manifest, programme, wrong);
  if (problems.length > 0) throw new AmanaError("ERR_MANIFEST_INVALID", { problems });
}

type Wrong = (path: string, message: string) => void;

function checkHolders(manifest: Manifest, programme: Programme, wrong: Wrong): void {
  const reports = manifest.kind === "reports";
  const field = reports ? "/handlers" : "/trustees";
  const holders = keyHolders(manifest);
  if ((reports ? manifest.trustees : manifest.handlers).length > 0)
    wrong(reports ? "/trustees" : "/handlers", "must be empty in a round of this kind");
  if (holders.length === 0) wrong(field, "at least one");
  if (reports) {
    if (manifest.threshold !== 1) wrong("/threshold", "1 for reports: each handler can open");
    if (manifest.size !== REPORT_SIZE) wrong("/size", `${REPORT_SIZE} for reports`);
  } else {
    const most = manifest.noSpare ? holders.length : holders.length - 1;
    if (manifest.threshold < 2 || manifest.threshold > most)
      wrong("/threshold", `between 2 and ${most} (as many as there are trustees only with noSpare)`);
  }
  holders.forEach((holder, index) => {
    const organisation = programme.organisations.find(({ id }) => id === holder.organisation);
    if (organisation === undefined) wrong(`${field}/${index}/organisation`, "no such organisation in the programme");
    else if (organisation.key !== holder.signingKey) wrong(`${field}/${index}/signingKey`, "not the organisation's key in the programme");
    if (holders.findIndex((other) => other.organisation === holder.organisation) !== index)
      wrong(`${field}/${index}/organisation`, "named twice");
    if (holders.findIndex((other) => other.kemKey === holder.kemKey) !== index) wrong(`${field}/${index}/kemKey`, "this key is used twice");
  });
}

function checkAudiences(manifest: Manifest, programme: Programme, earlier: ReadonlySet<string>, wrong: Wrong): void {
  const reports = manifest.kind === "reports";
  if (reports !== (manifest.audiences.length === 0)) wrong("/audiences", reports ? "none in a reports round" : "at least one");
  if (reports !== (manifest.analysisPlan === null)) wrong("/analysisPlan", reports ? "none in a reports round" : "required");
  const seen = new Set(earlier);
  manifest.audiences.forEach((audience, index) => {
    const path = `/audiences/${index}`;
    if (manifest.audiences.findIndex(({ id }) => id === audience.id) !== index) wrong(`${path}/id`, "used twice");
    const floor = programme.trial ? 1 : 5;
    if (audience.minimumGroup < floor) wrong(`${path}/minimumGroup`, `at least ${floor}`);
    if (audience.rosterSize < audience.minimumGroup) wrong(`${path}/rosterSize`, "smaller than the minimum group");
    if (audience.issuers.length === 0) wrong(`${path}/issuers`, "at least one");
    audience.issuers.forEach((issuer, at) => {
      const here = `${path}/issuers/${at}`;
      if (audience.issuers.findIndex(({ name }) => name === issuer.name) !== at) wrong(`${here}/name`, "used twice");
      if (!programme.organisations.some(({ id }) => id === issuer.handedOutBy))
        wrong(`${here}/handedOutBy`, "no such organisation in the programme");
      const { count, spares } = issuer.invitations;
      if (spares > count || count - spares > audience.rosterSize)
        wrong(`${here}/invitations`, "more invitations than people on the roster");
      for (const field of ["spki", "reportSpki"] as const) {
        if (seen.has(issuer[field])) wrong(`${here}/${field}`, "this key is used elsewhere: one key, one audience, one round");
        seen.add(issuer[field]);
        if (!isIssuerKey(issuer[field])) wrong(`${here}/${field}`, "not an RSA-2048 key as the protocol requires");
      }
    });
  });
}

function isIssuerKey(spki: string): boolean {
  try {
    parseIssuerKey(fromHex(spki));
    return true;
  } catch (error) {
    if (isAmanaError(error)) return false;
    throw error;
  }
}

function checkTimes(manifest: Manifest, programme: Programme, wrong: Wrong): void {
  const { windows, deadlines, epoch } = manifest;
  const reports = manifest.kind === "reports";
  if (windows.answeringOpen >= windows.answeringClose) wrong("/windows/answeringClose", "must be after answeringOpen");
  if (reports) {
    if (windows.enrolmentOpen !== 0 || windows.enrolmentClose !== 0) wrong("/windows", "reports have no enrolment");
    if (windows.answeringClose - windows.answeringOpen > REPORTS_SPAN)
      wrong("/windows/answeringClose", "a reports round lasts at most 31 days");
    return;
  }
  if (windows.enrolmentOpen >= windows.enrolmentClose) wrong("/windows/enrolmentClose", "must be after enrolmentOpen");
  const phases = manifest.separation.includes("phases");
  if (phases && windows.enrolmentClose + deadlines.objection > windows.answeringOpen) {
    wrong("/windows/answeringOpen", "with phases, answering opens after enrolment has closed and the objection time has passed");
  }
  if (manifest.separation.includes("relay") !== (manifest.relay !== null)) wrong("/relay", "given exactly when separation has relay");
  if (manifest.separation.length === 0 && !programme.trial) wrong("/separation", "phases, relay or both, except in a trial programme");
  if (manifest.separation.join() !== [...new Set(manifest.separation)].sort().join()) wrong("/separation", "sorted, each once");
  const order = [windows.answeringClose, deadlines.sealBy, deadlines.missingBy, deadlines.commitBy];
  if (order.some((time, index) => index > 0 && time < (order[index - 1] as number)))
    wrong("/deadlines", "answeringClose ≤ sealBy ≤ missingBy ≤ commitBy");
  if (deadlines.revealSpan === 0) wrong("/deadlines/revealSpan", "more than 0 seconds");
  const smallest = programme.trial ? 1 : Math.max(...manifest.audiences.map(({ minimumGroup }) => minimumGroup));
  if (epoch.minimumKeys < smallest) wrong("/epoch/minimumKeys", `at least ${smallest}`);
}
