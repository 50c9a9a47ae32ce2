import type { SeparationKey } from "@amana/elements";
import type { Row } from "../benchmark.ts";
import type { Setting } from "./laws.ts";

/**
 * What a watching operator can do, as it was measured: match by times, whatever addresses people have; match those who keep their
 * address, and by times next to nobody; match nobody. From the worst to the best.
 */
export const CLASSES = ["times", "addresses", "nobody"] as const;
export type Class = (typeof CLASSES)[number];

/** What each sentence of the form promises. Those of trials say that whoever runs one can find out: that stands beside any measurement. */
export const PROMISES: Readonly<Record<SeparationKey, Class>> = {
  none: "times",
  phases: "addresses",
  relay: "nobody",
  phasesRelay: "nobody",
  trialNone: "times",
  trialPhases: "times",
  trialRelay: "times",
  trialPhasesRelay: "times",
};

/** Beyond chance by times alone; more is "times". People have habits, and who is early once is early again: that is worth a few points at 50. */
const BY_HABIT = 0.1;

/** The class of a setting, by the rows of its recorder at all persistences. `sigmas` standard errors are noise. */
export function classOf(rows: readonly Row[], sigmas = 3): Class {
  const watched = rows.filter(({ game, who }) => game === "recorder" && who === "everyone");
  if (watched.length === 0) throw new RangeError("nothing was measured");
  if (watched.every(({ advantage, sigma }) => (advantage as number) <= sigmas * (sigma as number))) return "nobody";
  const byTimes = watched.filter(({ persistence }) => persistence === 0);
  const isHabit = byTimes.every(({ advantage, sigma }) => (advantage as number) <= BY_HABIT + sigmas * (sigma as number));
  return isHabit ? "addresses" : "times";
}

/** Whether a sentence says no more than was measured. */
export function mayStand(key: SeparationKey, measured: Class): boolean {
  return CLASSES.indexOf(PROMISES[key]) <= CLASSES.indexOf(measured);
}

/** The manifest's separation of a setting. */
export function separationOf(setting: Setting): ("phases" | "relay")[] {
  return (["phases", "relay"] as const).filter((part) => setting.split("+").includes(part));
}
