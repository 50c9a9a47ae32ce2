import { moment, type SurveyCatalogue } from "../catalogue/index.ts";
import type { SurveyRound } from "./client.ts";

/** Where a round stands by its signed times, amendments taken in, and this device's clock, not by what the server says. */
export type Moment = "before" | "enrolling" | "between" | "answering" | "over";

/** The times that hold for a round, unix seconds: through a relay nothing goes out after its second release. Every screen reads them here. */
export function timesOf({ times, releases }: Pick<SurveyRound, "times" | "releases">): SurveyRound["times"]["windows"] {
  return { ...times.windows, answeringClose: releases?.[1] ?? times.windows.answeringClose };
}

/** When what is sent at `now` leaves the relay, and whether most others have left it before. Null without a relay, and when it is too late. */
export function nextRelease(
  { releases }: Pick<SurveyRound, "releases">,
  now: number,
): { readonly at: number; readonly late: boolean } | null {
  const [first, second] = releases ?? [0, 0];
  if (now < first) return { at: first, late: false };
  return now < second ? { at: second, late: true } : null;
}

/** Whether people answer at a second visit: enrolment is over for everyone before anyone answers. */
export function hasPhases({ separation }: Pick<SurveyRound, "separation">): boolean {
  return separation.includes("phases");
}

/** Where the round stands at `now`, unix seconds. Without phases people may enrol while others answer: then it is `answering`. */
export function momentOf(round: Pick<SurveyRound, "times" | "releases" | "state">, now: number): Moment {
  const { enrolmentOpen, enrolmentClose, answeringOpen, answeringClose } = timesOf(round);
  if (round.state === "closed" || round.state === "released" || round.state === "cancelled" || now >= answeringClose) return "over";
  if (now >= answeringOpen) return "answering";
  if (now < enrolmentOpen) return "before";
  return now < enrolmentClose ? "enrolling" : "between";
}

/** The answering window in the reader's language and time zone, for the holes `{from}` and `{to}`. */
export function answeringDates(catalogue: SurveyCatalogue, round: SurveyRound): { readonly from: string; readonly to: string } {
  const { answeringOpen, answeringClose } = timesOf(round);
  return { from: moment(catalogue, answeringOpen), to: moment(catalogue, answeringClose) };
}
