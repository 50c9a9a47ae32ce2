import type { LocalizedText } from "@amana/core/bytes";
import { isExact, isSuppressed, type Results, type Share, type Shown } from "../document/index.ts";
import { consultationOutcome } from "./outcome.ts";
import type { ConsultationRules } from "./rules.ts";
import type { StatementsFile } from "./statements.ts";

type Words = Readonly<{ before: string; side: string; hidden: string; atMost: string; atLeast: string }>;

const WORDS: Readonly<Record<string, Words>> = {
  ar: {
    before: "في الجولة السابقة:",
    side: "{side}: يوافق {agree} ولا يوافق {disagree}",
    hidden: "محجوب",
    atMost: "{value}% على الأكثر",
    atLeast: "{value}% على الأقل",
  },
  fr: {
    before: "Au tour précédent :",
    side: "{side} : d’accord {agree}, pas d’accord {disagree}",
    hidden: "masqué",
    atMost: "au plus {value} %",
    atLeast: "au moins {value} %",
  },
  en: {
    before: "In the round before:",
    side: "{side}: agree {agree}, disagree {disagree}",
    hidden: "hidden",
    atMost: "at most {value}%",
    atLeast: "at least {value}%",
  },
};

/**
 * What the next round of a consultation asks: the statements that the rules, fixed beforehand, send there, each with what every side said of it
 * before, from the published figures. People weigh again knowing where the others stand, and nobody can tell who changes.
 * Null when there is nothing to ask: the consultation is over.
 * @param rounds the signed results of every round so far, oldest first
 */
export function nextRound(file: StatementsFile, name: string, rounds: readonly Results[], rules: ConsultationRules): StatementsFile | null {
  const outcomes = new Map(consultationOutcome(rounds, rules).map((outcome) => [outcome.id, outcome]));
  const titles = new Map((rounds.at(-1)?.audiences ?? []).map(({ id, title }) => [id, title]));
  const statements = file.statements.flatMap((statement) => {
    const outcome = outcomes.get(statement.id);
    if (outcome?.outcome !== "again") return [];
    const helpIn = (locale: string): string => {
      const words = WORDS[locale] ?? (WORDS.en as Words);
      const sides = outcome.sides.map(({ audience, agree, disagree }) =>
        fill(words.side, {
          side: pick(titles.get(audience) ?? {}, locale),
          agree: written(agree, words),
          disagree: written(disagree, words),
        }),
      );
      return `${words.before} ${sides.join(" · ")}`;
    };
    return [{ ...statement, help: Object.fromEntries(file.locales.map((locale) => [locale, helpIn(locale)])) }];
  });
  return statements.length === 0 ? null : { ...file, consultation: name, statements };
}

function written(share: Shown<Share>, words: Words): string {
  if (isSuppressed(share)) return words.hidden;
  if (isExact(share)) return `${share.value} %`;
  return "atMost" in share ? fill(words.atMost, { value: String(share.atMost) }) : fill(words.atLeast, { value: String(share.atLeast) });
}

function pick(text: LocalizedText, locale: string): string {
  return text[locale] ?? Object.values(text)[0] ?? "";
}

function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, place: string) => values[place] ?? "");
}
