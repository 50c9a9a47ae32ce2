import { separationKey } from "@amana/elements";
import type { Benchmark, Row } from "../benchmark.ts";
import { control } from "./control.ts";
import type { Setting } from "./laws.ts";
import type { Job, Outcome } from "./outcome.ts";
import { playAll } from "./pool.ts";
import { type Attempt, recorderAttempts, rows, storedAttempt } from "./score.ts";
import { classOf, mayStand, PROMISES, separationOf } from "./sentence.ts";

const SETTINGS: readonly Setting[] = ["none", "phases", "relay", "phases+relay"];
const PERSISTENCE = [0, 0.5, 1] as const;
/** The trial that has no separation needs groups for its answers to hide in, as every other round has. */
const MINIMUM_KEYS = 10;
/** How often each size is played: chance alone then has a standard error of at most 0.3 points. */
const REPETITIONS: ReadonlyMap<number, number> = new Map([
  [50, 44],
  [200, 3],
  [1000, 1],
]);
const SHORT: ReadonlyMap<number, number> = new Map([[50, 2]]);

/** `npm run bench -- linkage`: docs/linkage.md says what is played, by which laws, and against whom. */
export const run: Benchmark = async function* ({ short, progress }) {
  const sizes = short ? SHORT : REPETITIONS;
  const [controlled, outcomes] = await Promise.all([control(short ? 1 : 3), played(SETTINGS, sizes, progress)]);
  yield controlled;
  for (const setting of SETTINGS) {
    const found = judge(setting, ofSetting(setting, outcomes));
    const final = found.some(({ passed }) => passed === false) ? await confirmed(setting, found, sizes, progress) : found;
    yield* final;
    for (const people of sizes.keys()) {
      const measured = final.filter(({ n }) => n === people);
      for (const trial of [false, true]) yield sentenceRow(setting, trial, measured);
    }
  }
};

/** Three standard errors are passed by chance about once in 300 rows: sizes with a row that misses are played again, and the second word counts. */
async function confirmed(setting: Setting, found: readonly Row[], sizes: typeof SHORT, progress: (line: string) => void): Promise<Row[]> {
  const doubtful = new Set(found.filter(({ passed }) => passed === false).map(({ n }) => n));
  progress(`${setting}: a row misses what is asked; played again`);
  const again = judge(setting, await played([setting], new Map([...sizes].filter(([people]) => doubtful.has(people))), progress));
  return found.map((row) => again.find((other) => isSame(other, row)) ?? row);
}

async function played(settings: readonly Setting[], sizes: typeof SHORT, progress: (line: string) => void): Promise<Outcome[]> {
  const jobs = settings.flatMap((setting) =>
    [...sizes].flatMap(([people, repetitions]) =>
      Array.from({ length: repetitions }, (): Job => ({ setting, people, minimumKeys: MINIMUM_KEYS, copy: "any" })),
    ),
  );
  const outcomes: Outcome[] = [];
  await playAll(jobs, (outcome) => {
    outcomes.push(outcome);
    progress(`${outcomes.length} of ${jobs.length} games: ${outcome.setting}, ${outcome.people} people`);
  });
  return outcomes;
}

function ofSetting(setting: Setting, outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((outcome) => outcome.setting === setting);
}

/** Whether what the form says of a setting is no more than its rows allow. */
function sentenceRow(setting: Setting, trial: boolean, measured: readonly Row[]): Row {
  const sentence = separationKey(separationOf(setting), trial);
  const found = classOf(measured);
  const passed = mayStand(sentence, found);
  const rest = { separation: setting, n: measured[0]?.n ?? 0, sentence, promises: PROMISES[sentence], measured: found };
  return { name: "linkage sentence", value: passed ? 1 : 0, unit: "agrees", limit: 1, ratio: passed ? 1 : 0, passed, ...rest };
}

/** All rows of one setting, from the games that were played of it. */
export function judge(setting: Setting, outcomes: readonly Outcome[]): Row[] {
  const sizes = [...new Set(outcomes.map(({ people }) => people))].sort((a, b) => a - b);
  const out: Row[] = [];
  const add = (game: "stored" | "recorder", persistence: number | null, attempts: readonly Attempt[]): void => {
    for (const people of sizes) out.push(...rows({ game, separation: setting, persistence, people, minimumKeys: MINIMUM_KEYS }, attempts));
  };
  add("stored", null, outcomes.map(storedAttempt));
  for (const persistence of PERSISTENCE) add("recorder", persistence, recorderAttempts(outcomes, persistence));
  return out;
}

function isSame(one: Row, other: Row): boolean {
  return (["game", "separation", "persistence", "n", "who"] as const).every((member) => one[member] === other[member]);
}
