import type { Row } from "../benchmark.ts";
import type { Setting } from "./laws.ts";
import type { Outcome } from "./outcome.ts";
import { METHODS, type Watched, watch } from "./watcher.ts";

/**
 * Whose answers are counted: of everybody, of those who changed or withdrew theirs, of those who came to look whether it is kept, of those
 * who answered after a relay's first release.
 */
const GROUPS = ["everyone", "revisers", "checkers", "late"] as const;
type Who = (typeof GROUPS)[number];
const NOBODY = { everyone: 0, revisers: 0, checkers: 0, late: 0 };

/** One game under one adversary with all its methods. */
export interface Attempt {
  readonly people: number;
  /** For each method, for each group of people: how many are named right. */
  readonly right: ReadonlyMap<string, Readonly<Record<Who, number>>>;
  readonly of: Readonly<Record<Who, number>>;
  /** How many of everybody a guess names right, in the mean. */
  readonly byChance: number;
}

export function storedAttempt({ people, answered, stored }: Outcome): Attempt {
  const right = new Map(Object.entries(stored.right).map(([method, everyone]) => [method, { ...NOBODY, everyone }]));
  return { people, right, of: { ...NOBODY, everyone: answered }, byChance: stored.byChance };
}

/** Attempts on all games of a setting, each with what the others teach. */
export function recorderAttempts(outcomes: readonly Outcome[], persistence: number): Attempt[] {
  const all = outcomes.map((outcome) => watch(outcome, persistence));
  return all.map((watched) =>
    recorderAttempt(
      watched,
      all.filter((other) => other !== watched),
    ),
  );
}

function recorderAttempt(watched: Watched, others: readonly Watched[]): Attempt {
  const { truth, people, answered } = watched.outcome;
  const count = (test: (person: number) => boolean): Record<Who, number> => {
    const whose = truth.responseKeys.flatMap((key, person) => (key !== null && test(person) ? [person] : []));
    return {
      everyone: whose.length,
      revisers: whose.filter((person) => truth.revises[person]).length,
      checkers: whose.filter((person) => truth.checks[person]).length,
      late: whose.filter((person) => truth.late[person]).length,
    };
  };
  const right = new Map(
    Object.entries(METHODS).map(([name, method]) => {
      const named = method(watched, others);
      return [name, count((person) => named.get(truth.responseKeys[person] as string) === truth.invited[person])];
    }),
  );
  return { people, right, of: count(() => true), byChance: answered / people };
}

/**
 * The share that a method names right beyond chance, in the mean over other games than the one in question: how an adversary that knows
 * the laws chooses. The scored game's truth has no part in it; with one game alone the methods stand as they are listed.
 */
function strongest(attempts: readonly Attempt[], scored: Attempt): string {
  const others = attempts.filter((attempt) => attempt !== scored);
  let best = { name: [...scored.right.keys()].at(-1) as string, gain: Number.NEGATIVE_INFINITY };
  for (const name of scored.right.keys()) {
    const gains = others.map(({ right, of, byChance }) => ((right.get(name)?.everyone ?? 0) - byChance) / Math.max(1, of.everyone));
    const gain = gains.reduce((sum, each) => sum + each, 0) / Math.max(1, gains.length);
    if (gain > best.gain) best = { name, gain };
  }
  return best.name;
}

export interface Setup {
  readonly game: "stored" | "recorder";
  readonly separation: Setting;
  readonly persistence: number | null;
  readonly people: number;
  /** The smallest epoch. */
  readonly minimumKeys: number;
}

/** Rows of one setting: the attempts on games of this size are scored, all others help to choose the method. */
export function rows(setup: Setup, attempts: readonly Attempt[]): Row[] {
  const scored = attempts.filter(({ people }) => people === setup.people);
  const chosen = scored.map((attempt) => strongest(attempts, attempt));
  return GROUPS.flatMap((who) => {
    const shares = scored.flatMap(({ right, of, byChance }, place) => {
      const [answers, named] = [of[who], right.get(chosen[place] as string)?.[who] ?? 0];
      return answers === 0 ? [] : [{ answers, linked: named / answers, baseline: byChance / of.everyone, method: chosen[place] as string }];
    });
    return shares.length === 0 ? [] : [row(setup, who, shares)];
  });
}

interface Share {
  readonly answers: number;
  readonly linked: number;
  readonly baseline: number;
  readonly method: string;
}

function row({ game, separation, persistence, people, minimumKeys }: Setup, who: Who, shares: readonly Share[]): Row {
  const linked = mean(shares.map((share) => share.linked));
  const baseline = mean(shares.map((share) => share.baseline));
  const sigma = Math.max(spread(shares), byChance(shares));
  const advantage = linked - baseline;
  const limit = who === "everyone" ? limitOf(game, separation, minimumKeys, sigma) : null;
  return {
    name: "linkage",
    value: advantage,
    unit: "share",
    limit,
    ratio: limit === null || limit === 0 ? null : advantage / limit,
    passed: limit === null ? null : advantage <= limit,
    game,
    separation,
    persistence,
    n: people,
    who,
    linked,
    baseline,
    sigma,
    advantage,
    repetitions: shares.length,
    method: mostFrequent(shares.map(({ method }) => method)),
  };
}

/** What is asked (docs/linkage.md): nothing beyond noise, one in m for data at rest without any separation, or nothing. */
function limitOf(game: Setup["game"], separation: Setting, minimumKeys: number, sigma: number): number | null {
  if (game === "stored") return separation === "none" ? 1 / minimumKeys : 3 * sigma;
  return separation.endsWith("relay") ? 3 * sigma : null;
}

/** The standard error as the repetitions show it; of one alone, as of a share of independent people. */
function spread(shares: readonly Share[]): number {
  const linked = shares.map((share) => share.linked);
  const centre = mean(linked);
  if (shares.length < 2) return Math.sqrt((centre * (1 - centre)) / (shares[0] as Share).answers);
  return Math.sqrt(linked.reduce((sum, each) => sum + (each - centre) ** 2, 0) / (shares.length - 1) / shares.length);
}

/** The standard error of guessing: the number of places that an order leaves where they were has variance 1, whatever their number. */
function byChance(shares: readonly Share[]): number {
  return Math.sqrt(shares.reduce((sum, { answers, baseline }) => sum + Math.max(baseline, 0) / answers, 0)) / shares.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}
