import { reportMark as arabic } from "./ar/report-mark.ts";
import { reportMark as english } from "./en/report-mark.ts";
import { reportMark as french } from "./fr/report-mark.ts";
import type { Language, ReportMarkTexts } from "./model.ts";

/** The words of looking for a mark, which come with the part that does. */
export const MARK_TEXTS: Readonly<Record<Language, ReportMarkTexts>> = { ar: arabic, fr: french, en: english };
