import type { Catalogue } from "../model.ts";
import { common } from "./common.ts";
import { errors } from "./errors.ts";
import { report } from "./report.ts";
import { reportOptions } from "./report-options.ts";
import { survey } from "./survey.ts";

export const fr: Catalogue = {
  language: "fr",
  name: "Français",
  direction: "ltr",
  review: "none",
  common,
  survey,
  report,
  options: reportOptions,
  errors,
};
