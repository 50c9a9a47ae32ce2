import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, list, localized, sentenceFor } from "../../catalogue/index.ts";
import { h, replace } from "../../ui/dom.ts";
import { actions, button, details, notice, paragraph } from "../../ui/parts.ts";
import type { ReportChannel } from "../client.ts";
import type { ReportSession } from "../session.ts";

/** Looks for something when its button is pressed, in its own place: what is typed beside it is not disturbed. */
function looking(catalogue: ReportCatalogue, label: string, look: () => Promise<HTMLElement>): HTMLElement {
  const slot = h("div", { role: "status" });
  const press = async (): Promise<void> => {
    replace(slot, paragraph(catalogue.common.loading, "hint"));
    try {
      replace(slot, await look());
    } catch (error) {
      replace(slot, notice(catalogue.common.problem, sentenceFor(catalogue, error), "error"));
    }
  };
  return h("div", {}, actions(button(label, () => void press())), slot);
}

export const readersOf = (catalogue: ReportCatalogue, { organisations }: Pick<ReportChannel, "organisations">): string =>
  list(
    catalogue,
    organisations.map((name) => localized(catalogue, name)),
  );

/** For whoever reports about the people who would read it: the channels of other organisations. Nothing typed is lost on the way. */
export function conflictPart(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report } = catalogue;
  const look = async (): Promise<HTMLElement> => {
    const others = await session.otherChannels();
    if (others.length === 0) return notice(null, report.conflictNone, "info");
    const item = (channel: ReportChannel): HTMLElement =>
      h(
        "li",
        { class: "card" },
        h("p", { class: "notice-title" }, localized(catalogue, channel.title)),
        paragraph(fill(report.readers, { handlers: readersOf(catalogue, channel) }), "hint"),
        actions(
          button(fill(report.conflictGo, { channel: localized(catalogue, channel.title) }), () => session.moveTo(channel), "secondary"),
        ),
      );
    return h("ul", { class: "files" }, ...others.map(item));
  };
  return details(report.conflictTitle, paragraph(report.conflictText), looking(catalogue, report.conflictLook, look));
}

/** For whoever comes to a channel that is over: the one after it. Null where its manifest names none. */
export function successorPart(catalogue: ReportCatalogue, session: ReportSession, channel: ReportChannel): HTMLElement | null {
  const { report } = catalogue;
  if (channel.manifest.successor === null) return null;
  const look = async (): Promise<HTMLElement> => {
    const next = await session.successor();
    if (next === null) return notice(null, report.successorNone, "info");
    session.startAnew(next);
    return h("div");
  };
  return h("div", {}, paragraph(report.successorText), looking(catalogue, report.successorGo, look));
}
