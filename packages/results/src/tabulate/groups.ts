import { type Answer, itemsOf, type LikertItem, pointsOf, type Questionnaire, type SingleItem } from "@amana/core/questionnaire";
import { type GroupAnswers, protectCells, protectSides, sumOf, type TableCell } from "../audit/index.ts";
import { protectScale, roundCount, type ScaleCounts } from "../disclosure/index.ts";
import { type AudienceResults, type Breakdown, type GroupItem, type GroupResults, isSuppressed, type Reason } from "../document/index.ts";
import { sides } from "./item.ts";

/** One group of one table: the inner groups (combinations of all background questions) that it consists of. */
interface Group {
  readonly of: readonly (string | null)[];
  readonly inner: readonly number[];
}

interface Table {
  readonly by: readonly string[];
  readonly groups: readonly Group[];
  /** How earlier releases published the same table. */
  readonly earlier: readonly Breakdown[];
}

/** Counts an audience by groups, all its tables at once, and decides what may be published of them. */
export class GroupTally {
  /** The background questions of all tables, each once. */
  readonly questions: readonly SingleItem[];
  readonly #items: readonly LikertItem[];
  readonly #points: readonly number[];
  readonly #tables: readonly Table[];
  readonly #people: number[];
  /** Inner group, then item: how often no point and each point was given. */
  readonly #counts: readonly (readonly number[][])[];

