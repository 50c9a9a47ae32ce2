import { date, fill, type HandlerCatalogue, localized, plural } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import type { HandlerCase } from "../client.ts";
import type { HandlerSession } from "../session.ts";

/** The state of a case. */
export function stateChip({ handler }: HandlerCatalogue, { history }: HandlerCase): HTMLElement {
  return h("span", { class: `chip state-${history.state}` }, handler.states[history.state]);
}

export function labelChip(label: string): HTMLElement {
  return h("span", { class: "chip label", dir: "auto" }, label);
}

/** What is due: each with its date and the days that are left. Nothing for a case where all was done, and for junk. */
export function dueLines(catalogue: HandlerCatalogue, { deadlines }: HandlerCase, today: number): readonly HTMLElement[] {
  const { handler } = catalogue;
  const line = (sentence: string, day: number): HTMLElement => {
    const left = day - today;
    const how = left < 0 ? "late" : left <= SOON ? "soon" : "later";
    const word = left < 0 ? handler.overdue : left === 0 ? handler.dueToday : plural(catalogue, handler.dueIn, left);
    return h("span", { class: `due ${how}` }, fill(sentence, { date: date(catalogue, day) }), " ", h("strong", {}, word));
  };
  return [
    ...(deadlines.acknowledgeBy === null ? [] : [line(handler.acknowledgeBy, deadlines.acknowledgeBy)]),
    ...(deadlines.feedbackBy === null ? [] : [line(handler.feedbackBy, deadlines.feedbackBy)]),
  ];
}

/** Days before a deadline from which it is shown as a reminder. */
const SOON = 3;

/** What a mark vouches for, or null where there is none. */
export function markText(catalogue: HandlerCatalogue, { mark }: HandlerCase): string | null {
  const { handler } = catalogue;
  if (mark === null) return null;
  if (mark === false) return handler.markBad;
  return mark.cases > 1
    ? plural(catalogue, handler.markedMany, mark.cases, { audience: mark.audience })
    : fill(handler.marked, { audience: mark.audience });
}

/** The name of a handler's organisation in the programme. */
export function handlerName(catalogue: HandlerCatalogue, { programme, inbox }: HandlerSession, index: number | null): string {
  const id = index === null ? undefined : inbox?.handlers[index]?.organisation;
  const organisation = programme?.organisations.find((each) => each.id === id);
  return localized(catalogue, organisation?.name) || (id ?? "");
}
