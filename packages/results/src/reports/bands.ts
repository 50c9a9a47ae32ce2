/** How many reports a cell stands for, as far as it is said; `null` where it is protected. */
export type Band = { readonly from: number; readonly to: number };

/** Multiples of the minimum group at which a band begins. */
function beginsAt(place: number): number {
  return ([1, 2, 5][place % 3] as number) * 10 ** Math.floor(place / 3);
}

/** The band of a number that is not below the minimum: 10–19, 20–49, 50–99, 100–199 … for a minimum of 10. */
export function bandOf(count: number, minimum: number): Band {
  let place = 0;
  while (count >= beginsAt(place + 1) * minimum) place += 1;
  return { from: beginsAt(place) * minimum, to: beginsAt(place + 1) * minimum - 1 };
}

/**
 * What is published of a table whose cells add up to all reports: a band for each cell, null for one that is protected.
 *
 * The reader is assumed to know the exact number of all reports, and this rule. A cell below the minimum is hidden. What is shown beside it
 * must leave every value below the minimum possible for each hidden cell: the hidden ones together may be as few as none in all but one, and
 * as many as the minimum. Where that does not hold the whole table is hidden: a complement chosen by its size would say what it hides.
 */
export function protectTable(counts: readonly number[], minimum: number): readonly (Band | null)[] {
  const bands = counts.map((count) => (count < minimum ? null : bandOf(count, minimum)));
  const hidden = bands.filter((band) => band === null).length;
  if (hidden === 0) return bands;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const shown = bands.filter((band) => band !== null);
  const most = all - shown.reduce((sum, { from }) => sum + from, 0);
  const fewest = all - shown.reduce((sum, { to }) => sum + to, 0);
  const isOpen = most >= minimum && fewest <= (hidden - 1) * (minimum - 1);
  return isOpen ? bands : counts.map(() => null);
}
