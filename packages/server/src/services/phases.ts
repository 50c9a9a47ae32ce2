import { AmanaError } from "@amana/core/errors";
import type { ManifestAudience } from "@amana/core/manifest";
import { issuerPlace, type LiveRound } from "./round.ts";

/**
 * What a round with `phases` asks before an answer of an audience is admitted: every issuer of every audience has logged its draws and the
 * destruction of its keys, and at each issuer of this audience at least `minimumGroup` have drawn. Read from what this server logged; in a
 * round without phases nothing is asked. The collector calls it; whoever answers knows the rule from the ledger and waits by themselves.
 * @throws ERR_ROUND_NOT_OPEN while enrolment is not over for everyone, ERR_ROUND_TOO_FEW when it will never open for this audience
 */
export function checkPhases(round: LiveRound, audience: number): void {
  const { manifest } = round;
  if (!manifest.separation.includes("phases")) return;
  if (!isSettled(round)) throw new AmanaError("ERR_ROUND_NOT_OPEN", { note: "Enrolment is not over for everyone yet." });
  const group = manifest.audiences[audience];
  if (group !== undefined && isTooSmall(round, group)) throw new AmanaError("ERR_ROUND_TOO_FEW");
}

/** The audiences that a round with `phases` never opens for, once that is certain: for its operator, who must tell them. */
export function neverOpensFor(round: LiveRound): string[] {
  if (!round.manifest.separation.includes("phases") || !isSettled(round)) return [];
  return round.manifest.audiences.filter((group) => isTooSmall(round, group)).map(({ id }) => id);
}

function isTooSmall({ state }: LiveRound, { id, issuers, minimumGroup }: ManifestAudience): boolean {
  return issuers.some(({ name }) => (state.drawCounts.get(issuerPlace(id, name)) ?? 0) < minimumGroup);
}

/** Whether every issuer's draws and destroyed keys are in the ledger: from then on the time of an answer tells nothing of an enrolment. */
export function isSettled({ manifest, state }: LiveRound): boolean {
  return manifest.audiences.every(({ id, issuers }) =>
    issuers.every(({ name }) => state.drawn.has(issuerPlace(id, name)) && state.destroyed.has(issuerPlace(id, name))),
  );
}
