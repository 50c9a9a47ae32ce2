import type { common } from "./en/common.ts";
import type { desk } from "./en/desk.ts";
import type { errors } from "./en/errors.ts";
import type { handler } from "./en/handler.ts";
import type { report } from "./en/report.ts";
import type { reportFiles } from "./en/report-files.ts";
import type { reportMark } from "./en/report-mark.ts";
import type { reportOptions } from "./en/report-options.ts";
import type { survey } from "./en/survey.ts";
import type { trustee } from "./en/trustee.ts";

/** The languages of the interface, in the order they are offered. */
export type Language = "ar" | "fr" | "en";

/** A sentence per plural category of the language (CLDR); `{count}` is the number. */
export type Plural = { readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>;

/** The same keys as the English source, the words of another language. A missing key does not compile. */
export type Translated<Source> = {
  readonly [Key in keyof Source]: Source[Key] extends string
    ? string
    : Source[Key] extends { readonly one: string; readonly other: string }
      ? Plural
      : Translated<Source[Key]>;
};

export type CommonTexts = Translated<typeof common>;
export type SurveyTexts = Translated<typeof survey>;
export type ReportTexts = Translated<typeof report>;
export type ReportFileTexts = Translated<typeof reportFiles>;
export type ReportMarkTexts = Translated<typeof reportMark>;
export type ReportOptionTexts = Translated<typeof reportOptions>;
export type DeskTexts = Translated<typeof desk>;
export type HandlerTexts = Translated<typeof handler>;
export type TrusteeTexts = Translated<typeof trustee>;
export type ErrorTexts = Translated<typeof errors>;

/** The words of one language that every page has, and who has read them: `none` until a native speaker has signed. */
export interface Catalogue {
  readonly language: Language;
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  readonly review: string;
  readonly common: CommonTexts;
  readonly errors: ErrorTexts;
}

/** With the words of surveys and consultations, which only their visitors load. */
export interface SurveyCatalogue extends Catalogue {
  readonly survey: SurveyTexts;
}

/** With the words of the reporting channel, which only its visitors load. */
export interface ReportCatalogue extends Catalogue {
  readonly report: ReportTexts;
  readonly options: ReportOptionTexts;
  readonly files: ReportFileTexts;
}

/** With the words of the pages that key holders open from a disk. */
export interface DeskCatalogue extends Catalogue {
  readonly desk: DeskTexts;
}

/** With the words of trustees, which no respondent loads, and what surveys tell those who answer. */
export interface TrusteeCatalogue extends DeskCatalogue {
  readonly survey: SurveyTexts;
  readonly trustee: TrusteeTexts;
}

/** With the words of those who handle reports, which no respondent loads. */
export interface HandlerCatalogue extends DeskCatalogue {
  readonly options: ReportOptionTexts;
  readonly handler: HandlerTexts;
}
