/** Words of the part that looks for the mark which shows a report's writer as one of those who took part in a survey. */
export const reportMark = {
  intro:
    "Did you take part in a survey of this programme and keep its secret code? Then your report can bear a mark: that its writer is one of those whom an organisation invited as an official, as a trader, or the like.",
  tells:
    "Those who handle reports see the survey and your group. They see neither who you are nor what you answered, and nobody can tell from the mark which of all who took part you are.",
  narrows: "Your role, the region and what you tell can still make it fewer people.",
  once: "One code marks one report. In a second one the same mark appears: those who handle reports see that both are from one person.",
  here: "What you type here stays on this device and is not kept. The lists that it is looked for in have been fetched already, as for every visitor: whoever runs this server does not learn whether your report has a mark.",
  code: "Secret code of the survey",
  codeHint: "The one that you wrote down in the survey, not the one of this report. 27 letters and digits.",
  find: "Find my mark",
  surveys: "Surveys that a mark can come from",
  ready: "{survey}: its lists are here.",
  early: "{survey}: not before its enrolment has ended, on {date}, and its lists are published.",
  large: "{survey}: too many people took part to look for a mark in this form.",
  unusable: "One survey whose lists this server does not show as they should be.",
  notFound:
    "No mark is found with this code. Is it the code of one of these surveys, and not of a report? Who took part without keeping a code has none.",
  notYet: "No mark is found with this code yet. Lists of a survey are still missing: see below when they can come.",
  tooFew: "Too few people took part with you: a mark would show too well who you are. Go on without one.",
  given: "Your report will bear this mark",
  crowd: {
    one: "Only {count} person has this mark: you. It shows who you are.",
    other: "{count} people have this mark. Nobody can tell from it which of them you are.",
  },
  keep: "Continue with this mark",
  remove: "Leave the mark off",
} as const;
