import type { Interval } from "./proportion.ts";
import { fisherQuantile } from "./student.ts";

/** One row for each person, one column for each item of a factor: answers, turned round where the item is negative. */
export type Answered = readonly (readonly number[])[];

/** Cronbach's α with its 95 % interval. */
export interface Alpha extends Interval {
  readonly alpha: number;
  /** α of the items brought to one spread: from the mean correlation. */
  readonly standardized: number;
  /** For each item: α of the others. Higher than `alpha` where the item does not belong. */
  readonly dropped: readonly number[];
}

/**
 * How far the items of a factor measure one thing: α = k/(k−1)·(1 − Σs²ᵢ/s²). For three items or more; two are better served
 * by {@link spearmanBrown}. People who left one of the items open are not in it. Assumes items that measure the one thing
 * equally well: where they do not, α is a lower bound.
 *
 * Source: L. J. Cronbach, Psychometrika 16 (1951) 297–334; limits L. S. Feldt, Psychometrika 30 (1965) 357–370.
 * @throws TypeError for fewer than three items or two people, or an item that everyone answered alike
 */
export function cronbachAlpha(rows: Answered): Alpha {
  const covariances = covarianceOf(rows);
  const k = covariances.length;
  if (k < 3) throw new TypeError("too few items");
  const alpha = alphaOf(covariances);
  const standardized = alphaOf(correlations(covariances));
  const n = rows.length;
  const limit = (p: number): number => 1 - (1 - alpha) * fisherQuantile(p, n - 1, (n - 1) * (k - 1));
  const dropped = covariances.map((_, left) => alphaOf(without(covariances, left)));
  return { alpha, standardized, low: limit(0.975), high: limit(0.025), dropped };
}

/**
 * Reliability of a factor of two items, from their correlation r: 2r/(1+r).
 *
 * Source: C. Spearman and W. Brown, British Journal of Psychology 3 (1910) 271–322; for two items R. Eisinga and others,
 * International Journal of Public Health 58 (2013) 637–642.
 * @throws TypeError unless there are two items and two people, and neither item is answered alike by everyone
 */
export function spearmanBrown(rows: Answered): number {
  const matrix = correlations(covarianceOf(rows));
  const r = matrix[0]?.[1];
  if (r === undefined || matrix.length !== 2) throw new TypeError("not two items");
  return (2 * r) / (1 + r);
}

type Matrix = readonly (readonly number[])[];

function covarianceOf(rows: Answered): Matrix {
  const k = rows[0]?.length ?? 0;
  if (rows.length < 2 || rows.some((row) => row.length !== k || row.some((value) => !Number.isFinite(value))))
    throw new TypeError("not answers of two people or more to the same items");
  const means = Array.from({ length: k }, (_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);
  const centred = rows.map((row) => row.map((value, i) => value - (means[i] as number)));
  return means.map((_, i) =>
    means.map((_, j) => centred.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0) / (rows.length - 1)),
  );
}

function correlations(covariances: Matrix): Matrix {
  const spreads = covariances.map((row, i) => Math.sqrt(row[i] as number));
  if (spreads.some((spread) => !(spread > 0))) throw new TypeError("an item that everyone answered alike");
  return covariances.map((row, i) => row.map((value, j) => value / ((spreads[i] as number) * (spreads[j] as number))));
}

function alphaOf(covariances: Matrix): number {
  const k = covariances.length;
  const own = covariances.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const all = covariances.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  return (k / (k - 1)) * (1 - own / all);
}

function without(matrix: Matrix, left: number): Matrix {
  return matrix.filter((_, i) => i !== left).map((row) => row.filter((_, j) => j !== left));
}
