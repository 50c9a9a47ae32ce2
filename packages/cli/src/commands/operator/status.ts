import type { DraftStatus, MailRefusal, NotificationStatus, PublicationStatus, RoundStatus, Status, WitnessStanding } from "@amana/server";
import { table } from "../../terminal/columns.ts";
import type { Command } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const status: Command = {
  name: "status",
  summary: "What the rounds and drafts are doing, and what each waits for.",
  positionals: [],
  options: DATA_OPTION,
  examples: ["amana status --data ./data", "amana status --data ./data --json"],
  async run({ values }, io) {
    const report = await withOperator(values, (operator) => operator.status());
    for (const line of linesOf(report)) io.say(line);
    io.result(report);
    return 0;
  },
};

/** What `amana status` prints for people. */
export function linesOf({ digits, trial, ledgerSize, publication, notification, rounds, drafts, amendments }: Status): string[] {
  const head = [
    `Programme  ${digits}${trial ? "   trial: it protects nobody" : ""}`,
    `Ledger     ${ledgerSize} entries`,
    ...witnessLines(publication, ledgerSize),
    ...(notification === null ? [] : notificationLines(notification)),
    "",
  ];
  if (rounds.length + drafts.length === 0) return [...head, "No rounds yet. Next: amana round create."];
  return [
    ...head,
    ...table([
      ["ROUND", "KIND", "STATE", "SEALED", "WAITS FOR"],
      ...rounds.map((round) => [round.name, round.kind, round.state, String(round.sealed), liveWaitsFor(round)]),
      ...drafts.map((draft) => [draft.round, "", "draft", "", draftWaitsFor(draft)]),
    ]),
    ...amendments.map(
      ({ round, change, needed, cosigned, missing }) =>
        `${round}: ${change.kind} is proposed, signed by ${cosigned.length} of the ${needed} it needs; not yet by ${missing.join(", ")}.`,
    ),
    ...rounds.filter(({ state }) => state === "enrolling" || state === "open").flatMap(enrolled),
    ...rounds.flatMap(tooFew),
  ];
}

function tooFew({ name, neverOpensFor }: RoundStatus): string[] {
  if (neverOpensFor.length === 0) return [];
  return ["", `Too few have enrolled: ${name} does not open for ${neverOpensFor.join(", ")}. Their pages say so; tell them.`];
}

/** For reminders: no finer than a reminder needs, so that looking often tells nobody's moment. */
function enrolled({ name, participation }: RoundStatus): string[] {
  const figures = participation.map(
    ({ audience, enrolled }) => `${audience} ${enrolled === null ? "not counted yet" : `${enrolled} or more`}`,
  );
  return figures.length === 0 ? [] : ["", `Enrolled in ${name}, in tens, at the last whole day: ${figures.join(", ")}`];
}

const STANDINGS: Readonly<Record<WitnessStanding, string>> = {
  waiting: "not asked yet",
  cosigned: "has cosigned",
  unreachable: "cannot be reached; it is asked again",
  unknown: "does not watch this ledger: its operator runs amana witness watch",
  refused: "refuses this ledger",
  ahead: "has cosigned more entries than this folder holds",
  clock: "has another time than this machine: compare the clocks",
  invalid: "answers with a signature that is not of the programme's witnesses",
};

/** What of the ledger is public, and why not more. */
function witnessLines({ quorum, publicSize, stale, olderCopy, witnesses }: PublicationStatus, ledgerSize: number): string[] {
  if (quorum + witnesses.length === 0) return [];
  const known = quorum === 0 ? "no quorum is asked for" : `${publicSize} of ${ledgerSize} entries are public: ${quorum} must cosign`;
  return [
    `Witnesses  ${known}${stale ? "   STALE: clients refuse the ledger" : ""}`,
    ...(olderCopy
      ? ["           OLDER COPY: witnesses have signed entries that this folder lacks. Nothing more is logged; put the newest copy back."]
      : []),
    ...witnesses.map(
      ({ url, standing, code, size }) => `           ${url}  ${STANDINGS[standing]}${code === null ? "" : ` (${code})`}, ${size} entries`,
    ),
  ];
}

const REFUSALS: Readonly<Record<MailRefusal, string>> = {
  unreachable: "the mail server cannot be reached",
  tls: "the mail server offers no TLS that can be trusted; nothing was sent to it",
  credentials: "the mail server does not take user and password",
  refused: "the mail server refuses the sender or an address",
};

/** Whether handlers get their message of the day: the same for everyone who looks, as it depends on nothing that anyone did. */
function notificationLines({ at, addresses, handedOver, refusal }: NotificationStatus): string[] {
  const time = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")} UTC`;
  const newest =
    handedOver === null
      ? "none was handed over yet"
      : `the newest handed over is of ${new Date(handedOver * 1000).toISOString().slice(0, 10)}`;
  return [
    `Message    to handlers, ${addresses === 1 ? "1 address" : `${addresses} addresses`}, daily at ${time}; ${newest}`,
    ...(refusal === null ? [] : [`           NOT HANDED OVER: ${REFUSALS[refusal]}. It is tried again every 15 minutes.`]),
  ];
}

function liveWaitsFor({ kind, state, committed, openers }: RoundStatus): string {
  if (state === "upcoming") return "its opening";
  if (state === "enrolling") return "enrolment to close";
  if (state === "open") return kind === "reports" ? "reports" : "answers";
  if (state === "cancelled") return "nothing: cancelled";
  if (state === "released") return "nothing: published";
  if (kind === "reports") return "nothing: closed";
  if (openers.length > 0) return `${openers.join(", ")} to reveal, count and sign`;
  return committed.length > 0 ? `more commitments: ${committed.join(", ")} committed` : "trustees to hold and commit";
}

function draftWaitsFor({ invitations, missing }: DraftStatus): string {
  return invitations ? `co-signatures of ${missing.join(", ")}` : "amana invitations create";
}
