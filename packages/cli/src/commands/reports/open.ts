import type { CaseReply } from "@amana/client/handler";
import { dateOf } from "@amana/core/cases";
import { isAmanaError } from "@amana/core/errors";
import type { Command } from "../../terminal/command.ts";
import { oneLine, quoted } from "../../terminal/printable.ts";
import { lineOf, listAttachments } from "./attachments.ts";
import { handlerName, markOf, openChannelSession, REPORT_OPTIONS, warnOf } from "./session.ts";
import { caseObject, changeLine, dueOf } from "./view.ts";

/** What is to be known of a reply. */
function notesOf({ feedback, published, lost, disputed }: CaseReply): string[] {
  return [
    ...(feedback ? ["feedback"] : []),
    ...(published || lost ? [] : ["reaches the reporter at the next rebuild"]),
    ...(lost ? ["was NOT delivered: write it again"] : []),
    ...(disputed ? ["two handlers say that they wrote it: only the reporter knows what it says"] : []),
  ];
}

export const reportsOpen: Command = {
  name: "reports open",
  summary: "Show one report: what was written to and fro, where it stands, and what handlers noted.",
  positionals: ["REFERENCE"],
  options: REPORT_OPTIONS,
  examples: ["amana reports open 3f9a01c2 --key handler.key --round reports-2026-12"],
  async run({ positionals: [reference = ""], values }, io) {
    const session = await openChannelSession(values, io);
    const found = session.inbox.find(reference);
    const { history, messages, replies } = found;
    io.say(`Report ${found.reference}   ${markOf(found)}`);
    if (found.doubles > 0)
      io.warn(`✗ ${found.doubles} more reports name this mailbox: history and replies below are those of all of them.`);
    io.say(`  came on      ${dateOf(found.received)}   ${dueOf(found, session.inbox.today)}`);
    io.say(`  state        ${history.state}${history.conflicts.includes("state") ? "   (two handlers set it at once: set it again)" : ""}`);
    const assigned = history.assigned === null ? "nobody" : handlerName(session, history.assigned);
    io.say(`  responsible  ${assigned}${history.conflicts.includes("assign") ? "   (two handlers set it at once: set it again)" : ""}`);
    if (history.labels.length > 0) io.say(`  labels       ${history.labels.map(oneLine).join(", ")}`);
    for (const [field, value] of Object.entries(found.first.document.fields)) io.say(`  │ ${field.padEnd(12)} ${oneLine(value)}`);
    const attachments = await listAttachments(session.inbox, found);
    for (const { sequence, day, document, sealed } of messages) {
      io.say(`\n${dateOf(day)}  the reporter${sealed ? "" : " (not in the ledger yet)"}\n${quoted(document.text)}`);
      for (const each of attachments.filter(({ message }) => message === sequence)) io.say(lineOf(each));
    }
    if (attachments.length > 0)
      io.say(`\nThe files: amana reports attachment ${found.reference} --round ${session.channel.manifest.round} --folder FOLDER …`);
    for (const each of replies) {
      const { day, handler, text } = each;
      const who = handler === null ? "a handler" : handlerName(session, handler);
      const notes = notesOf(each).join(", ");
      io.say(`\n${day === null ? "" : dateOf(day)}  ${who}${notes === "" ? "" : ` (${notes})`}`);
      io.say(text === null ? "[a reply without a copy: only the reporter can read it]" : quoted(text));
    }
    if (history.records.length > 0) io.say("\nHistory, for handlers alone:");
    for (const { handler, document } of history.records)
      io.say(`  ${dateOf(document.day)}  ${handlerName(session, handler)}: ${changeLine(document.change, session)}`);
    if (history.missing > 0)
      io.warn(`✗ ${history.missing} records of this case are missing: the server withholds them, or who named them made them up.`);
    warnOf(session.inbox, io);
    io.result({
      ...caseObject(found, session),
      messages: messages.map(({ day, sealed, document }) => ({ ...document, date: dateOf(day), sealed })),
      attachments: attachments.map(({ number, message, opened }) =>
        isAmanaError(opened)
          ? { number, message, code: opened.code }
          : { number, message, name: opened.name, type: opened.type, bytes: opened.length },
      ),
      replies: replies.map(({ day, handler, ...rest }) => ({
        ...rest,
        date: day === null ? null : dateOf(day),
        by: handler === null ? null : handlerName(session, handler),
      })),
      records: history.records.map(({ handler, document: { day, change } }) => ({
        by: handlerName(session, handler),
        date: dateOf(day),
        ...change,
      })),
    });
    return history.missing > 0 ? 1 : 0;
  },
};
