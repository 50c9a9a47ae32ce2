import type { FoundMark } from "@amana/client/reporter";
import { formatCode, type SecretCode } from "@amana/core/bytes";
import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, localized, mayRetry, plural, sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice, paragraph } from "../../ui/parts.ts";
import { stageList } from "../../ui/progress.ts";
import { secretCodeBox } from "../../ui/secret.ts";
import { CONSENT, DETAIL_FIELDS, REQUIRED_FIELDS, type ReportField } from "../fields.ts";
import type { ReportSession } from "../session.ts";
import { conflictPart, readersOf } from "./elsewhere.ts";
import { underway } from "./underway.ts";

/** The secret code, confirmed before anything is sent. */
export function code(catalogue: ReportCatalogue, session: ReportSession, secret: SecretCode): HTMLElement {
  const { report, common } = catalogue;
  const box = secretCodeBox(catalogue, formatCode(secret), session.kiosk ? report.kioskCode : report.keepWhy, !session.kiosk);
  const proceed = (): void => {
    if (box.confirmed()) session.go("next");
  };
  return h(
    "div",
    {},
    heading(report.keepTitle),
    paragraph(common.codeWhy),
    box.node,
    actions(
      button(report.confirm, proceed, "primary"),
      button(common.back, () => session.go("previous"), "quiet"),
    ),
  );
}

export function review(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common } = catalogue;
  const row = (label: string, value: string | undefined): HTMLElement =>
    h(
      "div",
      { class: "row" },
      h("dt", {}, label),
      h("dd", { class: value === undefined ? "none" : null, dir: value === undefined ? null : "auto" }, value ?? common.notAnswered),
    );
  const chosen = (field: ReportField): HTMLElement => {
    const { label, options } = catalogue.options[field];
    return row(label, (options as Readonly<Record<string, string>>)[session.fields[field] ?? ""]);
  };
  const part = (title: string, edit: () => void, ...rows: readonly HTMLElement[]): HTMLElement => {
    const change = button(report.edit, edit, "quiet");
    change.setAttribute("aria-label", fill(report.editPart, { part: title }));
    return h("section", { class: "card" }, h("div", { class: "part-head" }, h("h3", {}, title), change), h("dl", {}, ...rows));
  };
  const named = session.offices.find(({ id }) => id === session.fields.office);
  const office = named === undefined ? [] : [row(report.office, localized(catalogue, named.name))];
  const { sources } = session.attachments;
  // Names of another script than the page's stand where the others stand.
  const names = h("dd", {}, ...sources.flatMap(({ name }, at) => [at === 0 ? null : h("br"), h("bdi", {}, name)]));
  const attached = h("div", { class: "row" }, h("dt", {}, catalogue.files.title), names);
  return h(
    "div",
    {},
    heading(report.reviewTitle),
    paragraph(report.reviewText),
    part(
      report.whatTitle,
      () => session.go("editWhat"),
      ...REQUIRED_FIELDS.map(chosen),
      row(report.narrative, session.narrative.trim()),
      sources.length === 0 ? row(catalogue.files.title, undefined) : attached,
    ),
    part(report.detailTitle, () => session.go("editDetails"), ...DETAIL_FIELDS.map(chosen), ...office, chosen(CONSENT)),
    session.offersMark ? markPart(catalogue, session) : null,
    session.channel === null ? null : paragraph(fill(report.readers, { handlers: readersOf(catalogue, session.channel) })),
    conflictPart(catalogue, session),
    actions(
      button(report.send, () => void session.send(catalogue.language), "primary"),
      button(common.back, () => session.go("previous"), "quiet"),
    ),
  );
}

/** The group and the survey, as handlers will read them. */
export function markText(catalogue: ReportCatalogue, { audience, survey }: FoundMark): string {
  return fill(catalogue.report.markText, { audience: localized(catalogue, audience), survey: localized(catalogue, survey) });
}

/** The mark that goes along, or the way to one. */
function markPart(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report } = catalogue;
  const { given } = session.mark;
  const text = given === null ? undefined : markText(catalogue, given);
  const change = button(text === undefined ? report.markAdd : report.edit, () => session.go("editMark"), "quiet");
  if (text !== undefined) change.setAttribute("aria-label", fill(report.editPart, { part: report.markTitle }));
  return h(
    "section",
    { class: "card" },
    h("div", { class: "part-head" }, h("h3", {}, report.markTitle), change),
    h("p", { class: text === undefined ? "hint" : null, dir: "auto" }, text ?? report.markNone),
  );
}

export function sending(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common, files } = catalogue;
  const failed = session.error !== null;
  const again = mayRetry(session.error);
  const sealed = (["sealing", "working", "sending", "kept"] as const).map((id) => ({ id, label: report[id] }));
  const stages = session.attachments.sources.length === 0 ? sealed : [{ id: "uploading", label: files.uploading }, ...sealed];
  // Before anything sealed has left it is the files that go on; after it, the sealed report.
  const rest = session.stage === "uploading" ? files.goesOn : report.unsent;
  return h(
    "div",
    {},
    heading(report.sendingTitle),
    stageList(catalogue, stages, session.stage, failed),
    failed ? notice(common.problem, sentenceFor(catalogue, session.error), "error", again ? h("p", {}, rest) : null) : null,
    failed ? null : underway(catalogue, session),
    failed
      ? actions(
          again ? button(common.tryAgain, () => void session.deliver(catalogue.language), "primary") : null,
          again && session.stage !== "uploading" ? null : button(common.back, () => session.go("previous"), "secondary"),
        )
      : null,
  );
}

export function sent(catalogue: ReportCatalogue, session: ReportSession, finish: () => void): HTMLElement {
  const { report, common } = catalogue;
  const files = session.written[0]?.files ?? 0;
  return h(
    "div",
    {},
    heading(report.sentTitle, h("span", { class: "seal", "aria-hidden": "true" })),
    paragraph(report.sentText),
    files > 0 ? paragraph(plural(catalogue, catalogue.files.count, files)) : null,
    session.moved && session.channel !== null
      ? notice(null, fill(report.moved, { channel: localized(catalogue, session.channel.title) }), "info")
      : null,
    notice(null, `${report.lostCode} ${common.codeRisk}`, "warning"),
    actions(
      button(report.conversation, () => void session.resume(null), "secondary"),
      button(session.kiosk ? report.kioskDone : report.finish, finish, "secondary"),
    ),
  );
}
