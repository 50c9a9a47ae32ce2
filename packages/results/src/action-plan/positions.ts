import { weighStatement } from "../consultation/index.ts";
import type { OptionsResult } from "../document/index.ts";
import type { NoFigure, Releases } from "./cells.ts";
import type { Position, PositionName } from "./model.ts";

/** Finds what a consultation's signed results say of a statement, for each side of a plan, and weighs it. */
export function findPosition(releases: Releases, name: PositionName, sides: readonly string[]): Position | NoFigure {
  const released = releases.get(name.round);
  if (released === undefined) return { missing: `no release of the round ${name.round} was given` };
  const found = sides.map((side) => {
    const audience = released.results.audiences.findIndex(({ id }) => id === side);
    const items = released.results.audiences[audience]?.items ?? [];
    const index = items.findIndex(({ id }) => id === name.item);
    const item = items[index];
    return item?.kind === "single" ? { pointer: `/audiences/${audience}/items/${index}`, item: item as OptionsResult } : null;
  });
  const missing = sides.filter((_, index) => found[index] === null);
  if (missing.length > 0) return { missing: `the release has no such statement for ${missing.join(", ")}` };
  const asked = found.filter((each) => each !== null);
  return {
    ...name,
    release: released.release,
    cells: asked.map(({ pointer }) => pointer),
    class: weighStatement(asked.map(({ item }) => item)).class,
  };
}
