import type { Case, Inbox } from "@amana/client/handler";
import { type CaseChange, dateOf } from "@amana/core/cases";
import { oneLine } from "../../terminal/printable.ts";
import { type ChannelSession, handlerName } from "./session.ts";

/** What is due next of a case, as a line says it. */
export function dueOf({ deadlines }: Case, today: number): string {
  const say = (what: string, by: number): string =>
    by < today ? `${what} OVERDUE since ${dateOf(by)}` : by === today ? `${what} due today` : `${what} by ${dateOf(by)}`;
  if (deadlines.acknowledgeBy !== null) return say("acknowledge", deadlines.acknowledgeBy);
  return deadlines.feedbackBy === null ? "" : say("feedback", deadlines.feedbackBy);
}

/** A case for `--json`: dates, never times. */
export function caseObject(each: Case, session: ChannelSession): object {
  const { today } = session.inbox;
  const { acknowledgeBy, feedbackBy } = each.deadlines;
  return {
    reference: each.reference,
    state: each.history.state,
    assigned: each.history.assigned === null ? null : handlerName(session, each.history.assigned),
    labels: each.history.labels,
    received: dateOf(each.received),
    acknowledgeBy: acknowledgeBy === null ? null : dateOf(acknowledgeBy),
    feedbackBy: feedbackBy === null ? null : dateOf(feedbackBy),
    overdue: Math.min(acknowledgeBy ?? Number.POSITIVE_INFINITY, feedbackBy ?? Number.POSITIVE_INFINITY) < today,
    messages: each.messages.length,
    replies: each.replies.length,
    mark: each.mark,
    conflicts: each.history.conflicts,
    missing: each.history.missing,
  };
}

/** What a handler's list says of all messages together. */
export function inboxObject({ waiting, waitingRecords, unreadable, withheld, refused }: Inbox): object {
  return { waiting, waitingRecords, unreadable, withheld, refused };
}

/** One line of a case's history. */
export function changeLine(change: CaseChange, session: ChannelSession): string {
  switch (change.kind) {
    case "state":
      return `state: ${change.state}`;
    case "assign":
      return change.to === null ? "nobody is responsible" : `responsible: ${handlerName(session, change.to)}`;
    case "label":
      return `${change.on ? "label" : "label off"}: ${oneLine(change.label)}`;
    case "note":
      return `note: ${oneLine(change.text)}`;
    case "reply":
      return change.feedback ? "replied, with feedback" : "replied";
  }
}
