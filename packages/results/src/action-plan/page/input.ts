import type { LocalizedText } from "@amana/core/bytes";
import { CATALOGUES, type ResultsLocale } from "../../page/index.ts";
import type { Announcement } from "../announcement.ts";
import type { ActionPlan, Day } from "../model.ts";

/** What a plan's pages are made from. */
export interface PlanPagesInput {
  /** Every revision, oldest first; the last one is shown. */
  readonly revisions: readonly ActionPlan[];
  /** What was announced about it, oldest first. */
  readonly announcements: readonly Announcement[];
  /** Whoever serves the page makes it anew each day: a measure gets overdue by itself. */
  readonly today: Day;
  /** Id of the programme, hex: entries of feeds are told apart by it, for ever. */
  readonly programmeId: string;
  readonly programme: LocalizedText;
  readonly trial: boolean;
  /** Base address of the deployment, with a slash at its end: what `amana verify` is given. */
  readonly address: string;
}

/** The revision that is shown. @throws TypeError if there is none */
export function newest({ revisions }: PlanPagesInput): ActionPlan {
  const plan = revisions.at(-1);
  if (plan === undefined) throw new TypeError("a plan has at least one revision");
  return plan;
}

/** The languages in which a plan has a page: its own, in their order, as far as we have words. English without any. */
export function pageLocales(plan: ActionPlan): readonly ResultsLocale[] {
  const known = plan.locales.filter((locale): locale is ResultsLocale => Object.hasOwn(CATALOGUES, locale));
  return known.length > 0 ? known : ["en"];
}
