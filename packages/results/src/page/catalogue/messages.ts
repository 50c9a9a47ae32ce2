/** A catalogue of the results page: data, no code. `review` is `none` until a native speaker has signed the wording. */
export interface Catalogue {
  readonly locale: string;
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  readonly review: "none" | { readonly by: string; readonly on: string };
  readonly messages: Messages;
}

/** Every text of the page. `{name}` is a place for a value; texts avoid plural forms, so numbers need no rules. */
export interface Messages {
  readonly pageKind: string;
  readonly languages: string;
  readonly contents: string;
  readonly trial: string;
  readonly trialNote: string;

  readonly participation: string;
  readonly counted: string;
  readonly ofInvited: string;
  readonly invitedOnly: string;
  readonly trustLead: string;

  readonly gaps: string;
  readonly gapsIntro: string;
  readonly gapsNone: string;
  readonly gapsMore: string;
  readonly gapHidden: string;
  readonly difference: string;
  readonly points: string;
  readonly higherIn: string;
  readonly even: string;

  readonly priorities: string;
  readonly prioritiesIntro: string;

  readonly factors: string;
  readonly factorsIntro: string;
  readonly area: string;

  readonly questions: string;
  readonly questionsIntro: string;
  readonly question: string;
  readonly otherQuestions: string;
  readonly answer: string;
  readonly share: string;
  readonly severalChoices: string;
  readonly smallLeftOut: string;
  readonly comments: string;

  readonly chart: string;
  readonly favourable: string;
  readonly neutral: string;
  readonly unfavourable: string;
  readonly reversed: string;
  readonly percent: string;
  readonly interval: string;
  readonly atMost: string;
  readonly atLeast: string;
  readonly base: string;
  readonly ofAsked: string;
  readonly dontKnow: string;
  readonly preferNot: string;
  readonly unanswered: string;

  readonly hidden: string;
  readonly belowMinimum: string;
  readonly smallCell: string;
  readonly unanimous: string;
  readonly complement: string;

  readonly method: string;
  readonly howCounted: string;
  readonly methodShares: string;
  readonly methodIndex: string;
  readonly methodIntervals: string;
  readonly methodRounding: string;
  readonly methodHidden: string;
  readonly limits: string;
  readonly limitNonResponse: string;
  readonly limitPerception: string;
  readonly limitRoster: string;
  readonly check: string;
  readonly checkNote: string;
  readonly figuresDigest: string;
  readonly planHash: string;
  readonly data: string;
}
