import { type AudienceResults, isExact, isSuppressed, type Results, type Share, type Shown } from "../document/index.ts";
import { derivable } from "./derivable.ts";
import { added, type Form, type Known, sumOf } from "./form.ts";
import { lattice, type PlacedGroup } from "./lattice.ts";
import { type Range, rangeOf } from "./range.ts";
import { LEAST_SIDES } from "./sides.ts";

/** A release as it is audited: its results, and how many answers it says were counted in each audience, which is exact. */
export interface AuditedRelease {
  readonly results: Results;
  readonly counted: Readonly<Record<string, number>>;
}

/** One thing that a release should not show. */
export interface Exposure {
  readonly round: string;
  readonly audience: string;
  /** The background questions of the table and the group in it. */
  readonly by: readonly string[];
  readonly of: readonly (string | null)[];
  /** The item; null where it is the number of people. */
  readonly item: string | null;
  /**
   * Why: shown for fewer people than the minimum; computed from sums; narrowed down to few numbers; shown although an earlier release
   * hides it; with other groups than an earlier release; or its numbers contradict each other.
   */
  readonly why: "too-few" | "derivable" | "narrow" | "hidden-earlier" | "other-groups" | "contradiction";
  /** The earlier round that it goes against. */
  readonly earlier: string | null;
}

/**
 * Looks through everything that was ever published, as a stranger can: whether a hidden group follows from sums that are shown
 * (exactly, and within what rounding leaves), whether a shown one is too small, and whether a later release shows what an earlier
 * one hides, or cuts the same people in other groups. Releases in the order of the ledger. Empty: nothing was found.
 */
export function auditReleases(releases: readonly AuditedRelease[]): Exposure[] {
  return releases.flatMap(({ results, counted }, i) =>
    results.audiences.flatMap((audience) => {
      const tables = audience.breakdowns ?? [];
      if (tables.length === 0) return [];
      const { groups, inner } = lattice(tables);
      const before = releases.slice(0, i).map((earlier) => earlier.results);
      const at = ({ by, group }: PlacedGroup, item: string | null, why: Exposure["why"], earlier: string | null = null): Exposure => ({
        round: results.round,
        audience: audience.id,
        by,
        of: group.of,
        item,
        why,
        earlier,
      });
      return [
        ...groups.filter((each) => isTooSmall(each, audience)).map((each) => at(each, null, "too-few")),
        ...givenAway(groups, inner, audience, counted[audience.id] ?? null).map(([each, item, why]) => at(each, item, why)),
        ...groups.flatMap((each) => shownAgain(each, audience.id, before, tables).map(([item, why, round]) => at(each, item, why, round))),
      ];
    }),
  );
}

function isTooSmall({ group }: PlacedGroup, { minimumGroup }: AudienceResults): boolean {
  const numbers = [group.counted, ...group.items].flatMap((each) => (isSuppressed(each) ? [] : [each.n]));
  // A rounded number may stand for two people more.
  return numbers.some((n) => n + 2 < minimumGroup && !(n === 0 && group.of.includes(null)));
}

type Found = readonly [PlacedGroup, item: string | null, why: "derivable" | "narrow" | "contradiction"];

