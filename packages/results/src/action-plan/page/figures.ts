import { type Html, html } from "../../charts/index.ts";
import type { ActionPlan, Cell } from "../model.ts";
import { ltr, type PlanWords } from "./words.ts";

/** Where the signed file of a cell's round is, from a plan's page, with the cell's pointer as its fragment (RFC 6901 §6). */
export function cellAddress(round: string, pointer: string): string {
  return `../../releases/${round}/results.json#${pointer}`;
}

/** What a cell's numbers are. */
export function unitOf(cell: Cell): "percent" | "index" {
  return "factor" in cell ? "index" : "percent";
}

/** A figure with its limits and base. It leads to the signed release that it comes from. */
export function figure(words: PlanWords, cell: Cell): Html {
  const { value, low, high, n } = cell.figure;
  return html`<a class="figure" href="${cellAddress(cell.round, cell.pointer)}"><b>${words.value(value, unitOf(cell))}</b></a> <span class="range">${ltr(`${low}–${high}`)}</span> <span class="note">${words.say("answers", { n })} · ${ltr(cell.round)}</span>`;
}

/** Every place in a signed release that a plan's page takes something from, once each: round, pointer, hash of the release. */
export function placesOf(plan: ActionPlan): readonly { readonly round: string; readonly pointer: string; readonly release: string }[] {
  const cells = [
    ...plan.findings.flatMap(({ figures }) => figures.map(({ cell }) => cell)),
    ...plan.measures.map(({ indicator }) => indicator.cell),
    ...plan.updates.flatMap(({ measured }) => (measured === null ? [] : [measured])),
  ].map(({ round, pointer, release }) => ({ round, pointer, release }));
  const positions = plan.statements.flatMap(({ consultation }) =>
    consultation === null
      ? []
      : consultation.cells.map((pointer) => ({ round: consultation.round, pointer, release: consultation.release })),
  );
  const byPlace = new Map([...cells, ...positions].map((each) => [`${each.release}${each.pointer}`, each]));
  return [...byPlace.values()];
}
