import { BOUND_FROM, protectScale, type ScaleCounts, type ScaleShares } from "../disclosure/index.ts";
import { isExact, isSuppressed, type Reason, type Share, type Shown } from "../document/index.ts";
import { added, type Form, type Known, sumOf } from "./form.ts";
import { LEAST_VALUES } from "./protect.ts";
import { rangeOf } from "./range.ts";

/** One group's answers to one item on a scale. */
export interface GroupAnswers {
  /** The inner groups that it consists of: each has four unknown counts, the three sides and those who did not answer. */
  readonly inner: readonly number[];
  /** How many ballots are in it, where that is published; why not, where it is not. */
  readonly people: number | Reason;
  readonly counts: ScaleCounts;
  /** Hidden by an earlier release. */
  readonly earlier: boolean;
  /** An earlier release shows the same figures: hiding them protects nobody where nobody changed their mind. */
  readonly known: boolean;
  /** The audience as a whole: published whatever the groups are. */
  readonly whole: boolean;
}

/** A hidden or bounded side of a scale keeps at least so many possible counts. */
export const LEAST_SIDES = 3;

const SIDES = ["favourable", "neutral", "unfavourable"] as const;
const PER_GROUP = 4;

/**
 * What may be shown of one item in every group, all tables of an audience at once. First each group by its own rules
 * (`protectScale`); then, smallest first, as many more are hidden (`complement`) as it takes until nobody who knows *exactly*
 * what is shown, and the reasons, can narrow a hidden group down to fewer than six numbers of people, or a hidden or bounded
 * side to fewer than three. What the audience as a whole gives away by itself is not for groups to hide.
 */
export function protectSides(groups: readonly GroupAnswers[], minimum: number): Shown<ScaleShares>[] {
  const shown = groups.map((group): Shown<ScaleShares> => {
    if (typeof group.people !== "number") return { suppressed: group.people };
    const own = protectScale(group.counts, minimum);
    return group.earlier && !isSuppressed(own) ? { suppressed: "complement" } : own;
  });
  const order = groups.map((_, i) => i).filter((i) => !groups[i]?.whole && !groups[i]?.known && !isSuppressed(shown[i] as object));
  order.sort((a, b) => answersIn(groups[a] as GroupAnswers) - answersIn(groups[b] as GroupAnswers) || a - b);
  const hiddenToo: number[] = [];
  const exposed = (): boolean => {
    const next = groups[order[hiddenToo.length] ?? -1];
    // Whoever knows the rule knows that none of those hidden for the others' sake is larger than the next.
    const limits =
      next === undefined
        ? []
        : hiddenToo.map((i): Known => ({ form: answers(groups[i] as GroupAnswers), low: minimum, high: answersIn(next) }));
    return isExposed(groups, shown, minimum, limits);
  };
  while (hiddenToo.length < order.length && exposed()) {
    const next = order[hiddenToo.length] as number;
    shown[next] = { suppressed: "complement" };
    hiddenToo.push(next);
  }
  // With nothing left to hide but still too much said, two reasons would say which groups are small.
  if (exposed())
    return shown.map((own, i) => (isSuppressed(own) && typeof groups[i]?.people === "number" ? { suppressed: "complement" } : own));
  return shown;
}

function answersIn({ counts }: GroupAnswers): number {
  return counts.favourable + counts.neutral + counts.unfavourable;
}

function side(group: GroupAnswers, at: number): Form {
  return sumOf(group.inner.map((inner) => PER_GROUP * inner + at));
}

function answers(group: GroupAnswers): Form {
  return added([0, 1, 2].map((at) => side(group, at)));
}

/** Whether someone who knows all that is shown exactly can narrow down anything that is not. */
function isExposed(
  groups: readonly GroupAnswers[],
  shown: readonly Shown<ScaleShares>[],
  minimum: number,
  limits: readonly Known[],
): boolean {
  const known = [
    ...limits,
    ...groups.flatMap((group, i) =>
      knownOf(group, group.known ? protectScale(group.counts, minimum) : (shown[i] as Shown<ScaleShares>), minimum),
    ),
  ];
  const narrow = (form: Form, least: number): boolean => {
    const { low, high } = rangeOf(known, form);
    return high - low + 1 < least;
  };
  return groups.some((group, i) => {
    const own = shown[i] as Shown<ScaleShares>;
    if (group.people === 0) return false;
    if (!isSuppressed(own)) return SIDES.some((name, at) => !isExact(own[name]) && narrow(side(group, at), LEAST_SIDES));
    // What is hidden for others' sake could have been shown.
    if (own.suppressed === "complement") return false;
    if (own.suppressed === "below-minimum" && narrow(answers(group), Math.min(LEAST_VALUES, minimum))) return true;
    return SIDES.some((_, at) => narrow(side(group, at), LEAST_SIDES));
  });
}

/** What is known of one group: what is shown, as if it were exact, and what the reason for hiding the rest says. */
function knownOf(group: GroupAnswers, shown: Shown<ScaleShares>, minimum: number): Known[] {
  const n = answersIn(group);
  const all = added([answers(group), side(group, 3)]);
  const known: Known[] = [];
  if (typeof group.people === "number") known.push(exactly(all, group.people));
  else if (group.people === "below-minimum") known.push({ form: all, low: 0, high: minimum - 1 });
  if (isSuppressed(shown)) {
    if (shown.suppressed === "below-minimum") known.push({ form: answers(group), low: 0, high: minimum - 1 });
    else if (shown.suppressed !== "complement")
      known.push({ form: answers(group), low: minimum, high: Math.max(3 * minimum, BOUND_FROM) - 1 });
    return known;
  }
  known.push(exactly(answers(group), n));
  for (const [at, name] of SIDES.entries()) {
    const share = shown[name];
    if (isExact(share)) known.push(exactly(side(group, at), group.counts[name]));
    else if (!isSuppressed(share)) known.push({ form: side(group, at), ...boundsOf(share, n) });
  }
  return known;
}

function exactly(form: Form, count: number): Known {
  return { form, low: count, high: count };
}

/** The counts that a bound leaves: at most 5 % or two people, or all but so many. */
function boundsOf(share: Share, n: number): { readonly low: number; readonly high: number } {
  const few = Math.max(2, Math.floor((n * 5) / 100));
  return "atMost" in share ? { low: 0, high: few } : { low: n - few, high: n };
}
