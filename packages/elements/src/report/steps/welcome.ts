import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, localized } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { genuine } from "../../ui/genuine.ts";
import { actions, bullets, button, details, heading, notice, paragraph } from "../../ui/parts.ts";
import type { ReportChannel } from "../client.ts";
import type { ReportSession } from "../session.ts";
import { conflictPart, readersOf, successorPart } from "./elsewhere.ts";

/** That no new report is taken here; of a cancelled channel, why. */
function overNotice(catalogue: ReportCatalogue, { times }: ReportChannel): HTMLElement {
  const { report } = catalogue;
  if (times.cancelled === null) return notice(report.closedTitle, report.closedText, "info");
  return notice(report.cancelledTitle, fill(report.cancelledText, { reason: localized(catalogue, times.cancelled) }), "info");
}

/** What the channel is for, who reads it, what it cannot protect against, and the two ways in. */
export function welcome(catalogue: ReportCatalogue, session: ReportSession, channel: ReportChannel, digits: string): HTMLElement {
  const { report, common } = catalogue;
  const handlers = readersOf(catalogue, channel);
  const { over } = session;
  return h(
    "div",
    {},
    heading(localized(catalogue, channel.title), paragraph(localized(catalogue, channel.programme.name), "kicker")),
    over ? overNotice(catalogue, channel) : paragraph(report.intro),
    over ? successorPart(catalogue, session, channel) : null,
    h(
      "section",
      { class: "card promise" },
      h("h3", {}, report.readersTitle),
      paragraph(fill(report.readers, { handlers })),
      paragraph(report.promiseDirect),
    ),
    over ? null : conflictPart(catalogue, session),
    details(common.more, bullets([report.moreText, report.moreReply, report.moreDevice])),
    genuine(catalogue, digits),
    actions(
      over ? null : button(report.write, () => session.write(), "primary"),
      button(report.haveCode, () => session.go("comeBack")),
    ),
  );
}
