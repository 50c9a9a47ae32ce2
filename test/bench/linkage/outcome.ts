import { answering, isRelayed, type Setting } from "./laws.ts";
import type { Game, Played } from "./play.ts";
import { RELEASE_LEAD } from "./relaying.ts";
import { atStake, steal } from "./thief.ts";

/** One visit, or one submission that the relay passed on, as the recorder has it. Times are seconds after enrolment opened. */
export interface Visit {
  /** Who it was. Ground truth: it draws the address and is for the score. Null for the relay. */
  readonly person: number | null;
  readonly at: number;
  readonly invited: string | null;
  readonly responseKey: string | null;
  readonly sequence: number | null;
  /** How many requests it had, and how many bytes of bodies both ways. */
  readonly requests: number;
  readonly bytes: number;
}

/** What is kept of a game that was played: small enough to go from a worker to whoever scores. */
export interface Outcome {
  readonly setting: Setting;
  readonly people: number;
  /** How many answered. */
  readonly answered: number;
  readonly stored: {
    /** For each method of the thief, how many answers it named right. */
    readonly right: Readonly<Record<string, number>>;
    /** How many a guess names right in the mean. */
    readonly byChance: number;
  };
  readonly visits: readonly Visit[];
  /** Ground truth by person. */
  readonly truth: {
    readonly invited: readonly string[];
    readonly responseKeys: readonly (string | null)[];
    readonly revises: readonly boolean[];
    readonly checks: readonly boolean[];
    /** Through a relay: after its first release. */
    readonly late: readonly boolean[];
  };
}

export function outcome(played: Played): Outcome {
  const { game, truth } = played;
  const { byChance } = atStake(played);
  const release = answering(game.setting).close - RELEASE_LEAD;
  return {
    setting: game.setting,
    people: game.people,
    answered: truth.responseKeys.filter((key) => key !== null).length,
    stored: { right: Object.fromEntries(steal(played)), byChance },
    visits: visitsOf(played),
    truth: {
      invited: truth.invited,
      responseKeys: truth.responseKeys,
      revises: truth.plans.map(({ revise, withdraw }) => revise !== null || withdraw !== null),
      checks: truth.plans.map(({ check }) => check !== null),
      late: truth.plans.map(({ answer }) => isRelayed(game.setting) && answer !== null && answer >= release),
    },
  };
}

function visitsOf({ seen, truth }: Played): Visit[] {
  const visits = new Map<string, Visit>();
  for (const [place, { at, visit, invited, responseKey, sequence, sent, received }] of seen.entries()) {
    const name = visit === null ? `relay ${place}` : String(visit);
    const before = visits.get(name);
    visits.set(name, {
      person: visit === null ? null : (truth.visitors[visit] as number),
      at,
      invited: invited ?? before?.invited ?? null,
      responseKey: responseKey ?? before?.responseKey ?? null,
      sequence: sequence ?? before?.sequence ?? null,
      requests: (before?.requests ?? 0) + 1,
      bytes: (before?.bytes ?? 0) + sent + received,
    });
  }
  return [...visits.values()];
}

/** What a worker is told: a game that says nothing but numbers and words. */
export type Job = Omit<Game, "store">;
