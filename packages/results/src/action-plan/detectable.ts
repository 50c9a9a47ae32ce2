import { smallestDetectableRise, studentQuantile, Z95 } from "../statistics/index.ts";
import type { Cell, Figure } from "./model.ts";

/** The one-sided 80 % point of the normal distribution, `Φ⁻¹(0.8)`: the power that a promise is checked with. */
const Z80 = 0.8416212335729143;

/** Which figures near a baseline the next wave could not tell from it: everything between `below` and `above`, in points. */
export interface Detectable {
  /** The highest lower figure that is told apart; null when not even 0 is. */
  readonly below: number | null;
  /** The lowest higher figure that is told apart; null when not even 100 is. */
  readonly above: number | null;
}

/**
 * The smallest change of a published figure that a next wave with `nextBase` answers shows with 80 % power at the two-sided 5 % level.
 *
 * A share by `smallestDetectableRise`, upwards and, of the others' share, downwards. Waves are independent samples: nobody can be followed.
 *
 * An index, by the standard error that its published limits give, se₁ = (high − low) / 2t₀.₉₇₅(n₁ − 1), and se₂ = se₁·√(n₁/n₂):
 *
 *     d = (z₀.₉₇₅ + z₀.₈) · √(se₁² + se₂²)
 *
 * Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), §2.2, with one standard deviation for both waves. Units: points of a hundred; not rounded.
 */
export function detectableChange(cell: Cell, nextBase: number): Detectable {
  const { figure } = cell;
  if (figure.n < 5 || nextBase < 5) return { below: null, above: null };
  return "factor" in cell ? ofIndex(figure, nextBase) : ofShare(figure, nextBase);
}

function ofShare({ value, n }: Figure, nextBase: number): Detectable {
  const rise = (share: number): number | null => {
    const found = share + smallestDetectableRise(share, n, nextBase);
    // All that is left to rise is too little.
    return found >= 1 ? null : 100 * found;
  };
  const others = rise(1 - value / 100);
  return { below: others === null ? null : 100 - others, above: rise(value / 100) };
}

function ofIndex({ value, low, high, n }: Figure, nextBase: number): Detectable {
  const error = (high - low) / (2 * studentQuantile(0.975, n - 1));
  const d = (Z95 + Z80) * error * Math.sqrt(1 + n / nextBase);
  return { below: value - d < 0 ? null : value - d, above: value + d > 100 ? null : value + d };
}
