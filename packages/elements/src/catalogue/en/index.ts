import type { Catalogue } from "../model.ts";
import { common } from "./common.ts";
import { errors } from "./errors.ts";

export const en: Catalogue = {
  language: "en",
  name: "English",
  direction: "ltr",
  review: "none",
  common,
  errors,
};
