import { shuffled } from "./random.ts";

/**
 * Optimal assignment by shortest augmenting paths (Jonker and Volgenant 1987): each row gets a column of its own so that the sum of the
 * scores is as large as it can be. At most as many rows as columns. Rows and columns are taken in a random order, so that among equal
 * scores no place is preferred. Returns the column of each row. O(rows² · columns).
 */
export function assign(rows: number, columns: number, score: (row: number, column: number) => number): number[] {
  if (rows > columns) throw new RangeError("more rows than columns");
  const [rowAt, columnAt] = [shuffled(rows), shuffled(columns)];
  const costs = Float64Array.from({ length: rows * columns }, (_, at) => {
    return -bounded(score(rowAt[Math.floor(at / columns)] as number, columnAt[at % columns] as number));
  });
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  /** The row (from 1) that has a column (from 1); place 0 stands for the row that is being placed. */
  const owner = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    owner[0] = row;
    let column = 0;
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const done = new Uint8Array(columns + 1);
    do {
      done[column] = 1;
      const current = owner[column] as number;
      let [delta, next] = [Number.POSITIVE_INFINITY, -1];
      for (let other = 1; other <= columns; other++) {
        if (done[other]) continue;
        const cost = costs[(current - 1) * columns + other - 1] as number;
        const reduced = cost - (rowPotential[current] as number) - (columnPotential[other] as number);
        if (reduced < (least[other] as number)) {
          least[other] = reduced;
          before[other] = column;
        }
        if ((least[other] as number) < delta) [delta, next] = [least[other] as number, other];
      }
      for (let other = 0; other <= columns; other++) {
        if (done[other]) {
          rowPotential[owner[other] as number] = (rowPotential[owner[other] as number] as number) + delta;
          columnPotential[other] = (columnPotential[other] as number) - delta;
        } else least[other] = (least[other] as number) - delta;
      }
      column = next;
    } while (owner[column] !== 0);
    do {
      const previous = before[column] as number;
      owner[column] = owner[previous] as number;
      column = previous;
    } while (column !== 0);
  }
  const assigned = new Array<number>(rows).fill(-1);
  for (let column = 1; column <= columns; column++) {
    if (owner[column] !== 0) assigned[rowAt[(owner[column] as number) - 1] as number] = columnAt[column - 1] as number;
  }
  return assigned;
}

/** What cannot be costs much, but not so much that sums lose what separates the rest. */
function bounded(score: number): number {
  if (Number.isNaN(score)) throw new RangeError("a score that is no number");
  return Math.max(-1e4, Math.min(1e4, score));
}
