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
  progress("control: a store that does not sort");
  yield await control(short ? 1 : 3);
  for (const setting of SETTINGS) {
    const outcomes = await played(setting, sizes, progress);
    const found = judge(setting, outcomes);
    const doubtful = [...new Set(found.filter(({ passed }) => passed === false).map(({ n }) => n as number))];
    // Three standard errors are passed by chance about once in 300 rows: what misses is played again, and only the second word counts.
    const again =
      doubtful.length === 0
        ? []
        : judge(setting, await played(setting, new Map([...sizes].filter(([n]) => doubtful.includes(n))), progress));
    const final = found.map((row) => again.find((other) => isSame(other, row)) ?? row);
    yield* final;
    for (const people of sizes.keys()) {
      for (const trial of [false, true])
        yield sentenceRow(
          setting,
          trial,
          final.filter(({ n }) => n === people),
        );
    }
  }
};

/** Whether what the form says of a setting is no more than its rows allow. */
function sentenceRow(setting: Setting, trial: boolean, measured: readonly Row[]): Row {
  const sentence = separationKey(separationOf(setting), trial);
  const found = classOf(measured);
  const passed = mayStand(sentence, found);
  const rest = { separation: setting, n: measured[0]?.n ?? 0, sentence, promises: PROMISES[sentence], measured: found };
  return { name: "linkage sentence", value: passed ? 1 : 0, unit: "agrees", limit: 1, ratio: passed ? 1 : 0, passed, ...rest };
}

async function played(setting: Setting, sizes: ReadonlyMap<number, number>, progress: (line: string) => void): Promise<Outcome[]> {
  const jobs = [...sizes].flatMap(([people, repetitions]) =>
    Array.from({ length: repetitions }, (): Job => ({ setting, people, minimumKeys: MINIMUM_KEYS, copy: "any" })),
  );
  const outcomes: Outcome[] = [];
  await playAll(jobs, (outcome) => {
    outcomes.push(outcome);
    progress(`${setting}: ${outcome.people} people, ${outcomes.length} of ${jobs.length} games`);
  });
  return outcomes;
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
