import type { LocalizedText } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";
import { daysBetween } from "./day.ts";
import { detectableChange } from "./detectable.ts";
import type { Cell, Day, Measure, Party, PlanBody, Update } from "./model.ts";
import { updatesOf } from "./status.ts";

type Gaps = Generator<Problem>;

/**
 * What a plan lacks, all of it at once; empty when it can be published. `today` is the day of whoever asks: no update lies in its future.
 * Whether its figures are those of the releases was seen when they were looked up.
 */
export function planGaps(plan: PlanBody, today: Day): Problem[] {
  return [
    ...languages(plan),
    ...references(plan),
    ...commonGround(plan),
    ...sides(plan),
    ...plan.findings.flatMap((finding, index) => {
      const path = `/findings/${index}`;
      return [
        ...(finding.figures.length === 0 ? [{ path: `${path}/figures`, message: "rests on no published figure" }] : []),
        ...(finding.causes.length === 0 ? [{ path: `${path}/causes`, message: "names no cause" }] : []),
        ...(plan.measures.some(({ finding: id }) => id === finding.id) ? [] : [{ path, message: "no measure answers it" }]),
      ];
    }),
    ...plan.measures.flatMap((measure, index) => [
      ...dates(plan, measure, `/measures/${index}`),
      ...target(measure, `/measures/${index}/indicator`),
      ...measureUpdates(plan, measure, today),
    ]),
  ];
}

/** Both sides read the same: every text is in every language of the plan, and in no other. */
function* languages(plan: PlanBody): Gaps {
  for (const [path, text] of textsOf(plan, "")) {
    const missing = plan.locales.filter((locale) => (text[locale] ?? "").trim() === "");
    if (missing.length > 0) yield { path, message: `is not there in ${missing.join(", ")}` };
    if (Object.keys(text).some((locale) => !plan.locales.includes(locale)))
      yield { path, message: "is in a language that the plan does not have" };
  }
}

const TEXTS = ["title", "introduction", "text", "criterion", "consequence", "reason", "role"];

function* textsOf(value: unknown, path: string, field = ""): Generator<readonly [string, LocalizedText]> {
  if (typeof value !== "object" || value === null) return;
  const isCause = /\/causes\/\d+$/.test(path);
  if (TEXTS.includes(field) || isCause) yield [path, value as LocalizedText];
  else for (const [key, inner] of Object.entries(value)) yield* textsOf(inner, `${path}/${key}`, key);
}

function* references(plan: PlanBody): Gaps {
  const { findings, statements, measures, updates } = plan;
  for (const [collection, entries] of Object.entries({ findings, statements, measures, updates, sides: plan.sides })) {
    const seen = new Set<string>();
    for (const [index, { id }] of entries.entries()) {
      if (seen.has(id)) yield { path: `/${collection}/${index}/id`, message: "stands there twice" };
      seen.add(id);
    }
  }
  const has = (entries: readonly { readonly id: string }[], id: string): boolean => entries.some((entry) => entry.id === id);
  for (const [index, measure] of measures.entries()) {
    const path = `/measures/${index}`;
    if (!has(findings, measure.finding)) yield { path: `${path}/finding`, message: "no finding has this id" };
    for (const [place, id] of measure.statements.entries())
      if (!has(statements, id)) yield { path: `${path}/statements/${place}`, message: "no statement has this id" };
    for (const [place, id] of measure.after.entries())
      if (!has(measures, id)) yield { path: `${path}/after/${place}`, message: "no measure has this id" };
    if (waitsForItself(plan, measure)) yield { path: `${path}/after`, message: "waits for itself" };
    yield* party(plan, measure.owner, `${path}/owner`);
    if (measure.partner !== null) yield* party(plan, measure.partner, `${path}/partner`);
    if (measure.partner?.side === measure.owner.side) yield { path: `${path}/partner/side`, message: "is the owner's own side" };
  }
  for (const [index, { measure }] of updates.entries())
    if (!has(measures, measure)) yield { path: `/updates/${index}/measure`, message: "no measure has this id" };
}

function waitsForItself({ measures }: PlanBody, measure: Measure): boolean {
  const waiting = [...measure.after];
  const seen = new Set<string>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === measure.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(measures.find((each) => each.id === id)?.after ?? []));
  }
  return false;
}

