import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, size } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, paragraph } from "../../ui/parts.ts";
import type { ReportSession } from "../session.ts";

/** How far the files are, by bytes, and the way to stop while that is possible. */
export function underway(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { files } = catalogue;
  const { upload, stage } = session;
  // Changed in place: drawn anew several times a second, the screen would not hold still.
  const work = h("progress", { max: 1, value: 0, "aria-label": catalogue.report.working });
  session.onWork = (likely) => {
    work.value = likely;
  };
  return h(
    "div",
    {},
    upload === null || stage !== "uploading"
      ? null
      : h(
          "div",
          { class: "meter" },
          h("progress", { max: upload.total, value: upload.sent, "aria-label": files.uploading }),
          paragraph(fill(files.sentOf, { sent: size(catalogue, upload.sent), total: size(catalogue, upload.total) }), "hint"),
        ),
    stage === "working" ? h("div", { class: "meter" }, work) : null,
    session.stoppable ? actions(button(files.cancel, () => session.stop(), "quiet")) : null,
  );
}
