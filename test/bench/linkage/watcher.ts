import { assign } from "./assignment.ts";
import { habitLogRatio, LAWS, sittingLogDensity } from "./laws.ts";
import type { Outcome, Visit } from "./outcome.ts";
import { chance } from "./random.ts";

/** What an operator has that keeps time, address and content of every request, sorted by what it is about. */
export interface Watched {
  readonly outcome: Outcome;
  readonly persistence: number;
  /** Invitations by their first draw, with the times at which the same draw was asked for again. */
  readonly draws: readonly { readonly invited: string; readonly at: number; readonly address: string; readonly again: readonly number[] }[];
  /** Response keys, by their first version: when it came, from where (the relay has no address), and how often there was another. */
  readonly answers: readonly {
    readonly responseKey: string;
    readonly at: number;
    readonly sequence: number;
    readonly versions: number;
    readonly addresses: ReadonlySet<string>;
  }[];
  /** Visits in which nothing was sent that names an invitation or a key, by address. */
  readonly looks: ReadonlyMap<string, readonly number[]>;
}

/**
 * Draws addresses: everybody enrols from an address that nobody else has, and has it again on each later visit with the given
 * probability; else one that was never seen.
 */
export function watch(outcome: Outcome, persistence: number): Watched {
  const draws = new Map<string, { at: number; address: string; again: number[] }>();
  const answers = new Map<string, { at: number; sequence: number; versions: number; addresses: Set<string> }>();
  const looks = new Map<string, number[]>();
  for (const [place, visit] of outcome.visits.entries()) {
    const address = addressOf(visit, place, persistence);
    if (visit.invited !== null) {
      const before = draws.get(visit.invited);
      if (before === undefined) draws.set(visit.invited, { at: visit.at, address, again: [] });
      else before.again.push(visit.at);
    }
    if (visit.responseKey !== null) {
      const answer = answers.get(visit.responseKey) ?? { at: visit.at, sequence: visit.sequence ?? 0, versions: 0, addresses: new Set() };
      if (visit.person !== null) answer.addresses.add(address);
      answer.versions++;
      answers.set(visit.responseKey, answer);
    }
    if (visit.invited === null && visit.responseKey === null) looks.set(address, [...(looks.get(address) ?? []), visit.at]);
  }
  return {
    outcome,
    persistence,
    looks,
    draws: [...draws].map(([invited, draw]) => ({ invited, ...draw })),
    answers: [...answers].map(([responseKey, answer]) => ({ responseKey, ...answer })),
  };
}

function addressOf({ person, invited }: Visit, place: number, persistence: number): string {
  if (person === null) return "relay";
  return invited !== null || chance(persistence) ? `home ${person}` : `visit ${place}`;
}

/** A method: the invitation that it names for each response key that it names one for. It may learn from other games, whose truth it has. */
export type Method = (watched: Watched, others: readonly Watched[]) => Map<string, string>;

/** What makes a method of scores: the higher, the likelier is it that one person drew and answered. */
type Score = (watched: Watched, answer: Answer, draw: Draw) => number;
type Answer = Watched["answers"][number];
type Draw = Watched["draws"][number];

/** A strange address has this probability of being someone else's by chance. */
const COINCIDENCE = 1e-6;

const byAddress: Score = ({ persistence }, { addresses }, { address }) =>
  addresses.has(address) ? Math.log(Math.max(persistence, COINCIDENCE) / COINCIDENCE) : 0;

const byTime: Score = ({ outcome: { setting } }, answer, draw) => {
  if (setting === "none") return sittingLogDensity(answer.at - draw.at);
  return setting === "phases" ? habitLogRatio(draw.at, answer.at - answeringOpens) : 0;
};
const answeringOpens = LAWS.window + 2 * 3600;

/** Who looks whether an answer is kept has given one before, not long ago. */
const byLooks: Score = ({ looks, outcome: { setting } }, answer, { address }) => {
  if (setting.endsWith("relay")) return 0;
  let score = 0;
  for (const at of looks.get(address) ?? []) score += at < answer.at ? -12 : -(at - answer.at) / LAWS.back;
  return score;
};

