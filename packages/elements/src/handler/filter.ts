import type { CaseState } from "@amana/core/cases";
import type { HandlerCase } from "./client.ts";

/** What of the list is shown. Empty: all. */
export interface CaseFilter {
  readonly query: string;
  readonly state: CaseState | "";
  readonly who: "mine" | "nobody" | "";
  readonly label: string;
}

export const SHOW_ALL: CaseFilter = { query: "", state: "", who: "", label: "" };

/** The cases that fit, in the order they came in. Looks into what is opened on this machine; nothing of a search leaves it. */
export function filterCases(cases: readonly HandlerCase[], { query, state, who, label }: CaseFilter, own: number): readonly HandlerCase[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return cases
    .filter(({ history }) => {
      if (state !== "" && history.state !== state) return false;
      if (who !== "" && history.assigned !== (who === "mine" ? own : null)) return false;
      return label === "" || history.labels.includes(label);
    })
    .filter((each) => words.length === 0 || has(each, words));
}

/** All labels in use, sorted. */
export function labelsOf(cases: readonly HandlerCase[]): readonly string[] {
  return [...new Set(cases.flatMap(({ history }) => history.labels))].sort();
}

function has({ reference, messages, replies, history }: HandlerCase, words: readonly string[]): boolean {
  const said = messages.map(({ document }) => document.text);
  const answered = replies.map(({ text }) => text ?? "");
  const notes = history.records.map(({ document: { change } }) => (change.kind === "note" ? change.text : ""));
  const all = plain([reference, ...said, ...answered, ...notes, ...history.labels].join("\n"));
  return words.every((word) => all.includes(word));
}

/** Without case, accents and vowel signs: what people leave out when they search. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
