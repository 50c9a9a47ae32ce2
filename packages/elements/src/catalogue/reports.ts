import { CATALOGUES } from "./all.ts";
import { report as arabic } from "./ar/report.ts";
import { reportFiles as arabicFiles } from "./ar/report-files.ts";
import { reportOptions as arabicOptions } from "./ar/report-options.ts";
import { report as english } from "./en/report.ts";
import { reportFiles as englishFiles } from "./en/report-files.ts";
import { reportOptions as englishOptions } from "./en/report-options.ts";
import { report as french } from "./fr/report.ts";
import { reportFiles as frenchFiles } from "./fr/report-files.ts";
import { reportOptions as frenchOptions } from "./fr/report-options.ts";
import type { Language, ReportCatalogue } from "./model.ts";

/** The catalogues with the words of the reporting channel. */
export const REPORT_CATALOGUES: Readonly<Record<Language, ReportCatalogue>> = {
  ar: { ...CATALOGUES.ar, report: arabic, options: arabicOptions, files: arabicFiles },
  fr: { ...CATALOGUES.fr, report: french, options: frenchOptions, files: frenchFiles },
  en: { ...CATALOGUES.en, report: english, options: englishOptions, files: englishFiles },
};