function optimal(...scores: readonly Score[]): Method {
  return (watched) => matched(watched, (answer, draw) => scores.reduce((sum, each) => sum + each(watched, answer, draw), 0));
}

function matched({ answers, draws }: Watched, score: (answer: Answer, draw: Draw) => number): Map<string, string> {
  const named = assign(answers.length, draws.length, (row, column) => score(answers[row] as Answer, draws[column] as Draw));
  return new Map(named.map((column, row) => [(answers[row] as Answer).responseKey, (draws[column] as Draw).invited]));
}

/**
 * The crowds that can be told apart, where a relay leaves neither time nor address: answers by the release they came with, their sequence
 * and how many versions there were; people by how often they were there again, before and after the first release. Which crowd of people
 * gives which crowd of answers is learned from other games.
 */
const byCrowds: Method = (watched, others) => {
  const pairs = new Map<string, number>();
  const count = (name: string): number => pairs.get(name) ?? 0;
  for (const other of others) {
    const keys = new Map(other.outcome.truth.invited.map((invited, person) => [invited, other.outcome.truth.responseKeys[person]]));
    for (const draw of other.draws) {
      const answer = other.answers.find(({ responseKey }) => responseKey === keys.get(draw.invited));
      const crowds = [crowdOfPeople(other, draw), answer === undefined ? "silent" : crowdOfAnswers(other, answer)];
      for (const name of [crowds.join(), ...crowds]) pairs.set(name, count(name) + 1);
    }
  }
  const all = others.reduce((sum, { draws }) => sum + draws.length, 0);
  const score = (people: string, answers: string): number => {
    const together = count(`${people},${answers}`) + 0.1;
    return Math.log((together * (all + 1)) / ((count(people) + 1) * (count(answers) + 1)));
  };
  const people = new Map(watched.draws.map((draw) => [draw, crowdOfPeople(watched, draw)]));
  const answers = new Map(watched.answers.map((answer) => [answer, crowdOfAnswers(watched, answer)]));
  return matched(watched, (answer, draw) => score(people.get(draw) as string, answers.get(answer) as string));
};

const firstRelease = ({ answers }: Watched): number => Math.min(...answers.map(({ at }) => at));

function crowdOfAnswers(watched: Watched, { at, sequence, versions }: Answer): string {
  return `${at > firstRelease(watched) ? "second" : "first"} release, sequence ${sequence}, ${versions} versions`;
}

function crowdOfPeople(watched: Watched, { address, again }: Draw): string {
  const release = firstRelease(watched);
  const looks = watched.looks.get(address) ?? [];
  const before = looks.filter((at) => at < release).length;
  return `${again.length} draws again, ${Math.min(3, before)} looks before, ${Math.min(3, looks.length - before)} after`;
}

const inOrder: Method = ({ answers, draws }) => {
  const right = [...draws].sort((a, b) => a.at - b.at);
  const left = [...answers].sort((a, b) => a.at - b.at);
  return new Map(left.map(({ responseKey }, place) => [responseKey, (right[place] as Draw).invited]));
};

/** Every answer to the last who enrolled before it and has none yet. */
const lastBefore: Method = ({ answers, draws }) => {
  const free = [...draws].sort((a, b) => b.at - a.at);
  const named = new Map<string, string>();
  for (const { responseKey, at } of [...answers].sort((a, b) => a.at - b.at)) {
    const place = free.findIndex((draw) => draw.at < at);
    if (place >= 0) named.set(responseKey, (free.splice(place, 1)[0] as { invited: string }).invited);
  }
  return named;
};

/** By name. Which one is used for a row is found on other games than the one it is scored on. */
export const METHODS: Readonly<Record<string, Method>> = {
  "optimal assignment by times, addresses and visits": optimal(byTime, byAddress, byLooks),
  "optimal assignment by times and addresses": optimal(byTime, byAddress),
  "optimal assignment by times": optimal(byTime),
  addresses: optimal(byAddress),
  crowds: byCrowds,
  "in order": inOrder,
  "the last before": lastBefore,
};
