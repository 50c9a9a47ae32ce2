/** Words of `<amana-survey>`. */
export const survey = {
  // welcome
  askedBy: "Asked by {programme}",
  duration: "About 10 minutes",
  closes: "Open until {date}",
  opens: "Opens on {date}",
  enrolUntil: "Enrol until {date}",
  answerBetween: "Answer between {from} and {to}",
  twoVisits: "You come twice: now you enrol, which takes a minute. You answer between {from} and {to}, with your secret code alone.",
  enrolmentOverTitle: "Enrolment is over",
  enrolmentOver: "It ended on {date}: invitations can no longer be used.",
  enrolledLater: "If you have enrolled, come back between {from} and {to} with your secret code.",
  enrolledNow: "If you have enrolled, answer now with your secret code, until {to}.",
  promiseTitle: "Who could know that it was you",
  /** One paragraph for each combination of settings: exactly one is shown, and says no more than was measured. See `separationSentence`. */
  separation: {
    none: "Whoever runs this server could find out which sealed answer is yours, by the times and network addresses of what reaches it. They cannot read it; but together with those who open the answers they could learn what you said. Changing an answer is easier to notice than giving it.",
    phases:
      "Nothing that is stored can tell which answer is yours: all invitations are used up before anyone may answer, so the time tells next to nothing. But someone who records the connections to this server on both occasions could compare network addresses: answer from another network than the one you enrol from. Changing an answer is easier to notice than giving it.",
    relay:
      "Nobody, whoever runs this server included, can tell which answer is yours. It travels through {relay}, another organisation, which mixes it with all others. Only both together could follow it.",
    phasesRelay:
      "Nobody, whoever runs this server included, can tell which answer is yours. All invitations are used up before anyone may answer, and answers then travel through {relay}, another organisation, which mixes them. Only both together could follow yours, by its network address.",
    trialNone:
      "This is a trial. Whoever runs it can find out which answer is yours, by the times and network addresses of what reaches the server, and may hold the keys that open it.",
    trialPhases:
      "This is a trial. As in a real round, all invitations are used up before anyone may answer. But whoever runs it may compare network addresses, and may hold the keys that open the answers: they could find out which is yours.",
    trialRelay:
      "This is a trial. As in a real round, answers travel through a relay, named as {relay}. But whoever runs the trial may run that too, and may hold the keys that open the answers: they could find out which is yours.",
    trialPhasesRelay:
      "This is a trial. As in a real round, all invitations are used up before anyone may answer, and answers travel through a relay, named as {relay}. But whoever runs the trial may run that too, and may hold the keys that open the answers: they could find out which is yours.",
  },
  sealed:
    "Your answer is sealed on this device. It can be opened only after the close, when {threshold} of these {count} organisations act together: {trustees}.",
  moreDraw: "Whoever handed out the invitations can see that yours was used, never whether or what you answered.",
  moreOpeners:
    "Those who open the answers see whole answer sheets without names. A rare combination of role, region and grade can still point to you: skip any question you like.",
  moreDevice:
    "Nothing protects against someone who controls this device or looks over your shoulder. Rather use your own device than your employer's.",
  moreStyle: "In free text, your way of writing and what only you can know may give you away.",
  morePage:
    "This page comes from a server that you need not trust with your answer; its fingerprints are public. Those who want to be independent of it can answer with a program of their own.",
  begin: "Begin",
  haveCode: "I already have a secret code",
  noInvitation: "To answer you need your invitation: open its link, or type its code on the start page.",
  // secret code
  keepCode: "Keep a secret code",
  keepCodeHint: "Check later that your answer was kept, change it, or withdraw it.",
  leaveNoTrace: "Leave no trace",
  leaveNoTraceHint: "No code. You will not be able to check, change or withdraw your answer later.",
  audienceTitle: "Your invitation is for",
  audienceHint: "Choose the group that your invitation names: its code is shown to nobody else.",
  chooseTitle: "How do you want to answer?",
  needCode: "In this round you answer later, between {from} and {to}, with this code alone: write it down well.",
  writeDown: "Write it down on paper, or copy it to a place that only you can open.",
  enrolHint: "When you continue, your invitation is used up. Until now nothing has been sent.",
  enrol: "Use my invitation and continue",
  enrolling: "Drawing an anonymous credential…",
  // between the visits
  waitTitle: "You are enrolled",
  waitText:
    "Come back to this address between {from} and {to}. You need your secret code then, and nothing else: your invitation is used up.",
  waitInvitation: "Come back between {from} and {to} by the link of your invitation, with your secret code.",
  waitNetwork: "Come back from another network than this one if you can, and not in the first minutes.",
  earlyTitle: "Not yet",
  earlyText:
    "Answers are taken between {from} and {to}. Come back then with this code. Whether it has enrolled cannot be looked up before; nothing was sent.",
  calendarTitle: "A reminder for your calendar",
  calendarHint:
    "The file holds these days and the title below, nothing else: not what it is for, nor who asks. Others may read a calendar at work.",
  calendarName: "Title in your calendar",
  calendarDefault: "Reminder",
  calendarSave: "Save the calendar file",
  unsettledTitle: "Not open yet, although its time has come",
  unsettledText:
    "Before anyone answers, the list of those who have enrolled must be public and the issuers' keys destroyed, so that no time tells who answers. That has not happened yet. Nothing was sent and your code stays good: try again in an hour. If it goes on, tell an organisation that you trust.",
  tooFewTitle: "This round does not open for your group",
  notEnrolled:
    "Nobody has enrolled in this round with this code. Compare it with what you wrote down, and see whether it belongs to another round. Who has not enrolled by {date} cannot answer in this round.",
  // questions
  skipHint: "You may skip any question.",
  dontKnow: "Don't know",
  preferNot: "Prefer not to say",
  clear: "Clear this answer",
  chooseUpTo: { one: "Choose at most {count}.", other: "Choose up to {count}." },
  tooMany: { one: "Choose at most {count}: clear one first.", other: "You have chosen {count}, the most there can be: clear one first." },
  nothingHere: "No question of this part concerns you. Continue.",
  // review and send
  reviewTitle: "Look over your answers",
  reviewText: "Nothing has been sent yet.",
  answeredCount: "{answered} of {total} questions answered.",
  edit: "Edit",
  editPart: "Edit: {part}",
  send: "Seal and send",
  sendingTitle: "Sending your answer",
  sealing: "Sealing it on this device",
  sending: "Sending it",
  kept: "Kept by the server",
  sent: "Handed to the relay",
  unsent: "Not sent yet. Nothing is lost: the same sealed answer goes out again.",
  // receipt
  sentTitle: "Your answer was sent, and is not kept yet",
  sentText: "The relay gives it on on {date}. Then your secret code finds it in the public ledger.",
  overdue:
    "The relay was to give your answer on on {date}; the server has published no promise for it and the public ledger does not have it yet. You can send the same answer again: it never counts twice.",
  sendAgain: "Send it again",
  sentAgain: "Sent again. Check once more in a few hours: it is kept when the public ledger has it.",
  sentWithdrawnTitle: "Your withdrawal was sent, and is not kept yet",
  stateRelay:
    "Nothing is in the public ledger under this code yet. You can answer now; if you have answered before, that waits at the relay until {date}, and what you send now replaces it.",
  lateCrowd: "Most answers have gone on already. What is sent now goes on with fewer others, on {date}: it can hide less well among them.",
  receiptTitle: "Your answer was kept",
  receiptText:
    "Thank you. You can keep this receipt or simply leave: it proves that an answer was kept and says nothing about what you answered.",
  receipt: "Your receipt",
  receiptFile: "receipt",
  verify: "Check that it was kept",
  verifying: "Checking the public ledger…",
  verified: "Your answer is in the public ledger.",
  verifiedList: "What this device has checked just now:",
  notYet:
    "Your answer waits for its group. Answers enter the public ledger in groups of at least {group}, and only when the next group is complete too, so that their order tells nothing: yours by {date} at the latest.",
  recordsStale: "These records are not new: an answer given lately may be missing. Check again later.",
  recordsAhead: "These records carry a later date than this device: its clock may be wrong.",
  checkSigned: "The ledger's newest checkpoint carries the ledger's signature.",
  checkWitnesses: { one: "{count} independent witness has signed it too.", other: "{count} independent witnesses have signed it too." },
  checkLeaves: "Every entry since this round began was fetched and adds up to that checkpoint ({size} entries).",
  checkMine: "Yours is among them, unchanged.",
  saveProof: "Save the proof",
  proofText:
    "With this file anyone can check later, without this server, that your answer is in the ledger. It says neither who you are nor what you answered.",
  enrolProof: "Proof that your invitation was used",
  enrolProofText:
    "Those who handed out the invitations have signed that yours was used. If the public lists leave that out, this text proves it. It names your invitation: whoever finds it sees that you took part, never what you answered. You can keep it or leave it.",
  enrolProofFile: "enrolment",
  unlistedTitle: "Not in the public ledger yet",
  unlistedText:
    "Nothing is in the public ledger under this code. If you answered a short while ago, your answer still waits for its group: come back later. To change or withdraw it now, say which invitation you had.",
  finish: "Finish and clear this page",
  // coming back
  returnTitle: "Come back with your secret code",
  returnText: "From any device. Nothing of what you answered can be read back, not even by you.",
  returnedTitle: "Welcome back",
  stateKept: "Your answer is kept, and is in the public ledger.",
  stateNone:
    "Nothing is in the public ledger under this code yet. You can answer now; if you did a short while ago, your answer still waits for its group, and what you send now replaces it.",
  answerNow: "Answer now",
  change: "Change my answer",
  changeText: "The form starts empty, because what you sent cannot be read back. What you send now replaces all of it.",
  changeRisk: "Changing an answer is easier to notice than giving it.",
  withdraw: "Withdraw my answer",
  withdrawTitle: "Withdraw your answer?",
  withdrawText: "An empty answer of the same size takes its place. Until the close you can answer again with the same code.",
  withdrawYes: "Yes, withdraw it",
  withdrawnTitle: "Your answer was withdrawn",
  withdrawnText: "An empty answer of the same size was kept in its place. You can keep this receipt or simply leave.",
  withdrawingTitle: "Withdrawing your answer",
  closedText: "This round is closed. With your secret code you can still check that your answer was kept.",
  cancelledTitle: "This round was cancelled",
  cancelledText:
    "Those who hold its keys have cancelled it. No answer is opened, and the answers and the keys are destroyed. They say why: {reason}",
  closedTitle: "This round is closed",
} as const;
