import { nameOption, UsageError, type Values, wholeNumber } from "../../terminal/command.ts";

/** For which audience of which round. */
export const AUDIENCE_OPTIONS = {
  round: { type: "string", value: "NAME", describe: "name of the round" },
  audience: { type: "string", value: "ID", describe: "audience of the round" },
} as const;

/** How many codes are made, by whoever makes them. */
export const COUNT_OPTIONS = {
  count: { type: "string", value: "N", describe: "how many codes, spares included" },
  spares: { type: "string", value: "N", describe: "how many of them are spares (0)" },
} as const;

/** @throws UsageError */
export function audienceOf(values: Values): { readonly round: string; readonly audience: string } {
  return { round: nameOption(values, "round"), audience: nameOption(values, "audience") };
}

/** @throws UsageError when there is no count, or it has no room for the spares */
export function countOf(values: Values): { readonly count: number; readonly spares: number } {
  const count = wholeNumber(values, "count");
  const spares = wholeNumber(values, "spares") ?? 0;
  if (count === undefined || count < 1) throw new UsageError("Missing: --count");
  if (spares > count) throw new UsageError("--spares are among --count: it cannot be more");
  return { count, spares };
}
