import type { Catalogue } from "../model.ts";
import { common } from "./common.ts";
import { errors } from "./errors.ts";
import { report } from "./report.ts";
import { reportOptions } from "./report-options.ts";
import { survey } from "./survey.ts";

export const ar: Catalogue = {
  language: "ar",
  name: "العربية",
  direction: "rtl",
  review: "none",
  common,
  survey,
  report,
  options: reportOptions,
  errors,
};
