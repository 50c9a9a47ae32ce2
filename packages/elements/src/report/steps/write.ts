import type { ReportCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { type Choice, choices, dropdown } from "../../ui/fields.ts";
import { actions, button, heading, paragraph } from "../../ui/parts.ts";
import { writing } from "../../ui/writing.ts";
import { CONSENT, DETAIL_FIELDS, narrativeLeft, REQUIRED_FIELDS, type ReportField } from "../fields.ts";
import type { ReportSession } from "../session.ts";
import { filesPart } from "./files.ts";
import { officePart } from "./office.ts";

const options = (catalogue: ReportCatalogue, field: ReportField): readonly Choice[] =>
  Object.entries(catalogue.options[field].options).map(([value, label]) => ({ value, label }));

/** Bytes of an average letter, until the text itself says better. */
export const bytesPerLetter = (catalogue: ReportCatalogue): number => (catalogue.language === "ar" ? 1.9 : 1.05);

/** Role, type and the story: what someone needs in order to act. */
export function what(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common } = catalogue;
  const required = REQUIRED_FIELDS.map((field) => {
    const group = choices({
      legend: catalogue.options[field].label,
      help: null,
      choices: options(catalogue, field),
      chosen: [session.fields[field] ?? ""],
      multiple: false,
      scale: false,
      required: true,
      after: [],
      onChange: ([value = ""]) => {
        session.setField(field, value);
        group.fail(null);
      },
    });
    const ready = (): boolean => {
      const fits = session.fields[field] !== undefined;
      group.fail(fits ? null : `${common.chooseOne} ${report.required}`);
      return fits;
    };
    return { node: group.node, ready };
  });
  const story = narrative(catalogue, session);
  const waiting = h("p", { class: "field-error", role: "alert" });
  const attached = {
    node: h("div", {}, session.kiosk ? null : filesPart(catalogue, session.attachments), waiting),
    ready: (): boolean => {
      waiting.textContent = session.attachments.looking ? catalogue.files.wait : "";
      return !session.attachments.looking;
    },
  };
  const next = (): void => {
    const wanting = [...required, story, attached].filter(({ ready }) => !ready());
    // Each wanting field says so; asking the first again moves the focus to it.
    if (wanting[0]?.ready() ?? true) session.go("next");
  };
  return h(
    "div",
    {},
    heading(report.whatTitle),
    ...required.map(({ node }) => node),
    story.node,
    attached.node,
    actions(
      button(common.next, next, "primary"),
      session.journey.editing ? null : button(common.back, () => session.go("previous"), "quiet"),
    ),
  );
}

function narrative(catalogue: ReportCatalogue, session: ReportSession): { readonly node: HTMLElement; readonly ready: () => boolean } {
  const { report, errors } = catalogue;
  const left = (text: string): number => narrativeLeft(text, bytesPerLetter(catalogue));
  const box = writing(catalogue, {
    label: report.narrative,
    hint: report.narrativeHint,
    text: session.narrative,
    rows: 10,
    required: true,
    lettersLeft: left,
    onInput: (text) => {
      session.narrative = text;
      box.fail(null);
    },
  });
  const ready = (): boolean => {
    const empty = session.narrative.trim() === "";
    const fits = !empty && left(session.narrative) >= 0;
    if (!fits) box.fail(empty ? report.required : errors.tooLong);
    return fits;
  };
  return { node: box.node, ready };
}

/** Coarse details, all optional, and what may be done with the report. */
export function detailsStep(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common } = catalogue;
  const lists = DETAIL_FIELDS.map((field) =>
    dropdown({
      label: catalogue.options[field].label,
      empty: common.notAnswered,
      choices: options(catalogue, field),
      chosen: session.fields[field] ?? "",
      onChange: (value) => session.setField(field, value),
    }),
  );
  const consent = choices({
    legend: catalogue.options[CONSENT].label,
    help: null,
    choices: options(catalogue, CONSENT),
    chosen: [session.fields[CONSENT] ?? ""],
    multiple: false,
    scale: false,
    after: [],
    onChange: ([value = ""]) => session.setField(CONSENT, value),
  });
  return h(
    "div",
    {},
    heading(report.detailTitle),
    paragraph(report.detailText),
    h("div", { class: "pair" }, ...lists),
    officePart(catalogue, session),
    consent.node,
    actions(
      button(common.next, () => session.go("next"), "primary"),
      button(common.back, () => session.go("previous"), "quiet"),
    ),
  );
}
