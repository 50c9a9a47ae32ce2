import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, size } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, paragraph } from "../../ui/parts.ts";
import type { ReportSession } from "../session.ts";

/** How far the files are, by bytes, and the way to stop while that is possible. */
export function underway(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { files } = catalogue;
  const { upload } = session;
  return h(
    "div",
    {},
    upload === null || session.stage !== "uploading"
      ? null
      : h(
          "div",
          { class: "meter" },
          h("progress", { max: upload.total, value: upload.sent, "aria-label": files.uploading }),
          paragraph(fill(files.sentOf, { sent: size(catalogue, upload.sent), total: size(catalogue, upload.total) }), "hint"),
        ),
    session.stoppable ? actions(button(files.cancel, () => session.stop(), "quiet")) : null,
  );
}
