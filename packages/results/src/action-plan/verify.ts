import { encodeJson, equal } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";
import { findCell, type NoFigure, type Releases } from "./cells.ts";
import { historyProblems } from "./history.ts";
import type { ActionPlan, Cell, CellName, Position } from "./model.ts";
import { findPosition } from "./positions.ts";

/**
 * What is wrong with a published revision, for whoever believes nobody: a figure or class that is not what the signed release says at that place,
 * and whatever keeps it from continuing the revision before. Whether it has gaps is for its authors.
 */
export function planFaults(plan: ActionPlan, previous: ActionPlan | null, releases: Releases): Problem[] {
  const cell = (claimed: Cell, path: string): Problem[] => compare(claimed, findCell(releases, nameOf(claimed)), path);
  const position = (claimed: Position, path: string): Problem[] => {
    const { round, item } = claimed;
    return compare(
      claimed,
      findPosition(
        releases,
        { round, item },
        plan.sides.map(({ id }) => id),
      ),
      path,
    );
  };
  return [
    ...plan.findings.flatMap(({ figures }, at) =>
      figures.flatMap((each, place) => cell(each.cell, `/findings/${at}/figures/${place}/cell`)),
    ),
    ...plan.statements.flatMap(({ consultation }, at) =>
      consultation === null ? [] : position(consultation, `/statements/${at}/consultation`),
    ),
    ...plan.measures.flatMap(({ indicator }, at) => cell(indicator.cell, `/measures/${at}/indicator/cell`)),
    ...plan.updates.flatMap(({ measured }, at) => (measured === null ? [] : cell(measured, `/updates/${at}/measured`))),
    ...(previous === null ? firstFaults(plan) : historyProblems(previous, plan)),
  ];
}

function firstFaults({ revision, previous }: ActionPlan): Problem[] {
  return revision === 0 && previous === null
    ? []
    : [{ path: "/previous", message: "is not the first revision, and none stands before it" }];
}

function nameOf(cell: Cell): CellName {
  const { round, audience } = cell;
  return "factor" in cell ? { round, audience, factor: cell.factor } : { round, audience, item: cell.item, measure: cell.measure };
}

function compare(claimed: Cell | Position, found: Cell | Position | NoFigure, path: string): Problem[] {
  if ("missing" in found) return [{ path, message: found.missing }];
  return equal(encodeJson(claimed), encodeJson(found)) ? [] : [{ path, message: "is not what the signed release says" }];
}
