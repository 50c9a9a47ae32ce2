import type { Row } from "../benchmark.ts";
import { play } from "./play.ts";
import { steal } from "./thief.ts";

/** The one method of the control: what was written first belongs to what was written first. */
const METHOD = "waiting by ctime, first with first";
const PEOPLE = 50;
/** What order must name, or the benchmark sees nothing. */
const LEAST = 0.6;

/**
 * The positive control: a writer that does not sort, in a round whose people all answer and nothing else, copied when the last has. If
 * order names fewer than 60 % of them, the zeros of the other rows mean nothing.
 */
export async function control(repetitions: number): Promise<Row> {
  let right = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const played = await play({
      setting: "none",
      people: PEOPLE,
      minimumKeys: PEOPLE,
      shares: { silent: 0, revise: 0, check: 0, withdraw: 0 },
      store: { arrange: (records) => [...records] },
      copy: "last",
    });
    right += steal(played).get(METHOD) ?? 0;
  }
  const linked = right / PEOPLE / repetitions;
  return {
    name: "linkage control",
    value: linked,
    unit: "share",
    limit: LEAST,
    ratio: linked / LEAST,
    passed: linked >= LEAST,
    game: "stored",
    store: "does not sort",
    n: PEOPLE,
    linked,
    baseline: 1 / PEOPLE,
    repetitions,
    method: METHOD,
  };
}
