import type { Row } from "./benchmark.ts";

/** Rows for a person: members as columns, in the order in which they first appear. Rows of other members begin another table. */
export function table(rows: readonly Row[]): string {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const members = Object.keys(row).join();
    groups.set(members, [...(groups.get(members) ?? []), row]);
  }
  return [...groups.values()].map(one).join("\n");
}

function one(rows: readonly Row[]): string {
  const members = Object.keys(rows[0] as Row);
  const cells = [members, ...rows.map((row) => members.map((member) => cell(row[member] ?? null)))];
  const widths = members.map((_, at) => Math.max(...cells.map((line) => (line[at] as string).length)));
  return cells
    .map(
      (line) =>
        `${line
          .map((text, at) => text.padEnd(widths[at] as number))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cell(value: number | string | boolean | null): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? "yes" : "NO";
  return typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(3) : String(value);
}
