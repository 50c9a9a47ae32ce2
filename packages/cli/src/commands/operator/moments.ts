import * as v from "valibot";

const WRITTEN = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * A moment: `2026-12-01T08:00Z` or with an offset such as `+01:00`, so that it is the same on every machine; or seconds from now as `"+3600"`, in
 * quotes, as YAML would read a number.
 */
export const moment: v.GenericSchema<unknown, string> = v.custom<string>(
  (value) => typeof value === "string" && (/^\+\d{1,9}$/.test(value) || isMoment(value)),
  'a moment with its zone, like 2026-12-01T08:00Z, or seconds from now in quotes, like "+3600"',
);

function isMoment(value: string): boolean {
  const day = WRITTEN.exec(value)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(value))) return false;
  // 31 February is not 3 March.
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}

/** Unix seconds of a {@link moment}. */
export function secondsOf(value: string, now: Date): number {
  return value.startsWith("+") ? Math.floor(now.getTime() / 1000) + Number(value) : Math.floor(Date.parse(value) / 1000);
}
