import type { LocalizedText } from "@amana/core/bytes";
import type { RoundKind } from "@amana/core/manifest";
import { isSettled } from "./phases.ts";
import type { LiveRound, Rounds } from "./round.ts";
import type { RoundLogs } from "./round-log.ts";

/** A round as `GET rounds` tells it: by the server's clock, a hint only. */
export interface RoundSummary {
  readonly name: string;
  readonly kind: RoundKind;
  readonly title: LocalizedText;
  readonly state: "upcoming" | "enrolling" | "open" | "closed" | "released" | "cancelled";
  readonly manifest: string;
  readonly entryIndex: number;
  /** Indexes of the round's amendments in the ledger, in order. */
  readonly amendments: readonly number[];
  /** Indexes of its draws, in order. */
  readonly draws: readonly number[];
}

/** All rounds of the first `size` entries, in the order of their manifests: what is not public yet, nobody is told of. */
export function summaries(rounds: Rounds, logs: RoundLogs, now: Date, size: number): RoundSummary[] {
  return rounds
    .all()
    .filter(({ entryIndex }) => entryIndex < size)
    .sort((a, b) => a.entryIndex - b.entryIndex)
    .map((round) => summary(round, logs, now, size));
}

/** One round, as the first `size` entries have it. */
export function summary(round: LiveRound, logs: RoundLogs, now: Date, size: number): RoundSummary {
  const { manifest, idHex, entryIndex, amendedAt, drawnAt } = round;
  const { round: name, kind, title } = manifest;
  const seen = (indexes: readonly number[]): readonly number[] => indexes.filter((index) => index < size);
  const places = { entryIndex, amendments: seen(amendedAt), draws: seen(drawnAt) };
  return { name, kind, title, state: stateOf(round, logs, now, size), manifest: idHex, ...places };
}

function stateOf(round: LiveRound, logs: RoundLogs, now: Date, size: number): RoundSummary["state"] {
  const { manifest, times } = round;
  const { enrolmentOpen, enrolmentClose, answeringOpen, answeringClose } = times.windows;
  const seconds = now.getTime() / 1000;
  if (times.cancelled !== null) return "cancelled";
  if ((logs.of(round).release?.index ?? size) < size) return "released";
  if (round.state.closed || seconds >= answeringClose) return "closed";
  if (seconds >= answeringOpen) return manifest.separation.includes("phases") && !isSettled(round) ? "upcoming" : "open";
  return seconds >= enrolmentOpen && seconds < enrolmentClose ? "enrolling" : "upcoming";
}
