import { ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, uploadLength } from "@amana/client/reporter";
import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, list, size } from "../../catalogue/index.ts";
import { ACCEPT } from "../../files/accept.ts";
import type { PreparedFile } from "../../files/index.ts";
import { freshId, h, replace } from "../../ui/dom.ts";
import { button, notice, paragraph } from "../../ui/parts.ts";
import type { Attachments, ChosenFile } from "../attachments.ts";

/** What is said of {@link ATTACHMENT_LIMIT}: a round number that is not above it. */
const SAID_LIMIT = Math.floor(ATTACHMENT_LIMIT / 10_000_000) * 10_000_000;

/** Files to choose or drop, and of each what is known of it before anything is sent. Draws itself anew, so that nobody who types beside it is disturbed. */
export function filesPart(catalogue: ReportCatalogue, attachments: Attachments, locked = false): HTMLElement {
  const { files } = catalogue;
  const shown = h("ul", { class: "files" });
  const said = h("div", { role: "status" });
  const draw = (): void => {
    replace(shown, ...attachments.files.map((file) => item(catalogue, attachments, file, locked)));
    const sentence = fill(files.tooMany, { count: ATTACHMENTS_LIMIT });
    replace(said, attachments.tooMany ? notice(null, sentence, "warning") : null);
  };
  attachments.onChange = draw;
  draw();
  const id = freshId("files");
  return h(
    "section",
    { class: "question", "aria-labelledby": id },
    h("h3", { id }, files.title),
    paragraph(fill(files.hint, { count: ATTACHMENTS_LIMIT, size: size(catalogue, SAID_LIMIT) }), "hint"),
    shown,
    said,
    locked ? null : chooser(catalogue, attachments),
  );
}

function chooser({ files }: ReportCatalogue, attachments: Attachments): HTMLElement {
  const input = h("input", { type: "file", multiple: true, accept: ACCEPT, hidden: true, tabindex: "-1" });
  const take = (chosen: FileList | null | undefined): void => void attachments.add([...(chosen ?? [])]);
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  const over = (event: Event): void => {
    event.preventDefault();
    zone.classList.toggle("over", event.type === "dragover");
  };
  const drop = (event: Event): void => {
    over(event);
    take((event as DragEvent).dataTransfer?.files);
  };
  const zone: HTMLElement = h(
    "div",
    { class: "drop", ondragover: over, ondragleave: over, ondrop: drop },
    button(files.choose, () => input.click()),
    h("span", { class: "hint" }, files.drop),
    input,
  );
  return zone;
}

function item(catalogue: ReportCatalogue, attachments: Attachments, file: ChosenFile, locked: boolean): HTMLElement {
  const { files } = catalogue;
  const remove = button(files.remove, () => attachments.remove(file), "quiet");
  remove.setAttribute("aria-label", fill(files.removeFile, { name: file.source?.name ?? file.name }));
  const { prepared, state } = file;
  if (prepared === null || state !== "ready") {
    const values = { name: isolated(file.name), size: size(catalogue, SAID_LIMIT) };
    const said =
      state === "looking" || state === "ready" ? paragraph(files.looking, "hint") : notice(null, fill(files[state], values), "error");
    return h("li", { class: "card" }, said, state === "looking" ? null : remove);
  }
  return h(
    "li",
    { class: "card" },
    h("div", { class: "part-head" }, h("h4", { dir: "ltr" }, file.source?.name ?? ""), locked ? null : remove),
    h("p", { class: "hint" }, fill(files.travels, { size: size(catalogue, uploadLength(prepared.bytes.size)) })),
    ...about(catalogue, prepared),
    locked ? null : ownName(catalogue, attachments, file),
  );
}

/** What the file carries: of a picture what was found and taken out, of everything else what such files may carry. */
function about(catalogue: ReportCatalogue, { known, traces, cleaned, preview }: PreparedFile): (HTMLElement | null)[] {
  const { files } = catalogue;
  const named = list(
    catalogue,
    traces.map((trace) => files.traces[trace]),
  );
  if (known.kind !== "image") return [notice(null, files.warnings[known.kind], "warning")];
  if (!cleaned)
    return [notice(null, files.uncleaned, "warning", h("p", {}, named === "" ? files.mayCarry : fill(files.carries, { traces: named })))];
  preview?.setAttribute("role", "img");
  preview?.setAttribute("aria-label", files.preview);
  return [
    notice(null, named === "" ? files.nothing : fill(files.removed, { traces: named }), "success"),
    preview,
    paragraph(files.shows, "hint"),
  ];
}

/** A name inside a sentence of another direction. */
const isolated = (name: string): string => `\u2068${name}\u2069`;

/** Its own name tells something, so it goes along only when that is wanted. */
function ownName({ files }: ReportCatalogue, attachments: Attachments, file: ChosenFile): HTMLElement {
  const box = h("input", {
    type: "checkbox",
    autocomplete: "off",
    checked: file.source?.name !== file.neutral,
    onchange: () => attachments.keepName(file, box.checked),
  });
  return h(
    "div",
    {},
    h("label", { class: "choice" }, box, h("span", {}, fill(files.keepName, { name: isolated(file.name) }))),
    paragraph(fill(files.keepNameHint, { name: isolated(file.neutral) }), "hint"),
  );
}
