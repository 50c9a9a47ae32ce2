import { chance, normal, uniform } from "./random.ts";

/** Which separations a round has. */
export type Setting = "none" | "phases" | "relay" | "phases+relay";

const MINUTE = 60;
const DAY = 86_400;

/**
 * How people behave; the adversary knows all of it. Times are seconds.
 *
 * Everybody is invited at one moment, and people come as after a letter: many at first, ever fewer. In one sitting they enrol and answer some
 * minutes later; with phases they come back when answering opens, again many at first, and who was early the first time tends to be
 * early the second.
 */
export const LAWS = {
  /** How long people may enrol, and with phases how long they may answer after that. */
  window: 5 * DAY,
  /** The mean of the exponential law of coming, before it is cut off at the end of the window. */
  coming: 1.25 * DAY,
  /** From enrolling to answering in one sitting: log-normal, its median and the deviation of its logarithm. */
  sitting: { median: 7 * MINUTE, deviation: 0.8 },
  /** Correlation of being early in both phases (of the normal scores of the two times). */
  habit: 0.5,
  /** Share that enrols and never answers. */
  silent: 0.1,
  /** Shares of those who answer: that change it, that come to look whether it is kept, that withdraw. */
  revise: 0.15,
  check: 0.2,
  withdraw: 0.03,
  /** From an answer to coming back: exponential, its mean. */
  back: DAY,
} as const;

/** What one person does, in seconds after enrolment opens; null: does not. */
export interface Plan {
  readonly enrol: number;
  readonly answer: number | null;
  readonly revise: number | null;
  readonly check: number | null;
  readonly withdraw: number | null;
}

export interface Shares {
  readonly silent: number;
  readonly revise: number;
  readonly check: number;
  readonly withdraw: number;
}

export function isRelayed(setting: Setting): boolean {
  return setting.endsWith("relay");
}

/** When answering opens and closes, in seconds after enrolment opens. */
export function answering(setting: Setting): { readonly open: number; readonly close: number } {
  const open = setting.startsWith("phases") ? LAWS.window + 2 * 3600 : 0;
  // In one sitting the last have the rest of a day.
  return { open, close: open + LAWS.window + (open === 0 ? DAY : 0) };
}

/** Draws one person's behaviour. */
export function plan(setting: Setting, shares: Shares = LAWS): Plan {
  const { open, close } = answering(setting);
  // A relay takes nothing after its last release.
  const last = isRelayed(setting) ? close - 1800 : close;
  const early = normal();
  const enrol = arrival(normalCdf(early));
  const again = LAWS.habit * early + Math.sqrt(1 - LAWS.habit ** 2) * normal();
  const answer = open > 0 ? open + arrival(normalCdf(again)) : enrol + LAWS.sitting.median * Math.exp(LAWS.sitting.deviation * normal());
  const isSilent = chance(shares.silent) || answer >= last;
  const later = (share: number): number | null => {
    if (isSilent || !chance(share)) return null;
    const at = answer - LAWS.back * Math.log(1 - uniform());
    return at < last - MINUTE ? at : null;
  };
  return {
    enrol,
    answer: isSilent ? null : answer,
    revise: later(shares.revise),
    check: later(shares.check),
    withdraw: later(shares.withdraw),
  };
}

/** Share of those who come that have come `t` seconds after a window opened. */
export function arrivalCdf(t: number): number {
  if (t <= 0) return 0;
  return Math.min(1, (1 - Math.exp(-t / LAWS.coming)) / (1 - Math.exp(-LAWS.window / LAWS.coming)));
}

/** The time by which a share has come. */
export function arrival(share: number): number {
  return -LAWS.coming * Math.log(1 - share * (1 - Math.exp(-LAWS.window / LAWS.coming)));
}

/** Share of sittings in which the answer comes within `t` seconds after enrolling. */
export function sittingCdf(t: number): number {
  return t <= 0 ? 0 : normalCdf(Math.log(t / LAWS.sitting.median) / LAWS.sitting.deviation);
}

/** Logarithm of the density of the time between enrolling and answering in one sitting. */
export function sittingLogDensity(t: number): number {
  if (t <= 0) return Number.NEGATIVE_INFINITY;
  const z = Math.log(t / LAWS.sitting.median) / LAWS.sitting.deviation;
  return -(z ** 2) / 2 - Math.log(t);
}

/** Logarithm of the density of the two normal scores of one person beside those of two strangers. */
export function habitLogRatio(enrolled: number, answered: number): number {
  const [x, y] = [normalScore(arrivalCdf(enrolled)), normalScore(arrivalCdf(answered))];
  const rho = LAWS.habit;
  return -Math.log(1 - rho ** 2) / 2 - (rho ** 2 * (x ** 2 + y ** 2) - 2 * rho * x * y) / (2 * (1 - rho ** 2));
}

/** Abramowitz and Stegun 7.1.26 for the error function; good to 1e-7, which is more than any law here is. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail = (((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** The inverse of {@link normalCdf}, by halving. */
function normalScore(share: number): number {
  let [low, high] = [-5, 5];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
