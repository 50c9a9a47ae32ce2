/** The screens of a survey, in the order people meet them. */
export type Screen =
  | "language"
  | "loading"
  | "failed"
  | "welcome"
  | "code"
  | "enrolling"
  | "wait"
  | "return"
  | "resuming"
  | "unlisted"
  | "unsettled"
  | "tooFew"
  | "returned"
  | "section"
  | "review"
  | "sending"
  | "receipt"
  | "withdraw"
  | "withdrawing"
  | "withdrawn"
  | "left";

/** Where a respondent is. Holds no answer and no code. */
export interface Journey {
  readonly screen: Screen;
  /** The section on screen, counted over all sections: what is hidden leaves a gap, not another number. */
  readonly section: number;
  /** Came from the review: "continue" goes back to it. */
  readonly editing: boolean;
}

/** What can happen. `sections` are the numbers of the sections that have something to show at that moment. */
export type JourneyEvent =
  | { readonly type: "languageChosen" | "opened" | "begin" | "comeBack" | "cancel" | "enrol" | "waiting" | "found" }
  | { readonly type: "unlisted" | "unsettled" | "tooFew" }
  | { readonly type: "failed" | "again" | "withdraw" | "withdrawConfirmed" | "send" | "kept" | "resume" | "leave" }
  | { readonly type: "answer" | "next" | "previous"; readonly sections: readonly number[] }
  | { readonly type: "edit"; readonly section: number };

export const START: Journey = { screen: "language", section: 0, editing: false };

type Move = Screen | null;

/** From where which event leads where. What is not here does nothing: a double tap must not skip a screen. */
const MOVES: Partial<Readonly<Record<JourneyEvent["type"], Partial<Readonly<Record<Screen, Move>>>>>> = {
  languageChosen: { language: "loading" },
  opened: { loading: "welcome" },
  again: { failed: "loading" },
  begin: { welcome: "code" },
  comeBack: { welcome: "return", failed: "return" },
  cancel: { code: "welcome", return: "welcome", unlisted: "return", withdraw: "returned", sending: "review", withdrawing: "returned" },
  enrol: { code: "enrolling" },
  waiting: { enrolling: "wait", resuming: "wait" },
  resume: { return: "resuming", unlisted: "resuming", unsettled: "resuming" },
  unlisted: { resuming: "unlisted" },
  unsettled: { resuming: "unsettled" },
  tooFew: { resuming: "tooFew" },
  found: { resuming: "returned" },
  failed: { loading: "failed", enrolling: "code", resuming: "return" },
  withdraw: { returned: "withdraw" },
  withdrawConfirmed: { withdraw: "withdrawing" },
  send: { review: "sending" },
  kept: { sending: "receipt", withdrawing: "withdrawn" },
};

/** The next state of a journey. Pure; an event that does not fit the screen leaves everything as it is. */
export function advance(journey: Journey, event: JourneyEvent): Journey {
  if (event.type === "leave") return { screen: "left", section: 0, editing: false };
  if (event.type === "answer" || event.type === "next" || event.type === "previous") return turn(journey, event);
  if (event.type === "edit") return journey.screen === "review" ? { screen: "section", section: event.section, editing: true } : journey;
  const screen = MOVES[event.type]?.[journey.screen];
  return screen === undefined || screen === null ? journey : { ...journey, screen };
}

/** Turning pages: forward to the next section that shows something and then to the review, back the same way. */
function turn(
  journey: Journey,
  { type, sections }: { readonly type: "answer" | "next" | "previous"; readonly sections: readonly number[] },
): Journey {
  const review: Journey = { screen: "review", section: 0, editing: false };
  const at = (section: number | undefined): Journey => (section === undefined ? review : { screen: "section", section, editing: false });
  if (type === "answer") return ["enrolling", "returned"].includes(journey.screen) ? at(sections[0]) : journey;
  if (type === "previous" && journey.screen === "review") return at(sections.at(-1));
  if (journey.screen !== "section") return journey;
  if (journey.editing) return review;
  if (type === "next") return at(sections.find((section) => section > journey.section));
  const before = sections.filter((section) => section < journey.section).at(-1);
  return before === undefined ? journey : at(before);
}
