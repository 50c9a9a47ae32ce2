import type { ReportCatalogue } from "../../catalogue/index.ts";
import { sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice } from "../../ui/parts.ts";
import type { ReportSession } from "../session.ts";

/** While what a mark is found in is on its way. There is no button that asks for it: the server would see that somebody waits. */
export function marksWaiting(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common } = catalogue;
  const { error, goesOn } = session.mark;
  const failed = (): HTMLElement =>
    goesOn ? notice(null, report.markRetrying, "warning") : notice(common.problem, sentenceFor(catalogue, error), "error");
  return h(
    "div",
    {},
    heading(report.markTitle),
    error === null ? notice(null, report.markWaiting, "info") : failed(),
    actions(button(report.markWithout, () => session.go("previous"), "secondary")),
  );
}
