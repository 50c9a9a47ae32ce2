import type { Breakdown, GroupResults } from "../document/index.ts";

/** A published group with the inner groups that it consists of. */
export interface PlacedGroup {
  readonly by: readonly string[];
  readonly group: GroupResults;
  readonly inner: readonly number[];
}

/** Every group of an audience's tables over one set of inner groups: the combinations of all their background questions. */
export function lattice(breakdowns: readonly Breakdown[]): { readonly inner: number; readonly groups: readonly PlacedGroup[] } {
  const options = new Map<string, (string | null)[]>();
  for (const { by, groups } of breakdowns)
    for (const { of } of groups)
      for (const [i, question] of by.entries()) {
        const known = options.get(question) ?? [];
        const option = of[i] ?? null;
        if (!known.includes(option)) options.set(question, [...known, option]);
      }
  const combinations = [...options].reduce<ReadonlyMap<string, string | null>[]>(
    (starts, [question, own]) => starts.flatMap((start) => own.map((option) => new Map([...start, [question, option]]))),
    [new Map()],
  );
  const groups = breakdowns.flatMap(({ by, groups: own }) =>
    own.map((group): PlacedGroup => {
      const fits = (combination: ReadonlyMap<string, string | null>): boolean =>
        by.every((question, i) => combination.get(question) === (group.of[i] ?? null));
      return { by, group, inner: combinations.flatMap((combination, i) => (fits(combination) ? [i] : [])) };
    }),
  );
  return { inner: combinations.length, groups };
}
