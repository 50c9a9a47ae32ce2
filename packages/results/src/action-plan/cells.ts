import type { Results } from "../document/index.ts";
import type { ActionPlan, Cell, CellName, Figure, PlanFile } from "./model.ts";

/** The results of a round, and the release that signed them. */
export interface ReleasedResults {
  /** SHA-256 of `release.json`, hex. */
  readonly release: string;
  /** What `results.json` says. Signed, and still read as if it were not: it may be of another version. */
  readonly results: Results;
}

/** The releases that a plan refers to, by name of the round. */
export type Releases = ReadonlyMap<string, ReleasedResults>;

/** The rounds whose releases a plan refers to. */
export function roundsOfPlan({ findings, statements, measures, updates }: PlanFile | ActionPlan): ReadonlySet<string> {
  return new Set([
    ...findings.flatMap(({ figures }) => figures.map(({ cell }) => cell.round)),
    ...statements.flatMap(({ consultation }) => (consultation === null ? [] : [consultation.round])),
    ...measures.map(({ indicator }) => indicator.cell.round),
    ...updates.flatMap(({ measured }) => (measured === null ? [] : [measured.round])),
  ]);
}

/** Why a cell carries no figure, in words. */
export interface NoFigure {
  readonly missing: string;
}

/** Finds the published figure that a name means, where it stands in the signed results, and what it says. */
export function findCell(releases: Releases, name: CellName): Cell | NoFigure {
  const released = releases.get(name.round);
  if (released === undefined) return { missing: `no release of the round ${name.round} was given` };
  const pointer = pointerOf(released.results, name);
  if (typeof pointer !== "string") return pointer;
  const figure = figureAt(released.results, pointer);
  return "missing" in figure ? figure : { ...name, release: released.release, pointer, figure };
}

function pointerOf({ audiences }: Results, name: CellName): string | NoFigure {
  const place = audiences.findIndex(({ id }) => id === name.audience);
  const audience = audiences[place];
  if (audience === undefined) return { missing: `the release has no audience ${name.audience}` };
  if ("factor" in name) {
    const index = audience.factors.findIndex(({ id }) => id === name.factor);
    return index < 0 ? { missing: `the release has no factor ${name.factor}` } : `/audiences/${place}/factors/${index}/index`;
  }
  const index = audience.items.findIndex(({ id }) => id === name.item);
  const item = audience.items[index];
  if (item === undefined) return { missing: `the release has no item ${name.item}` };
  const path = `/audiences/${place}/items/${index}`;
  if (item.kind === "likert") {
    const shares = ["favourable", "neutral", "unfavourable"];
    return shares.includes(name.measure) ? `${path}/${name.measure}` : { missing: `the item has only ${shares.join(", ")}` };
  }
  // Where all of it is hidden there are no options to look for: the figure says so.
  if (item.kind === "text" || "suppressed" in item) return `${path}/options/0/share`;
  const option = item.options.findIndex(({ id }) => id === name.measure);
  return option < 0 ? { missing: `the item has no option ${name.measure}` } : `${path}/options/${option}/share`;
}

const PLACES: readonly (readonly [RegExp, base: string])[] = [
  [/^(\/audiences\/\d+\/factors\/\d+)\/index$/, "/n"],
  [/^(\/audiences\/\d+\/items\/\d+)\/(?:favourable|neutral|unfavourable)$/, "/base/n"],
  [/^(\/audiences\/\d+\/items\/\d+)\/options\/\d+\/share$/, "/base/n"],
];

/** What stands at a pointer into results: a figure with its base, or why there is none. Whoever checks a plan calls it. */
export function figureAt(results: unknown, pointer: string): Figure | NoFigure {
  for (const [form, base] of PLACES) {
    const place = form.exec(pointer)?.[1];
    if (place === undefined) continue;
    const whole = at(results, place);
    const share = at(results, pointer);
    if (isObject(whole) && "suppressed" in whole) return { missing: "the figure is hidden" };
    if (isObject(share) && "suppressed" in share) return { missing: "the figure is hidden" };
    if (isObject(share) && ("atMost" in share || "atLeast" in share)) return { missing: "only a bound is published" };
    const figure = isObject(share) ? { value: share.value, low: share.low, high: share.high, n: at(results, `${place}${base}`) } : {};
    if (isFigure(figure)) return figure;
  }
  return { missing: "there is no figure" };
}

/** RFC 6901, for the few characters that our pointers have. */
function at(document: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), document);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFigure(figure: { [Key in keyof Figure]?: unknown }): figure is Figure {
  const { value, low, high, n } = figure;
  return [value, low, high, n].every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
}
