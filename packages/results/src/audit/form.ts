/**
 * A sum of unknown counts: which of them, and how often each enters. Everything that is published of a table is known of such
 * sums: a cell, a row, a total, a side of a scale in a group.
 */
export type Form = ReadonlyMap<number, number>;

/** What is known of a sum: that it lies between the two. Published exactly, both are one number; rounded, they are not. */
export interface Known {
  readonly form: Form;
  readonly low: number;
  readonly high: number;
}

/** The sum of the unknowns, each once. */
export function sumOf(unknowns: Iterable<number>): Form {
  return new Map([...unknowns].map((unknown) => [unknown, 1]));
}

/** The sum of forms. */
export function added(forms: readonly Form[]): Form {
  const sum = new Map<number, number>();
  for (const form of forms) for (const [unknown, times] of form) sum.set(unknown, (sum.get(unknown) ?? 0) + times);
  return sum;
}
