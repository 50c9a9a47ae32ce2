import type { Catalogue } from "./messages.ts";

export const en: Catalogue = {
  locale: "en",
  name: "English",
  direction: "ltr",
  review: "none",
  messages: {
    pageKind: "Results",
    languages: "Languages",
    contents: "On this page",
    trial: "Trial",
    trialNote: "This round was a trial. Its figures describe nobody and must not be quoted.",

    participation: "Who took part",
    counted: "answers counted",
    ofInvited: "of {invited} people who were invited",
    invitedOnly: "{invited} people were invited",
    trustLead: "Trust in this survey",

    gaps: "Where the two sides see things most differently",
    gapsIntro:
      "The same question was put to both sides. Each mark is the share that answered favourably, from 0 to 100; the line through it is its 95% interval.",
    gapsNone: "No question that was put to both sides can be compared here.",
    gapsMore: "All other pairs",
    gapHidden: "one of the two figures is hidden",
    difference: "Difference",
    points: "{points} points",
    higherIn: "higher: {audience}",
    even: "no difference",

    priorities: "What each side wants first",
    prioritiesIntro: "The share of each side that chose an area among the first to improve.",

    factors: "The areas, side by side",
    factorsIntro:
      "For each area, the mean of all questions about it: 0 is the worst possible answer to every question, 100 the best. The line is the 95% interval.",
    area: "Area",

    questions: "Every question",
    questionsIntro:
      "Bars are centred on the neutral answers: what reaches to one side is favourable, what reaches to the other is unfavourable. Small figures are 95% intervals.",
    question: "Question",
    otherQuestions: "Other questions",
    answer: "Answer",
    share: "Share",
    severalChoices: "Several answers were possible.",
    smallLeftOut: "The other shares leave out the answers that at most 5% gave.",
    comments: "Comments are read by those who count, and are never published as they were written.",

    chart: "Chart",
    favourable: "Favourable",
    neutral: "Neutral",
    unfavourable: "Unfavourable",
    reversed: "agreeing is unfavourable here",
    percent: "{value}%",
    interval: "95% interval",
    atMost: "at most {value}%",
    atLeast: "at least {value}%",
    base: "n = {n}",
    ofAsked: "of {asked} asked",
    dontKnow: "don’t know: {n}",
    preferNot: "prefer not to say: {n}",
    unanswered: "left open: {n}",

    hidden: "Hidden",
    belowMinimum: "fewer than {minimum} answers",
    smallCell: "so few gave one of the answers that they could be guessed",
    unanimous: "the answers are too much alike",
    complement: "it would give back another hidden figure",

    method: "How these figures were made",
    howCounted: "How they were counted",
    methodShares:
      "Favourable means above the middle of the scale; for questions where agreeing is bad, below it. “Don’t know” and “prefer not to say” are answers, but no share rests on them: n is the number of the others.",
    methodIndex: "The index of an area is made ballot by ballot from those who answered at least half of its questions, then averaged.",
    methodIntervals:
      "Intervals of shares are Wilson’s, of differences Newcombe’s, of indices Student’s, all at 95%. Those of shares and differences follow from the published shares and n alone, so anyone can compute them again.",
    methodRounding:
      "Numbers of people are rounded to 5, so “0–2” stands for none, one or two. Shares are whole points and may not add up to 100.",
    methodHidden:
      "Nothing is shown that rests on fewer than {minimum} answers, or that would say what single people answered. What is hidden is not zero.",
    limits: "What they cannot say",
    limitNonResponse:
      "The intervals hold only the chance of who happened to answer. What those who did not answer think is not in them, and since nobody can be identified it cannot be asked.",
    limitPerception: "These are perceptions and reported experience, not findings about any person or case.",
    limitRoster: "That the list of invited people was complete and honest cannot be proved by any computation.",
    check: "How to check them",
    checkNote:
      "The tables, questions, thresholds and rounding were fixed before the round opened. The organisations that opened the answers together counted them separately and signed the hashes of these files in the public ledger: compare them with what you see.",
    figuresDigest: "SHA-256 of results.json",
    planHash: "Hash of the analysis plan",
    data: "All figures as a table (CSV)",
  },
};
