import { type CopiedFile, linked } from "../../adversary/support/stored-data.ts";
import { assign } from "./assignment.ts";
import { arrival, arrivalCdf, LAWS, sittingCdf } from "./laws.ts";
import type { Played } from "./play.ts";

/** A span of time in which something happened, as far as a disk tells: after `from`, at `to` at the latest. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the disk says of one invitation that was used, or one response key that answered: its name and when, at the best. */
interface Trace {
  readonly name: string;
  readonly span: Span;
}

/**
 * The stored-data game: of how many people each method names the answer, from one copy of the disk. The methods are the 48 that put
 * records in an order by something that the disk says (`linked`), and the optimal assignment under the laws by all that the disk tells of
 * times: which claims wait and which are merged, which epoch an answer is in, and when the files of each were written.
 */
export function steal({ game, copy, truth }: Played): Map<string, number> {
  const answers = new Map<string, string>();
  for (const [person, invited] of truth.invited.entries()) {
    const key = truth.responseKeys[person];
    if (key != null) answers.set(invited, key);
  }
  const results = linked(copy.files, answers);
  const claims = claimsOf(copy);
  const keys = keysOf(copy);
  const scores = new Map<string, number>();
  const score = (row: number, column: number): number => {
    const [answered, drew] = [(keys[row] as Trace).span, (claims[column] as Trace).span];
    const place = `${answered.from} ${answered.to} ${drew.from} ${drew.to}`;
    const known = scores.get(place);
    if (known !== undefined) return known;
    // With phases all draws are from before all answers, in one heap; a relay's release has no time but its own.
    const fresh = game.setting !== "none" ? 0 : logRatio(drew, answered, copy.at);
    scores.set(place, fresh);
    return fresh;
  };
  const named = assign(keys.length, claims.length, score);
  const right = named.filter((column, row) => answers.get((claims[column] as Trace).name) === (keys[row] as Trace).name);
  return results.set("optimal assignment by spans of time", right.length);
}

/** How many answers there are in a copy, and how many of them a guess gets right in the mean. */
export function atStake({ copy }: Played): { readonly answers: number; readonly byChance: number } {
  const [answers, draws] = [keysOf(copy).length, claimsOf(copy).length];
  return { answers, byChance: draws === 0 ? 0 : answers / draws };
}

const data = <T>({ text }: CopiedFile): T => (JSON.parse(text) as { data: T }).data;

/** Documents that wait, by the time of their last writing: each holds what came after the one before it was full. */
function waiting<T>(
  copy: Played["copy"],
  folder: RegExp,
): { readonly written: number; readonly group: number; readonly records: readonly T[] }[] {
  return copy.files
    .filter(({ path }) => folder.test(path))
    .sort((a, b) => Number(a.stat.ctimeNs - b.stat.ctimeNs))
    .map((file) => ({ written: copy.clock.at(file.stat.ctimeNs), ...data<{ group: number; records: T[] }>(file) }));
}

function claimsOf(copy: Played["copy"]): Trace[] {
  const shards = copy.files.filter(({ path }) => /\/invitations\//.test(path));
  const merged = Math.max(0, ...shards.map(({ stat }) => copy.clock.at(stat.ctimeNs)));
  const traces = shards.flatMap((file) =>
    data<{ invited: string; claim: unknown }[]>(file)
      .filter(({ claim }) => claim !== null)
      .map(({ invited }) => ({ name: invited, span: { from: 0, to: merged } })),
  );
  const known = new Set(traces.map(({ name }) => name));
  let from = merged;
  for (const { written, records } of waiting<{ invited: string }>(copy, /\/claims\//)) {
    for (const { invited } of records) if (!known.has(invited)) traces.push({ name: invited, span: { from, to: written } });
    from = written;
  }
  return traces;
}

interface StoredAnswer {
  readonly responseKey: string;
  readonly sequence: number;
}

/** Response keys by their first version: that is when they answered. */
function keysOf(copy: Played["copy"]): Trace[] {
  const found = new Map<string, { sequence: number; span: Span }>();
  const note = ({ responseKey, sequence }: StoredAnswer, span: Span): void => {
    if (sequence < (found.get(responseKey)?.sequence ?? Number.POSITIVE_INFINITY)) found.set(responseKey, { sequence, span });
  };
  const sealed = sealedEpochs(copy);
  const seals = sealTimes(sealed);
  for (const [place, { answers }] of sealed.entries()) {
    // An epoch begins to fill when the one before it is full, which is when the one before that is sealed.
    const span = { from: seals[place - 2] ?? 0, to: seals[place] as number };
    for (const answer of answers) note(answer, span);
  }
  const last = sealed.at(-1)?.epoch ?? -1;
  const ends = new Map<number, number>();
  for (const { written, group, records } of waiting<StoredAnswer>(copy, /\/pending\//)) {
    const began = group <= last + 1 ? (seals.at(-2) ?? 0) : (seals.at(-1) ?? 0);
    const from = ends.get(group) ?? began;
    for (const record of records) note(record, { from, to: written });
    ends.set(group, written);
  }
  return [...found].map(([name, { span }]) => ({ name, span }));
}

function sealedEpochs(copy: Played["copy"]): { readonly epoch: number; readonly written: number; readonly answers: StoredAnswer[] }[] {
  const epochs = new Map<number, { epoch: number; written: number; answers: StoredAnswer[] }>();
  for (const file of copy.files) {
    const number = /\/epochs\/(\d+)\//.exec(file.path)?.[1];
    if (number === undefined) continue;
    const epoch = epochs.get(Number(number)) ?? { epoch: Number(number), written: 0, answers: [] };
    epochs.set(epoch.epoch, epoch);
    epoch.written = Math.max(epoch.written, copy.clock.at(file.stat.ctimeNs));
    epoch.answers.push(...data<StoredAnswer[]>(file));
  }
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
}

/** When each epoch was sealed, at the latest: a later one was not sealed before it, though its own file may have been written again. */
function sealTimes(sealed: readonly { readonly written: number }[]): number[] {
  return sealed.map((_, place) => Math.min(...sealed.slice(place).map(({ written }) => written)));
}

const STEPS = 64;

/** How much likelier it is that one person did both, in one sitting, than that this person has not answered yet. */
function logRatio(drew: Span, answered: Span, now: number): number {
  const [low, high] = [arrivalCdf(drew.from), arrivalCdf(drew.to)];
  let both = 0;
  let not = 0;
  for (let step = 0; step < STEPS; step++) {
    const at = arrival(low + ((high - low) * (step + 0.5)) / STEPS);
    both += Math.max(0, sittingCdf(answered.to - at) - sittingCdf(answered.from - at)) / STEPS;
    not += (LAWS.silent + (1 - LAWS.silent) * (1 - sittingCdf(now - at))) / STEPS;
  }
  return Math.log(both + 1e-12) - Math.log(not + 1e-12);
}
