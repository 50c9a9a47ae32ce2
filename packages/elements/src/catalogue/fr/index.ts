import type { Catalogue } from "../model.ts";
import { common } from "./common.ts";
import { errors } from "./errors.ts";

export const fr: Catalogue = {
  language: "fr",
  name: "Français",
  direction: "ltr",
  review: "none",
  common,
  errors,
};
