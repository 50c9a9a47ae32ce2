/** Rows as lines with aligned columns; the last column is as wide as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const width = (at: number): number => Math.max(...rows.map((row) => row[at]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(width(at) + 2)))
      .join("")
      .trimEnd(),
  );
}
