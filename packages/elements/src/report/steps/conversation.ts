import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, localized, plural, sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, codeInput, heading, notice, paragraph } from "../../ui/parts.ts";
import { writing } from "../../ui/writing.ts";
import { narrativeLeft } from "../fields.ts";
import type { ReportSession } from "../session.ts";
import { successorPart } from "./elsewhere.ts";
import { filesPart } from "./files.ts";
import { underway } from "./underway.ts";
import { bytesPerLetter } from "./write.ts";

/** The secret code, typed on any device. */
export function comeBack(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common } = catalogue;
  const { field, input, fail } = codeInput(common.codeEnter, common.codeEnterHint);
  if (session.error !== null) queueMicrotask(() => fail(sentenceFor(catalogue, session.error)));
  const submit = (event: Event): void => {
    event.preventDefault();
    void session.resume(input.value);
  };
  return h(
    "form",
    { novalidate: true, onsubmit: submit },
    heading(report.returnTitle),
    paragraph(report.returnText),
    field,
    actions(
      h("button", { type: "submit", class: "button primary" }, common.codeOpen),
      button(common.back, () => session.go("previous"), "quiet"),
    ),
  );
}

/** Replies with the organisation that signed each, and a box to write more. */
export function conversation(catalogue: ReportCatalogue, session: ReportSession, finish: () => void): HTMLElement {
  const { report, common } = catalogue;
  const refresh = button(report.refresh, () => void session.refresh());
  refresh.setAttribute("aria-disabled", String(session.busy !== null));
  return h(
    "div",
    {},
    heading(report.conversation),
    paragraph(report.earlier, "hint"),
    session.replies.length + session.written.length === 0 ? null : messages(catalogue, session),
    session.replies.length === 0 ? paragraph(report.noReplies, "hint") : null,
    session.error === null ? null : notice(common.problem, sentenceFor(catalogue, session.error), "error"),
    actions(refresh),
    session.over ? over(catalogue, session) : followUp(catalogue, session),
    actions(button(session.kiosk ? report.kioskDone : report.finish, finish, "quiet")),
  );
}

/** What can still be done with a channel that takes nothing more. */
function over(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report } = catalogue;
  const next = session.channel === null ? null : successorPart(catalogue, session, session.channel);
  return h("section", {}, notice(report.overTitle, report.overText, "info"), next);
}

function messages(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, common } = catalogue;
  const item = (mine: boolean, who: string, text: string, files = 0): HTMLElement =>
    h(
      "li",
      { class: mine ? "mine" : "theirs" },
      h("p", { class: "who" }, who),
      h("p", { class: "said", dir: "auto" }, text),
      files > 0 ? paragraph(plural(catalogue, catalogue.files.count, files), "hint") : null,
    );
  // Hundreds of places that somebody filled with nonsense are one sentence: nobody is to look for a reply among them.
  const told = session.replies.filter(({ text, fault, organisation }, at) => {
    const before = session.replies[at - 1];
    return text !== null || before?.text !== null || before.fault !== fault || before.organisation !== organisation;
  });
  const replies = told.map(({ organisation, text, fault }) => {
    const name = organisation === null ? null : localized(catalogue, organisation);
    if (text !== null) return item(false, fill(report.from, { organisation: name ?? "" }), text);
    const known = { ERR_MAILBOX_GAP: report.replyMissing, ERR_SEQUENCE_USED: report.replySeveral, ERR_REPLY_INVALID: report.replyFault };
    const found = known[fault ?? "ERR_REPLY_INVALID"];
    return h(
      "li",
      { class: "theirs" },
      notice(common.problem, name === null ? found : fill(report.replyFaultOf, { organisation: name }), "error"),
    );
  });
  return h("ol", { class: "talk" }, ...replies, ...session.written.map(({ text, files }) => item(true, report.fromYou, text, files)));
}

function followUp(catalogue: ReportCatalogue, session: ReportSession): HTMLElement {
  const { report, errors } = catalogue;
  const left = (text: string): number => narrativeLeft(text, bytesPerLetter(catalogue));
  const box = writing(catalogue, {
    label: report.followUp,
    hint: report.narrativeHint,
    text: session.draft,
    rows: 5,
    lettersLeft: left,
    onInput: (text) => {
      session.draft = text;
      box.fail(null);
    },
  });
  // What was sealed goes out again as it is: changing it here would show another text than is sent.
  box.input.readOnly = session.unsentFollowUp || session.busy === "writing";
  const send = button(
    report.followUpSend,
    () => {
      if (left(session.draft) < 0) box.fail(errors.tooLong);
      else if (session.attachments.looking) box.fail(catalogue.files.wait);
      else void session.followUp(catalogue.language);
    },
    "primary",
  );
  send.setAttribute("aria-disabled", String(session.busy !== null));
  return h(
    "section",
    {},
    box.node,
    session.kiosk ? null : filesPart(catalogue, session.attachments, box.input.readOnly),
    session.busy === "writing" ? underway(catalogue, session) : null,
    session.unsentFollowUp && session.error !== null ? paragraph(report.unsent, "hint") : null,
    actions(send),
  );
}
