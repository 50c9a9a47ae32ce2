import type { Answers } from "@amana/core/questionnaire";
import type { AudienceResults, Breakdown, GroupItem, Results } from "@amana/results";

/**
 * A hostile analyst with everything that was published, and the answers of one person who tells. It knows the rules in full: how
 * numbers are rounded, what a reason says, how many answers a release counts; and it supposes the worst, that nobody came, went or
 * changed their mind between two waves. Written from the published rules alone, with intervals of whole numbers; nothing of Amana's
 * own audit is in it.
 */
export interface Seen {
  readonly results: Results;
  /** Answers counted in each audience, exactly, as the signed release says. */
  readonly counted: Readonly<Record<string, number>>;
}

export interface Span {
  readonly low: number;
  readonly high: number;
}

const ANYTHING: Span = { low: 0, high: Number.POSITIVE_INFINITY };

/** A number is recovered when it is known as closely as if it had been published: rounded to five. A side: to fewer than three. */
const AS_IF_PUBLISHED = 5;
const SIDE_KNOWN = 2;

/** What the analyst says of a hidden group: between which numbers its people are, or those on one side of an item. It can be wrong. */
export interface Claim extends Span {
  readonly round: string;
  readonly of: string;
  readonly item: string | null;
  readonly side: "favourable" | "unfavourable" | null;
}

/** What the analyst believes to have recovered. */
export function claimsOf(releases: readonly Seen[], insider: Answers): Claim[] {
  return releases.flatMap((seen) =>
    seen.results.audiences.flatMap((audience) =>
      audience.breakdowns.flatMap((table) =>
        claimsIn({ seen, audience, table, others: releases.filter((each) => each !== seen) }, insider),
      ),
    ),
  );
}

interface Case {
  readonly seen: Seen;
  readonly audience: AudienceResults;
  readonly table: Breakdown;
  readonly others: readonly Seen[];
}

function claimsIn({ seen, audience, table, others }: Case, insider: Answers): Claim[] {
  const tables = [table, ...others.map((other) => sameTable(other.results, audience.id, table)).filter((each) => each !== undefined)];
  const minimum = audience.minimumGroup;
  const total = seen.counted[audience.id] ?? 0;
  const found: Claim[] = [];
  for (const [at, group] of table.groups.entries()) {
    if (!("suppressed" in group.counted) || group.counted.suppressed !== "below-minimum") continue;
    const inside = table.by.every((question, i) => (insider[question] ?? null) === (group.of[i] ?? null));
    const rest = table.groups.flatMap((_, i) => (i === at ? [] : [best(tables.map((each) => peopleOf(each, i, minimum, each !== table)))]));
    const people = left({ low: total, high: total }, rest, { low: inside ? 1 : 0, high: minimum - 1 });
    const claim = { round: seen.results.round, of: group.of.join("/") } as const;
    if (people.high > 0 && people.high - people.low + 1 <= AS_IF_PUBLISHED) found.push({ ...claim, item: null, side: null, ...people });
    for (const item of audience.items) {
      if (item.kind !== "likert" || "suppressed" in item) continue;
      for (const side of ["favourable", "unfavourable"] as const) {
        const all = countOf(item[side], item.base.n);
        const shown = table.groups.flatMap((_, i) => (i === at ? [] : [best(tables.map((each) => sideOf(each, i, item.id, side)))]));
        const own = inside && saysSo(insider[item.id], side) ? 1 : 0;
        const span = left(all, shown, { low: own, high: people.high });
        if (span.high > 0 && span.high - span.low + 1 <= SIDE_KNOWN) found.push({ ...claim, item: item.id, side, ...span });
      }
    }
  }
  return found;
}

function sameTable(results: Results, audience: string, { by }: Breakdown): Breakdown | undefined {
  return results.audiences.find(({ id }) => id === audience)?.breakdowns.find((each) => each.by.join() === by.join());
}

/** What is left of a sum when parts of it are taken away, within what it can be at all. */
function left(all: Span, parts: readonly Span[], limits: Span): Span {
  const least = parts.reduce((sum, { low }) => sum + low, 0);
  const most = parts.reduce((sum, { high }) => sum + high, 0);
  return { low: Math.max(limits.low, Math.ceil(all.low - most)), high: Math.min(limits.high, Math.floor(all.high - least)) };
}

/** All that several releases say of one number, if it never changed; the last word where they contradict each other. */
function best(spans: readonly Span[]): Span {
  const low = Math.max(...spans.map((span) => span.low));
  const high = Math.min(...spans.map((span) => span.high));
  return low <= high ? { low, high } : (spans[0] as Span);
}

function peopleOf({ groups }: Breakdown, at: number, minimum: number, stale: boolean): Span {
  const counted = groups[at]?.counted;
  // Of another wave only what is shown holds here: a group that was below the minimum then and is not now has grown.
  if (counted === undefined || ("suppressed" in counted && stale)) return ANYTHING;
  // Nobody kept the question to themselves.
  if ("n" in counted && counted.n === 0) return { low: 0, high: 0 };
  if ("n" in counted) return { low: Math.max(0, counted.n - 2), high: counted.n + 2 };
  return counted.suppressed === "below-minimum" ? { low: 0, high: minimum - 1 } : ANYTHING;
}

function sideOf({ groups }: Breakdown, at: number, id: string, side: "favourable" | "unfavourable"): Span {
  const item = groups[at]?.items.find((each) => each.id === id);
  return item === undefined || "suppressed" in item ? ANYTHING : countOf(item[side], item.n);
}

/** The people behind a share of a rounded base: half a point, two people, and one that was dealt out. */
function countOf(share: Exclude<GroupItem, { suppressed: unknown }>["favourable"], n: number): Span {
  if (!("value" in share)) return ANYTHING;
  return { low: Math.max(0, ((share.value - 0.5) * (n - 2)) / 100 - 1), high: ((share.value + 0.5) * (n + 2)) / 100 + 1 };
}

function saysSo(answer: unknown, side: "favourable" | "unfavourable"): boolean {
  return typeof answer === "number" && (side === "favourable" ? answer > 3 : answer < 3);
}
