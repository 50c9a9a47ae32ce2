import type { Reason } from "../document/index.ts";

/**
 * The rules that hide or blunt a figure before anyone sees it. One place, so that `docs/` and an auditor can read them.
 * Counts here are exact; what leaves this folder is rounded.
 *
 * Source: Handbook on Statistical Disclosure Control (sdcTools/HandbookSDC), chapter 5: small cells, group attribute
 * disclosure, "all but one".
 */

/** From this many answers on, an extreme share is published as a bound instead of being hidden. */
export const BOUND_FROM = 60;

/** The bounds, in points. */
export const AT_MOST = 5;
export const AT_LEAST = 95;

/** So few that one of them, knowing their own answer, could name the others. */
const FEW = 2;

/** An answer that nobody, nearly nobody, or so few gave that it is not published as a number: ≤ 2 people, or ≤ 5 %. */
export function isLow(count: number, n: number): boolean {
  return count <= Math.max(FEW, (n * AT_MOST) / 100);
}

/** An answer that everybody or nearly everybody gave: the others together are low. */
export function isHigh(count: number, n: number): boolean {
  return isLow(n - count, n);
}

/**
 * Why an extreme answer is hidden in a group too small for bounds. Below three times the minimum there is one reason for
 * 0, 1 and 2 alike: "unanimous" beside twelve names would say what each of the twelve answered.
 */
export function reasonInSmallGroup(n: number, minimum: number): Reason {
  return n < 3 * minimum ? "small-cell" : "unanimous";
}

/** Whether 1 or 2 people in a group below three times the minimum stand alone. */
export function isSmallCell(count: number, n: number, minimum: number): boolean {
  return n < 3 * minimum && count > 0 && count <= FEW;
}