function* party({ sides }: PlanBody, { side, role }: Party, path: string): Gaps {
  if (!sides.some(({ id }) => id === side)) yield { path: `${path}/side`, message: "no side has this id" };
  // A plan is public for years: a person in it would be, too.
  if (Object.values(role).some((text) => text.includes("@") || /\d{5}/.test(text)))
    yield { path: `${path}/role`, message: "expected a role: no address, no number of a person" };
}

/** What both sides want must not be lost on the way. */
function* commonGround({ statements, measures, sides }: PlanBody): Gaps {
  for (const [index, { id, consultation, refusal }] of statements.entries()) {
    const path = `/statements/${index}`;
    const isTaken = measures.some((measure) => measure.statements.includes(id));
    if (consultation?.class === "common ground" && !isTaken && refusal === null)
      yield { path, message: "is common ground, and has neither a measure nor a refusal with its reason" };
    if (refusal === null) continue;
    if (isTaken) yield { path: `${path}/refusal`, message: "is refused and has a measure" };
    if (!sides.some((side) => side.id === refusal.by)) yield { path: `${path}/refusal/by`, message: "no side has this id" };
  }
}

/** A joint plan: nobody only waits for the others. */
function* sides(plan: PlanBody): Gaps {
  for (const [index, { id }] of plan.sides.entries())
    if (!plan.measures.some(({ owner }) => owner.side === id)) yield { path: `/sides/${index}`, message: "owns no measure" };
}

function* dates(plan: PlanBody, measure: Measure, path: string): Gaps {
  if (measure.due < measure.start) yield { path: `${path}/due`, message: "is before its start" };
  if (measure.due >= plan.nextWave.opens) yield { path: `${path}/due`, message: "is not before the wave that is to measure it opens" };
  for (const [index, id] of measure.after.entries()) {
    const before = plan.measures.find((each) => each.id === id);
    if (before !== undefined && before.due > measure.start)
      yield { path: `${path}/after/${index}`, message: "is due only after this one starts" };
  }
}

/** A target that the next wave cannot tell from the baseline would be missed or met by chance. */
function* target({ indicator }: Measure, path: string): Gaps {
  const { cell, target, expectedBase } = indicator;
  const { value, n } = cell.figure;
  if (target === value) {
    yield { path: `${path}/target`, message: "is what the baseline already is" };
    return;
  }
  const nextBase = expectedBase ?? n;
  const { below, above } = detectableChange(cell, nextBase);
  const wanted = target > value ? above : below;
  const answers = `with ${nextBase} answers in the next wave`;
  if (wanted === null) yield { path: `${path}/target`, message: `${answers} no change in this direction can be told from chance` };
  else if (target > value && target < wanted)
    yield { path: `${path}/target`, message: `is too near: ${answers} only ${Math.ceil(wanted)} or more can be told from ${value}` };
  else if (target < value && target > wanted)
    yield { path: `${path}/target`, message: `is too near: ${answers} only ${Math.floor(wanted)} or less can be told from ${value}` };
}

function* measureUpdates(plan: PlanBody, measure: Measure, today: Day): Gaps {
  const updates = updatesOf(plan, measure.id);
  const place = (update: Update): string => `/updates/${plan.updates.indexOf(update)}`;
  let previous: Update | undefined;
  let ended = false;
  for (const update of updates) {
    const path = place(update);
    if (update.date > today) yield { path: `${path}/date`, message: "lies in the future" };
    if (previous !== undefined && daysBetween(previous.date, update.date) < 0)
      yield { path: `${path}/date`, message: "is before the update before it" };
    if (ended && update.event !== "measured") yield { path: `${path}/event`, message: "comes after the measure was done or stopped" };
    if ((update.event === "measured") !== (update.measured !== null))
      yield { path: `${path}/measured`, message: "a figure belongs to the event measured, and to no other" };
    if (update.measured !== null && !isSameIndicator(measure.indicator.cell, update.measured))
      yield { path: `${path}/measured`, message: "is not the indicator's figure of a later round" };
    ended ||= update.event === "done" || update.event === "stopped";
    previous = update;
  }
}

/** The same figure of another round. */
function isSameIndicator(baseline: Cell, measured: Cell): boolean {
  const nameOf = (cell: Cell): string => ("factor" in cell ? `factor ${cell.factor}` : `item ${cell.item} ${cell.measure}`);
  return baseline.audience === measured.audience && nameOf(baseline) === nameOf(measured) && baseline.round !== measured.round;
}
