import { CATALOGUES } from "./all.ts";
import { report as arabic } from "./ar/report.ts";
import { reportOptions as arabicOptions } from "./ar/report-options.ts";
import { report as english } from "./en/report.ts";
import { reportOptions as englishOptions } from "./en/report-options.ts";
import { report as french } from "./fr/report.ts";
import { reportOptions as frenchOptions } from "./fr/report-options.ts";
import type { Language, ReportCatalogue } from "./model.ts";

/** The catalogues with the words of the reporting channel. */
export const REPORT_CATALOGUES: Readonly<Record<Language, ReportCatalogue>> = {
  ar: { ...CATALOGUES.ar, report: arabic, options: arabicOptions },
  fr: { ...CATALOGUES.fr, report: french, options: frenchOptions },
  en: { ...CATALOGUES.en, report: english, options: englishOptions },
};
