/**
 * Adjusts the p-values of one family of comparisons so that the chance of one false finding or more stays at the level that
 * each is then held against. For the families that the analysis plan declares: gaps of mirrored pairs, changes between waves.
 * Whatever the dependence. In the order given.
 *
 * Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979) 65–70.
 * @throws TypeError unless all are probabilities
 */
export function holm(p: readonly number[]): number[] {
  const order = ordered(p);
  let least = 0;
  return inPlace(
    order,
    order.map(({ value }, i) => {
      least = Math.max(least, Math.min(1, (p.length - i) * value));
      return least;
    }),
  );
}

/**
 * Adjusts p-values so that of those below 0.05 at most 5 % are false on average (false discovery rate). For tables of
 * subgroups, labelled as exploratory. Assumes independence or positive dependence. In the order given.
 *
 * Source: Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289–300.
 * @throws TypeError unless all are probabilities
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = ordered(p).reverse();
  let most = 1;
  return inPlace(
    order,
    order.map(({ value }, i) => {
      most = Math.min(most, (value * p.length) / (p.length - i));
      return most;
    }),
  );
}

interface Placed {
  readonly value: number;
  readonly place: number;
}

function ordered(p: readonly number[]): Placed[] {
  if (p.some((value) => !(value >= 0 && value <= 1))) throw new TypeError("not probabilities");
  return p.map((value, place) => ({ value, place })).sort((a, b) => a.value - b.value);
}

function inPlace(order: readonly Placed[], values: readonly number[]): number[] {
  const result = new Array<number>(order.length);
  for (const [i, { place }] of order.entries()) result[place] = values[i] as number;
  return result;
}
