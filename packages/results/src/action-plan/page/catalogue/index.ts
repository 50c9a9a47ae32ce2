import type { ResultsLocale } from "../../../page/index.ts";
import { ar } from "./ar.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { PlanCatalogue } from "./messages.ts";

/** The plan's page in every language that the results have. None was read by a native speaker yet; the results' catalogues say so of all. */
export const PLAN_CATALOGUES: Readonly<Record<ResultsLocale, PlanCatalogue>> = { ar, en, fr };
export type { PlanCatalogue, PlanMessages } from "./messages.ts";
