import { dayOf, isDay, type PlanFile } from "@amana/results";
import { type Command, text, UsageError, type Values } from "../../terminal/command.ts";
import { appendTo } from "./edit.ts";
import { readPlanFile } from "./session.ts";

const EVENTS = ["started", "progress", "done", "stopped", "measured"];

export const planUpdate: Command = {
  name: "plan update",
  summary: "Say what happened to a measure, with evidence. Where it stands is computed from that, and cannot be typed.",
  positionals: ["FILE"],
  options: {
    measure: { type: "string", value: "ID", describe: "the measure" },
    event: { type: "string", value: "EVENT", describe: EVENTS.join(", ") },
    date: { type: "string", value: "DAY", describe: "when, like 2027-03-31; today unless said" },
    text: { type: "string", value: "LOCALE=TEXT", describe: "what happened, once for each language of the plan", multiple: true },
    evidence: { type: "string", value: "ADDRESS", describe: "an https address where anyone can see it", multiple: true },
    round: { type: "string", value: "ROUND", describe: "with --event measured: the round that gave the indicator's new figure" },
  },
  examples: [
    'amana plan update plan-2027.yaml --measure M1 --event started --text "en=Work began." --text "fr=Le travail a commencé." --text "ar=بدأ العمل."',
    'amana plan update plan-2027.yaml --measure M1 --event done --text "en=The list is online." --evidence https://customs.example.org/fees',
    'amana plan update plan-2027.yaml --measure M1 --event measured --round wave-2028 --text "en=The second wave."',
  ],
  notes: ["Nothing is published: amana plan publish does that. What was published cannot be changed afterwards, only added to."],
  async run({ positionals: [path = ""], values }, io) {
    const file = await readPlanFile(path);
    const update = updateOf(file, values, dayOf(Math.floor(io.now().getTime() / 1000)));
    await appendTo(path, "updates", update);
    io.say(`Added update ${update.id} on ${update.measure} to ${path}. Next: amana plan check, then amana plan publish.`);
    io.result({ plan: file.plan, update });
    return 0;
  },
};

function updateOf(file: PlanFile, values: Values, today: string) {
  const id = text(values, "measure", true);
  const measure = file.measures.find((each) => each.id === id);
  if (measure === undefined) throw new UsageError(`--measure takes one of: ${file.measures.map((each) => each.id).join(", ")}`);
  const event = text(values, "event", true);
  if (!EVENTS.includes(event)) throw new UsageError(`--event takes one of: ${EVENTS.join(", ")}`);
  const date = text(values, "date") ?? today;
  if (!isDay(date)) throw new UsageError("--date takes a day like 2027-03-31");
  const round = text(values, "round");
  if ((event === "measured") !== (round !== undefined)) throw new UsageError("--round belongs to --event measured, and to no other");
  return {
    id: nextId(file),
    measure: id,
    date,
    event,
    text: textsOf(values, file.locales),
    evidence: listOf(values.evidence).map((address) => ({ address })),
    // The same figure as the baseline, of the later round.
    ...(round === undefined ? {} : { measured: { ...measure.indicator.cell, round } }),
  };
}

/** `U7` after `U6`; an id of another form counts for nothing. */
function nextId({ updates }: PlanFile): string {
  const numbers = updates.map(({ id }) => Number(/^U(\d{1,6})$/.exec(id)?.[1] ?? 0));
  return `U${Math.max(0, ...numbers) + 1}`;
}

function textsOf({ text: given }: Values, locales: readonly string[]): Record<string, string> {
  const texts = Object.fromEntries(
    listOf(given).map((each) => {
      const [, locale = "", words = ""] = /^([a-z]{2,3})=(.+)$/s.exec(each.normalize("NFC")) ?? [];
      return [locale, words];
    }),
  );
  if (locales.some((locale) => (texts[locale] ?? "") === "") || Object.keys(texts).some((locale) => !locales.includes(locale)))
    throw new UsageError(`--text is needed once for each of ${locales.join(", ")}, like "${locales[0]}=…"`);
  return texts;
}

function listOf(value: Values[string]): readonly string[] {
  return Array.isArray(value) ? value : [];
}
