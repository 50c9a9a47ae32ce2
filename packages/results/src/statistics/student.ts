import { Z95 } from "./proportion.ts";

/**
 * The two-sided 95 % point of Student's t distribution, by the expansion of Cornish and Fisher around the normal one.
 * Within 0.001 of the true value for 4 degrees of freedom and closer above: far below the whole points to which the
 * limits made with it are rounded, and no group is smaller than 5.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
 * @throws TypeError below 4 degrees of freedom, where the expansion is not good enough
 */
export function studentQuantile95(degrees: number): number {
  if (!(degrees >= 4)) throw new TypeError("too few degrees of freedom");
  const z = Z95;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}
