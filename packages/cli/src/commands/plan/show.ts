import { type ActionPlan, changeBetween, type Day, dayOf, type Measure, measureStatus, updatesOf } from "@amana/results";
import { table } from "../../terminal/columns.ts";
import type { Command } from "../../terminal/command.ts";
import { oneLine } from "../../terminal/printable.ts";
import { planOf } from "./session.ts";
import { SOURCE_OPTION } from "./source.ts";

export const planShow: Command = {
  name: "plan show",
  summary: "Show where every measure stands today, computed from its dates, updates and figures.",
  positionals: ["FILE"],
  options: SOURCE_OPTION,
  examples: [
    "amana plan show plan-2027.yaml --from https://feedback.example.org/",
    "amana plan show plan-2027.yaml --from ./mirror --json",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const { plan } = await planOf(path, values, io);
    const today = dayOf(Math.floor(io.now().getTime() / 1000));
    const measures = plan.measures.map((measure) => standing(plan, measure, today));
    io.say(`${plan.plan}, revision ${plan.revision}, as of ${today}`);
    const rows = measures.map(({ id, status, owner, due, baseline, target, measured }) => [
      id,
      status,
      owner,
      `due ${due}`,
      `${baseline} → ${target}${measured === null ? "" : `, measured ${measured.value} (change ${measured.low}…${measured.high})`}`,
    ]);
    for (const line of table(rows)) io.say(`  ${oneLine(line)}`.trimEnd());
    io.result({ plan: plan.plan, revision: plan.revision, today, measures });
    return 0;
  },
};

function standing(plan: ActionPlan, measure: Measure, today: Day) {
  const { indicator, owner, due, id } = measure;
  const last = updatesOf(plan, id).findLast(({ measured }) => measured !== null)?.measured ?? null;
  const change = last === null ? null : changeBetween(indicator.cell.figure, last.figure);
  return {
    id,
    status: measureStatus(plan, measure, today),
    owner: owner.side,
    due,
    baseline: indicator.cell.figure.value,
    target: indicator.target,
    measured:
      last === null || change === null
        ? null
        : { round: last.round, value: last.figure.value, low: Math.round(change.low), high: Math.round(change.high) },
  };
}
