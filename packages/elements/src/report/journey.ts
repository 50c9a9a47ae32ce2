/** The screens of a report, in the order people meet them. */
export type ReportScreen =
  | "language"
  | "loading"
  | "failed"
  | "welcome"
  | "what"
  | "details"
  | "code"
  | "review"
  | "mark"
  | "sending"
  | "sent"
  | "return"
  | "resuming"
  | "conversation"
  | "left";

export interface ReportJourney {
  readonly screen: ReportScreen;
  /** Came from the review: "continue" goes back to it. */
  readonly editing: boolean;
}

export type ReportEvent =
  | "languageChosen"
  | "opened"
  | "failed"
  | "write"
  | "next"
  | "previous"
  | "editWhat"
  | "editDetails"
  | "editMark"
  | "send"
  | "kept"
  | "comeBack"
  | "resume"
  | "found"
  | "anew"
  | "leave";

export const REPORT_START: ReportJourney = { screen: "language", editing: false };

/** The numbered steps of writing: "step 2 of 4". */
export const STEPS: readonly ReportScreen[] = ["what", "details", "code", "review"];

const MOVES: Readonly<Record<Exclude<ReportEvent, "next" | "previous" | "leave">, Partial<Readonly<Record<ReportScreen, ReportScreen>>>>> =
  {
    languageChosen: { language: "loading", failed: "loading" },
    opened: { loading: "welcome" },
    failed: { loading: "failed", resuming: "return" },
    write: { welcome: "what" },
    editWhat: { review: "what" },
    editDetails: { review: "details" },
    editMark: { review: "mark" },
    send: { review: "sending" },
    kept: { sending: "sent" },
    comeBack: { welcome: "return" },
    resume: { return: "resuming", sent: "resuming" },
    found: { resuming: "conversation" },
    anew: { conversation: "welcome", welcome: "welcome", return: "welcome" },
  };

/** The next state. Pure; an event that does not fit the screen leaves everything as it is. */
export function advanceReport(journey: ReportJourney, event: ReportEvent): ReportJourney {
  if (event === "leave") return { screen: "left", editing: false };
  if (event === "next" || event === "previous") return turn(journey, event);
  const screen = MOVES[event][journey.screen];
  return screen === undefined ? journey : { screen, editing: event === "editWhat" || event === "editDetails" || event === "editMark" };
}

function turn(journey: ReportJourney, event: "next" | "previous"): ReportJourney {
  if (journey.editing) return { screen: "review", editing: false };
  if (event === "previous" && journey.screen === "return") return { screen: "welcome", editing: false };
  if (event === "previous" && journey.screen === "sending") return { screen: "review", editing: false };
  const at = STEPS.indexOf(journey.screen);
  if (at < 0) return journey;
  const screen = event === "next" ? STEPS[at + 1] : at === 0 ? "welcome" : STEPS[at - 1];
  return screen === undefined ? journey : { screen, editing: false };
}
