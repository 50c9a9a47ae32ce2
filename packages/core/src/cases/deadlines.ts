/** Days within which a reporter is told that the report came (Directive (EU) 2019/1937, art. 9(1)(b) and 11(2)(b)). */
export const ACKNOWLEDGE_DAYS = 7;
/** Months within which a reporter is told what was done (art. 9(1)(f) and 11(2)(d)). */
export const FEEDBACK_MONTHS = 3;

/** Days are whole days since 1 January 1970, UTC. */
const MILLISECONDS = 86_400_000;

/** By when the law of the European Union wants the reporter answered. Days; `null`: it was done. */
export interface Deadlines {
  readonly acknowledgeBy: number | null;
  readonly feedbackBy: number | null;
}

/** What was done when: days, `null` where it was not. */
export interface Answered {
  readonly received: number;
  readonly acknowledged: number | null;
  readonly hasFeedback: boolean;
}

/**
 * Seven days from receipt for the acknowledgement; three months from the acknowledgement for feedback, or from the end of those seven days
 * where there was none. Weekends and holidays do not put a day off, so that nobody is late by them.
 */
export function deadlines({ received, acknowledged, hasFeedback }: Answered): Deadlines {
  const acknowledgeBy = received + ACKNOWLEDGE_DAYS;
  // Whoever acknowledged late has no more time for it.
  const since = Math.min(acknowledged ?? acknowledgeBy, acknowledgeBy);
  return {
    acknowledgeBy: acknowledged === null ? acknowledgeBy : null,
    feedbackBy: hasFeedback ? null : monthsLater(since, FEEDBACK_MONTHS),
  };
}

/** The same date some months later, or the last of that month where it has no such date (Regulation (EEC, Euratom) 1182/71, art. 3). */
export function monthsLater(day: number, months: number): number {
  const date = new Date(day * MILLISECONDS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), last)) / MILLISECONDS;
}

/** The day of a moment in unix seconds. */
export function dayOf(seconds: number): number {
  return Math.floor(seconds / (MILLISECONDS / 1000));
}

/** A day as a date, `2026-03-09`. */
export function dateOf(day: number): string {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}
