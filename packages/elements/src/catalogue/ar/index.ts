import type { Catalogue } from "../model.ts";
import { common } from "./common.ts";
import { errors } from "./errors.ts";

export const ar: Catalogue = {
  language: "ar",
  name: "العربية",
  direction: "rtl",
  review: "none",
  common,
  errors,
};
