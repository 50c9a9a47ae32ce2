import type { Case } from "@amana/client/handler";
import { CASE_STATES } from "@amana/core/cases";
import { table } from "../../terminal/columns.ts";
import { type Command, text, UsageError, type Values } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";
import { type ChannelSession, handlerName, markOf, openChannelSession, REPORT_OPTIONS, warnOf, warnOfRetention } from "./session.ts";
import { caseObject, dueOf, inboxObject } from "./view.ts";

/** Cases on a screen; the others are counted. */
const PAGE = 50;
/** Labels of a case on its line, likewise. */
const LABELS = 5;

/** Junk is, until its reporter writes again. */
function isHidden({ history, isWrittenSince }: Case): boolean {
  return history.state === "junk" && !isWrittenSince;
}

function chosen(session: ChannelSession, values: Values): readonly Case[] {
  const [state, label, to] = [text(values, "state"), text(values, "label"), text(values, "to")];
  if (state !== undefined && !CASE_STATES.some((known) => known === state)) throw new UsageError(`--state takes ${CASE_STATES.join(", ")}`);
  return session.inbox.cases.filter((each) => {
    const { history } = each;
    if (state === undefined ? isHidden(each) : history.state !== state) return false;
    if (label !== undefined && !history.labels.includes(label)) return false;
    return to === undefined || (history.assigned !== null && handlerName(session, history.assigned) === to);
  });
}

/** Who said of how many cases last where they stand: a handler who puts a report about itself out of sight is to be seen doing it. */
function whoPutThem(cases: readonly Case[], session: ChannelSession): string {
  const counts = new Map<string, number>();
  for (const { history } of cases) {
    const last = history.records.findLast(({ document }) => document.change.kind === "state");
    const who = last === undefined ? "-" : handlerName(session, last.handler);
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return [...counts].map(([who, count]) => `${who} ${count}`).join(", ");
}

function line(each: Case, session: ChannelSession): string[] {
  const { history } = each;
  const first = oneLine(each.first.document.text).slice(0, 40);
  const notes = [
    markOf(each),
    ...(history.state === "junk" && each.isWrittenSince ? ["wrote again"] : []),
    ...(each.doubles > 0 ? ["another report names its mailbox"] : []),
    ...history.labels.slice(0, LABELS).map((label) => `#${oneLine(label)}`),
    ...(history.labels.length > LABELS ? [`and ${history.labels.length - LABELS} labels`] : []),
    ...(history.conflicts.length > 0 ? ["set by two at once"] : []),
    ...(history.missing > 0 ? [`${history.missing} records withheld`] : []),
  ];
  const who = history.assigned === null ? "-" : handlerName(session, history.assigned);
  const counts = `${each.messages.length}/${each.replies.length}`;
  return [each.reference, history.state, dueOf(each, session.inbox.today), who, counts, notes.filter(Boolean).join(" "), first];
}

export const reportsList: Command = {
  name: "reports list",
  summary: "List the reports of a channel, what is due first at the top. They are opened on this machine.",
  positionals: [],
  options: {
    ...REPORT_OPTIONS,
    state: { type: "string", value: "STATE", describe: "only cases in this state (without it, all but junk that did not write again)" },
    label: { type: "string", value: "LABEL", describe: "only cases with this label" },
    to: { type: "string", value: "ORGANISATION", describe: "only cases that this organisation is responsible for" },
  },
  examples: [
    "amana reports list --key handler.key --round reports-2026-12",
    "amana reports list --key handler.key --round reports-2026-12 --state junk",
  ],
  notes: [
    "A report is to be acknowledged within 7 days, and its reporter told what was done within 3 months",
    "(Directive (EU) 2019/1937, art. 9 and 11). Messages/replies are counted as 2/1.",
    "Exit code 1: messages or records are missing or cannot be read.",
  ],
  async run({ values }, io) {
    const session = await openChannelSession(values, io);
    const { inbox } = session;
    const cases = chosen(session, values);
    if (cases.length === 0) io.say(inbox.cases.length === 0 ? "No reports yet." : "No such reports.");
    const shown = io.json ? cases : cases.slice(0, PAGE);
    for (const row of table(shown.map((each) => line(each, session)))) io.say(row);
    if (cases.length > shown.length) io.say(`… and ${cases.length - shown.length} more: --state, --label or --to show fewer.`);
    const hidden = inbox.cases.filter(isHidden);
    const junk = inbox.cases.filter(({ history }) => history.state === "junk").length;
    if (hidden.length > 0 && values.state === undefined)
      io.say(`${hidden.length} among the junk (${whoPutThem(hidden, session)}): --state junk shows them.`);
    const isWrong = warnOf(inbox, io);
    warnOfRetention(session, io);
    io.result({ ...inboxObject(inbox), junk, reports: shown.map((each) => caseObject(each, session)) });
    return isWrong ? CHECK_FAILED : 0;
  },
};