  constructor(questionnaire: Questionnaire, tables: readonly (readonly string[])[], earlier: readonly AudienceResults[]) {
    const all = itemsOf(questionnaire);
    const ids = [...new Set(tables.flat())];
    this.questions = ids.map((id) => all.find((item) => item.id === id) as SingleItem);
    this.#items = all.filter((item): item is LikertItem => item.kind === "likert");
    this.#points = this.#items.map((item) => pointsOf(questionnaire, item));
    const inner = this.questions.reduce((combinations, { options }) => combinations * (options.length + 1), 1);
    this.#people = new Array<number>(inner).fill(0);
    this.#counts = this.#people.map(() => this.#points.map((points) => new Array<number>(points + 1).fill(0)));
    this.#tables = tables.map((by) => ({
      by,
      groups: this.#groupsOf(by, inner),
      // Releases from before there were tables by groups have none.
      earlier: earlier.flatMap(({ breakdowns }) => (breakdowns ?? []).filter((each) => each.by.join() === by.join())),
    }));
  }

  /** Adds one ballot: the point that it gave on each scale (first = 1), 0 where it gave none; and its answers to the background questions. */
  add(points: readonly number[], answers: readonly (Answer | undefined)[]): void {
    if (this.#tables.length === 0) return;
    let inner = 0;
    for (const [i, { options }] of this.questions.entries()) {
      const at = options.findIndex(({ id }) => id === answers[i]);
      inner = inner * (options.length + 1) + (at < 0 ? options.length : at);
    }
    this.#people[inner] = (this.#people[inner] as number) + 1;
    const counts = this.#counts[inner] as readonly number[][];
    for (let i = 0; i < counts.length; i++) {
      const own = counts[i] as number[];
      const point = points[i] as number;
      // Place 0 counts those who gave none.
      own[point] = (own[point] as number) + 1;
    }
  }

  /** What may be published of every table. `minimum`: the audience's. */
  results(minimum: number): Breakdown[] {
    if (this.#tables.length === 0) return [];
    const groups = this.#tables.flatMap((table) => table.groups.map((group) => ({ table, group })));
    const whole: Group = { of: [], inner: this.#people.map((_, i) => i) };
    const cells = groups.map(({ table, group }): TableCell => {
      const cell = this.#cell(group);
      // That nobody kept a question to themselves is nobody's secret.
      if (cell.count === 0 && group.of.includes(null)) return { ...cell, public: true };
      if (hiddenBefore(table, group, null)) return { ...cell, hidden: "complement" };
      return { ...cell, known: shownBefore(table, group).some(({ counted }) => "n" in counted && counted.n === roundCount(cell.count)) };
    });
    const [, ...reasons] = protectCells([{ ...this.#cell(whole), public: true }, ...cells], minimum);
    const items = this.#items.map(({ id }, item): GroupItem[] => {
      const asked = groups.map(
        ({ table, group }, i): GroupAnswers => ({
          inner: group.inner,
          people: reasons[i] ?? (cells[i] as TableCell).count,
          counts: this.#sides(group, item),
          earlier: hiddenBefore(table, group, id),
          known: shownBefore(table, group).some((before) => this.#isSame(before, group, item, minimum)),
          whole: false,
        }),
      );
      const all = {
        inner: whole.inner,
        people: this.#cell(whole).count,
        counts: this.#sides(whole, item),
        earlier: false,
        known: false,
        whole: true,
      };
      const [, ...shown] = protectSides([all, ...asked], minimum);
      return shown.map((shares, i): GroupItem => {
        if (isSuppressed(shares)) return { id, ...shares };
        const { favourable, neutral, unfavourable } = (asked[i] as GroupAnswers).counts;
        return { id, n: roundCount(favourable + neutral + unfavourable), ...shares };
      });
    });
    const results = groups.map(({ group }, i): GroupResults => {
      const reason = reasons[i] as Reason | null;
      const counted = reason === null ? { n: roundCount((cells[i] as TableCell).count) } : { suppressed: reason };
      return { of: group.of, counted, items: items.map((each) => each[i] as GroupItem) };
    });
    return this.#tables.map((table) => ({ by: table.by, groups: results.filter((_, i) => groups[i]?.table === table) }));
  }

  #cell({ inner }: Group): TableCell {
    return { form: sumOf(inner), count: inner.reduce((sum, each) => sum + (this.#people[each] as number), 0) };
  }

  #sides({ inner }: Group, item: number): ScaleCounts {
    const counts = new Array<number>((this.#points[item] as number) + 1).fill(0);
    for (const each of inner) {
      const own = (this.#counts[each] as readonly number[][])[item] as number[];
      for (const [point, count] of own.entries()) counts[point] = (counts[point] as number) + count;
    }
    return sides(counts.slice(1), this.#items[item] as LikertItem);
  }

  /** Whether an earlier release shows what this one would show of an item in a group. */
  #isSame({ items }: GroupResults, group: Group, item: number, minimum: number): boolean {
    const id = this.#items[item]?.id;
    const before = items.find((each) => each.id === id);
    const counts = this.#sides(group, item);
    const now = protectScale(counts, minimum);
    if (before === undefined || isSuppressed(before) || isSuppressed(now)) return false;
    const same = (name: keyof ScaleCounts): boolean => JSON.stringify(before[name]) === JSON.stringify(now[name]);
    return (
      before.n === roundCount(counts.favourable + counts.neutral + counts.unfavourable) &&
      same("favourable") &&
      same("neutral") &&
      same("unfavourable")
    );
  }

  #groupsOf(by: readonly string[], inner: number): Group[] {
    const asked = by.map((id) => this.questions.findIndex((question) => question.id === id));
    const combinations = asked.reduce<number[][]>(
      (starts, question) => starts.flatMap((start) => Array.from({ length: this.#sizeOf(question) }, (_, at) => [...start, at])),
      [[]],
    );
    return combinations.map((places) => ({
      of: places.map((at, i) => this.questions[asked[i] as number]?.options[at]?.id ?? null),
      inner: Array.from({ length: inner }, (_, i) => i).filter((i) =>
        asked.every((question, j) => this.#placeOf(i, question) === places[j]),
      ),
    }));
  }

  #sizeOf(question: number): number {
    return (this.questions[question] as SingleItem).options.length + 1;
  }

  /** The answer to a background question in an inner group. */
  #placeOf(inner: number, question: number): number {
    let rest = inner;
    for (let after = this.questions.length - 1; after > question; after--) rest = Math.floor(rest / this.#sizeOf(after));
    return rest % this.#sizeOf(question);
  }
}

/**
 * Whether an earlier release hides this group (`item` null) or an item in it: shown now, it would give away what was hidden then
 * wherever people and answers are still the same. Where an earlier table of the same questions had other groups (offices merged,
 * split, renamed), everything is hidden: the differences of the two are groups of their own.
 */
function hiddenBefore({ groups, earlier }: Table, { of }: Group, item: string | null): boolean {
  const key = of.join();
  const name = (all: readonly { readonly of: readonly (string | null)[] }[]): string => JSON.stringify(all.map((each) => each.of));
  return earlier.some((before) => {
    const group = before.groups.find((each) => each.of.join() === key);
    if (group === undefined || name(before.groups) !== name(groups)) return true;
    if (isSuppressed(group.counted)) return true;
    const own = item === null ? undefined : group.items.find(({ id }) => id === item);
    return own !== undefined && isSuppressed(own);
  });
}

/** The same group as earlier releases show it. */
function shownBefore({ earlier }: Table, { of }: Group): GroupResults[] {
  return earlier.flatMap(({ groups }) => groups.filter((each) => each.of.join() === of.join()));
}