/** Null where numbers contradict each other, as in a release that was not made by these rules. */
function rangeIn(known: readonly Known[], target: Form): Range | null {
  try {
    return rangeOf(known, target);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

/** Hidden groups that follow from what the same release shows. */
function givenAway(groups: readonly PlacedGroup[], inner: number, audience: AudienceResults, counted: number | null): Found[] {
  const all = sumOf(Array.from({ length: inner }, (_, i) => i));
  const people = ({ inner: own }: PlacedGroup): Form => sumOf(own);
  const hidden = groups.filter(({ group }) => isSuppressed(group.counted) && group.counted.suppressed === "below-minimum");
  const shown = groups.filter(({ group }) => !isSuppressed(group.counted));
  const sums = derivable([all, ...shown.map(people)], hidden.map(people));
  const total = counted ?? ("n" in audience.counted ? audience.counted.n : 0);
  const known = [
    { form: all, low: total, high: total },
    ...groups.map(({ group, inner: own }): Known => ({ form: sumOf(own), ...around(group.counted, audience.minimumGroup) })),
  ];
  const ofPeople = hidden.flatMap((each, i): Found[] => {
    const range = rangeIn(known, people(each));
    if (range === null) return [[each, null, "contradiction"]];
    const { low, high } = range;
    if (high === 0) return [];
    return sums[i] ? [[each, null, "derivable"]] : high - low + 1 < Math.min(audience.minimumGroup, 6) ? [[each, null, "narrow"]] : [];
  });
  return [
    ...ofPeople,
    ...audience.items.flatMap((item) => (item.kind === "likert" ? sidesGivenAway(groups, inner, audience, item.id, known) : [])),
  ];
}

/** Hidden groups of which a side of one item can be told to fewer than three counts. */
function sidesGivenAway(
  groups: readonly PlacedGroup[],
  inner: number,
  audience: AudienceResults,
  id: string,
  known: readonly Known[],
): Found[] {
  const side = (own: readonly number[], at: number): Form => sumOf(own.map((each) => 4 * each + at));
  const people = known.map(({ form, low, high }) => ({ form: added([0, 1, 2, 3].map((at) => side([...form.keys()], at))), low, high }));
  const whole = audience.items.find((item) => item.id === id);
  const everyone = Array.from({ length: inner }, (_, i) => i);
  const shares = [
    ...(whole?.kind === "likert" && !isSuppressed(whole)
      ? [{ inner: everyone, n: whole.base.n, shares: [whole.favourable, whole.neutral, whole.unfavourable] }]
      : []),
    ...groups.flatMap(({ group, inner: own }) => {
      const item = group.items.find((each) => each.id === id);
      return item === undefined || isSuppressed(item)
        ? []
        : [{ inner: own, n: item.n, shares: [item.favourable, item.neutral, item.unfavourable] }];
    }),
  ];
  const system = [
    ...people,
    ...shares.flatMap(({ inner: own, n, shares: each }) => [
      { form: added([0, 1, 2].map((at) => side(own, at))), low: Math.max(0, n - 2), high: n + 2 },
      ...each.map((share, at): Known => ({ form: side(own, at), ...countsOf(share, n) })),
    ]),
  ];
  return groups.flatMap((each): Found[] => {
    const item = each.group.items.find((one) => one.id === id);
    if (item === undefined || !isSuppressed(item) || item.suppressed === "complement") return [];
    const ranges = [0, 2].map((at) => rangeIn(system, side(each.inner, at)));
    if (ranges.includes(null)) return [[each, id, "contradiction"]];
    const narrow = ranges.some((range) => range !== null && range.high > 0 && range.high - range.low + 1 < LEAST_SIDES);
    return narrow ? [[each, id, "narrow"]] : [];
  });
}

/** What a published number of people says: rounded to five; hidden for being below the minimum; or nothing. */
function around(counted: Shown<{ readonly n: number }>, minimum: number): { readonly low: number; readonly high: number } {
  if (!isSuppressed(counted)) return { low: Math.max(0, counted.n - 2), high: counted.n + 2 };
  return counted.suppressed === "below-minimum" ? { low: 0, high: minimum - 1 } : { low: 0, high: Number.POSITIVE_INFINITY };
}

/** The counts behind a published share: half a point of the rounded base, two people of rounding, one of dealing out. */
function countsOf(share: Shown<Share>, n: number): { readonly low: number; readonly high: number } {
  if (isSuppressed(share)) return { low: 0, high: Number.POSITIVE_INFINITY };
  const few = Math.max(2, Math.floor(((n + 2) * 5) / 100));
  if (isExact(share))
    return { low: Math.max(0, ((share.value - 0.5) / 100) * (n - 2) - 1), high: ((share.value + 0.5) / 100) * (n + 2) + 1 };
  return "atMost" in share ? { low: 0, high: few } : { low: Math.max(0, n - 2 - few), high: n + 2 };
}

type Again = readonly [item: string | null, why: "hidden-earlier" | "other-groups", round: string];

/** What of a group is shown although an earlier release hid it. */
function shownAgain(
  { by, group }: PlacedGroup,
  audience: string,
  before: readonly Results[],
  tables: AudienceResults["breakdowns"],
): Again[] {
  if (isSuppressed(group.counted)) return [];
  if (group.counted.n === 0) return [];
  const names = (all: readonly { readonly of: readonly (string | null)[] }[]): string => JSON.stringify(all.map(({ of }) => of));
  const now = tables.find((table) => table.by.join() === by.join());
  return before.flatMap(({ round, audiences }) =>
    audiences
      .filter(({ id }) => id === audience)
      .flatMap(({ breakdowns }) => (breakdowns ?? []).filter((table) => table.by.join() === by.join()))
      .flatMap(({ groups }): Again[] => {
        if (now === undefined || names(groups) !== names(now.groups)) return [[null, "other-groups", round]];
        const earlier = groups.find(({ of }) => of.join() === group.of.join());
        if (earlier === undefined || isSuppressed(earlier.counted)) return [[null, "hidden-earlier", round]];
        const hid = earlier.items.filter((item) => isSuppressed(item)).map(({ id }) => id);
        return group.items.filter((item) => !isSuppressed(item) && hid.includes(item.id)).map(({ id }) => [id, "hidden-earlier", round]);
      }),
  );
}
