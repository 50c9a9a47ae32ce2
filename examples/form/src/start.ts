import type { RoundSummary } from "@amana/client";
import { type LocalizedText, parseInvitationCode } from "@amana/core/bytes";
import { CATALOGUES, type Language, sentenceFor } from "@amana/elements";
import { linkOf } from "./route.ts";
import { TEXTS, type Texts } from "./texts.ts";

/** What the start page can lead to. */
export interface Ways {
  readonly base: string;
  readonly openSurvey: (round: string, link: string) => void;
  readonly openReports: (round: string) => void;
}

/** The start page: surveys with a place for the invitation code, coming back, and the reporting channel. */
export function startPage(language: Language, rounds: readonly RoundSummary[], ways: Ways): HTMLElement {
  const texts = TEXTS[language];
  const surveys = rounds.filter(({ kind }) => kind !== "reports");
  const reports = rounds.filter(({ kind }) => kind === "reports");
  const page = document.createElement("div");
  page.className = "start";
  page.append(text("h2", texts.title, "lead"), text("p", texts.intro, "intro"));
  for (const round of surveys) page.append(surveyCard(language, texts, round, ways));
  if (surveys.length === 0) page.append(text("p", texts.none));
  for (const round of reports) page.append(reportCard(language, texts, round, ways));
  return page;
}

function surveyCard(language: Language, texts: Texts, round: RoundSummary, ways: Ways): HTMLElement {
  const card = cardOf(language, texts, round);
  if (round.state === "open" || round.state === "enrolling") {
    const form = document.createElement("form");
    form.noValidate = true;
    const id = `code-${round.name}`;
    const input = document.createElement("input");
    Object.assign(input, { id, type: "text", autocomplete: "off", spellcheck: false, dir: "ltr", className: "code" });
    input.setAttribute("autocapitalize", "characters");
    input.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
    const label = document.createElement("label");
    label.htmlFor = id;
    label.textContent = texts.code;
    const hint = text("p", texts.codeHint, "hint");
    hint.id = `${id}-hint`;
    const error = text("p", "", "error");
    error.id = `${id}-error`;
    error.setAttribute("role", "alert");
    const submit = text("button", texts.open, "primary");
    form.append(label, hint, input, error, submit);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        const codes = input.value.split(".").filter((code) => code.trim() !== "");
        if (codes.length === 0) parseInvitationCode("");
        // Paper may carry the whole fragment, whose first part names the group.
        const named = codes.length > 1 && /^[a-z0-9-]{1,64}$/.test(codes[0] ?? "") && !isCode(codes[0] ?? "");
        for (const code of named ? codes.slice(1) : codes) parseInvitationCode(code);
        ways.openSurvey(round.name, linkOf(ways.base, round.name, codes));
      } catch (caught) {
        error.textContent = sentenceFor(CATALOGUES[language], caught);
        input.setAttribute("aria-invalid", "true");
        input.focus();
      }
    });
    card.append(form);
  }
  // Also between the two visits of a round with phases: who comes too early is told when.
  card.append(action(texts.comeBack, () => ways.openSurvey(round.name, `${ways.base}${round.name}`)));
  return card;
}

function isCode(typed: string): boolean {
  try {
    parseInvitationCode(typed);
    return true;
  } catch {
    return false;
  }
}

function reportCard(language: Language, texts: Texts, round: RoundSummary, ways: Ways): HTMLElement {
  const card = cardOf(language, texts, round);
  card.append(
    text("p", texts.reportsText),
    action(texts.report, () => ways.openReports(round.name)),
  );
  return card;
}

function cardOf(language: Language, texts: Texts, round: RoundSummary): HTMLElement {
  const card = document.createElement("section");
  card.className = "card";
  const head = document.createElement("div");
  head.className = "head";
  head.append(text("h3", localized(round.title, language)), text("p", texts.states[round.state], `state ${round.state}`));
  const kind = round.kind === "reports" ? texts.reports : texts.surveys;
  card.append(text("p", kind === localized(round.title, language) ? "" : kind, "kicker"), head);
  return card;
}

function action(label: string, onclick: () => void): HTMLButtonElement {
  const button = text("button", label, "secondary");
  button.type = "button";
  button.addEventListener("click", onclick);
  return button;
}

/** The text in the reader's language, or in the first there is. */
export function localized(name: LocalizedText, language: Language): string {
  return name[language] ?? Object.values(name)[0] ?? "";
}

export function text<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, content: string, kind = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.textContent = content;
  if (kind !== "") element.className = kind;
  return element;
}
