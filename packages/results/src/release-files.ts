import { type LocalizedText, SHA256, toHex } from "@amana/core/bytes";
import type { Questionnaire } from "@amana/core/questionnaire";
import { resultsCsv } from "./csv/index.ts";
import { encodeResults, type Results } from "./document/index.ts";
import { CATALOGUES, type ResultsLocale, resultsPage, resultsStylesheet } from "./page/index.ts";

/** One file of a release. */
export interface ReleaseFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the files say besides the figures. */
export interface ReleaseInput {
  readonly results: Results;
  /** In the order of the results' audiences. */
  readonly questionnaires: readonly Questionnaire[];
  /** Names of the programme and of the round. */
  readonly programme: LocalizedText;
  readonly round: LocalizedText;
  readonly trial: boolean;
}

/**
 * All files of a release: `results.json`, `results.csv`, `results.css`, a page for each language and `index.html` in the first. A pure
 * function of its input: every opener builds the same bytes, and signs their hashes.
 */
export function releaseFiles({ results, questionnaires, programme, round, trial }: ReleaseInput): ReleaseFile[] {
  const json = encodeResults(results);
  const byAudience = Object.fromEntries(results.audiences.map(({ id }, index) => [id, questionnaires[index] as Questionnaire]));
  const locales = (questionnaires[0]?.locales ?? []).filter((locale): locale is ResultsLocale => Object.hasOwn(CATALOGUES, locale));
  const page = (locale: ResultsLocale): Uint8Array =>
    text(
      resultsPage(results, {
        locale,
        brand: { name: programme[locale] ?? Object.values(programme)[0] ?? "" },
        title: round,
        digest: toHex(SHA256(json)),
        questionnaires: byAudience,
        trial,
        alternates: Object.fromEntries(locales.map((each) => [each, `${each}.html`])),
        csv: "results.csv",
      }),
    );
  const [first = "en", ...rest] = locales;
  return [
    { name: "results.json", bytes: json },
    { name: "results.csv", bytes: text(resultsCsv(results, { locale: first, questionnaires: byAudience })) },
    { name: "results.css", bytes: text(resultsStylesheet()) },
    { name: "index.html", bytes: page(first) },
    ...[first, ...rest].map((locale) => ({ name: `${locale}.html`, bytes: page(locale) })),
  ];
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
