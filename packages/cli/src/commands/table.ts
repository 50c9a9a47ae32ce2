import type { Command } from "../terminal/command.ts";

/** Every command, loaded when it is called: a trustee's machine never loads a server. */
export const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  init: { summary: "make a programme: its keys and its data folder", load: async () => (await import("./operator/init.ts")).init },
  "round create": { summary: "prepare a round from a file", load: async () => (await import("./operator/round.ts")).roundCreate },
  "round discard": {
    summary: "forget a round that is not live yet",
    load: async () => (await import("./operator/round.ts")).roundDiscard,
  },
  "round lengthen": {
    summary: "propose that answers are taken for longer",
    load: async () => (await import("./operator/amend.ts")).roundLengthen,
  },
  "round close-early": {
    summary: "propose that answering closes earlier",
    load: async () => (await import("./operator/amend.ts")).roundCloseEarly,
  },
  "round cancel": { summary: "propose to cancel a round", load: async () => (await import("./operator/amend.ts")).roundCancel },
  "round withdraw": { summary: "take back a proposed change", load: async () => (await import("./operator/amend.ts")).roundWithdraw },
  "invitations create": {
    summary: "make the invitation codes of an audience",
    load: async () => (await import("./operator/invitations.ts")).invitationsCreate,
  },
  "invitations join": {
    summary: "put the codes of several issuers together",
    load: async () => (await import("./invitations/join.ts")).invitationsJoin,
  },
  "invitations replace": {
    summary: "replace a lost invitation by a spare, or revoke it",
    load: async () => (await import("./operator/replace.ts")).invitationsReplace,
  },
  "issuer init": { summary: "make an issuer of your own, with its codes", load: async () => (await import("./issuer/init.ts")).issuerInit },
  "issuer serve": { summary: "run an issuer in its own process", load: async () => (await import("./issuer/serve.ts")).issuerServe },
  "issuer status": { summary: "what an issuer is doing", load: async () => (await import("./issuer/status.ts")).issuerStatus },
  "issuer replace": {
    summary: "replace a lost invitation of an issuer, or revoke it",
    load: async () => (await import("./issuer/replace.ts")).issuerReplace,
  },
  "issuer object": {
    summary: "hand in an enrolment receipt whose draw is not logged",
    load: async () => (await import("./issuer/object.ts")).issuerObject,
  },
  "issuer check": {
    summary: "what the ledger says of an invitation that you hold",
    load: async () => (await import("./issuer/object.ts")).issuerCheck,
  },
  status: { summary: "what the rounds are doing", load: async () => (await import("./operator/status.ts")).status },
  serve: { summary: "run the reference server", load: async () => (await import("./operator/serve.ts")).serve },
  backup: { summary: "copy a data folder, while its server runs", load: async () => (await import("./operator/backup.ts")).backup },
  restore: { summary: "make a data folder of a backup", load: async () => (await import("./operator/restore.ts")).restoreFolder },
  doctor: { summary: "check a data folder", load: async () => (await import("./operator/doctor.ts")).doctor },
  "results publish": {
    summary: "make sure that a signed release is published",
    load: async () => (await import("./operator/results.ts")).resultsPublish,
  },
  "results audit": {
    summary: "look for hidden figures that what was published gives away",
    load: async () => (await import("./results/audit.ts")).resultsAudit,
  },
  "plan check": { summary: "name every gap of a joint action plan", load: async () => (await import("./plan/check.ts")).planCheck },
  "plan add": {
    summary: "add a finding, a statement or a measure to a plan's file",
    load: async () => (await import("./plan/add.ts")).planAdd,
  },
  "plan update": { summary: "say what happened to a measure", load: async () => (await import("./plan/update.ts")).planUpdate },
  "plan show": { summary: "show where every measure stands", load: async () => (await import("./plan/show.ts")).planShow },
  "plan publish": {
    summary: "publish the next revision of a plan",
    load: async () => (await import("./plan/publish.ts")).planPublish,
  },
  "plan announce": {
    summary: "tell everyone something about a plan",
    load: async () => (await import("./plan/publish.ts")).planAnnounce,
  },
  "questionnaire import": {
    summary: "make a questionnaire of an XLSForm",
    load: async () => (await import("./questionnaire/import.ts")).questionnaireImport,
  },
  "consultation questionnaire": {
    summary: "make the questionnaire of a consultation round",
    load: async () => (await import("./consultation/questionnaire.ts")).consultationQuestionnaireCommand,
  },
  "consultation outcome": {
    summary: "say what each statement has come to",
    load: async () => (await import("./consultation/outcome.ts")).consultationOutcomeCommand,
  },
  "consultation next": {
    summary: "make the statements of the next round",
    load: async () => (await import("./consultation/next.ts")).consultationNext,
  },
  "consultation priorities": {
    summary: "what both sides together want improved first",
    load: async () => (await import("./consultation/priorities.ts")).consultationPriorities,
  },
  "comments list": { summary: "list the opened comments of a round", load: async () => (await import("./comments/list.ts")).commentsList },
  "comments redact": {
    summary: "put what many comments say as a statement",
    load: async () => (await import("./comments/redact.ts")).commentsRedact,
  },
  "relay init": { summary: "make a relay: its key and its data folder", load: async () => (await import("./relay/relay.ts")).relayInit },
  "relay serve": { summary: "run the relay", load: async () => (await import("./relay/relay.ts")).relayServe },
  "relay status": { summary: "what the relay holds", load: async () => (await import("./relay/relay.ts")).relayShow },
  "trustee join": {
    summary: "make your key for a round, as trustee or handler",
    load: async () => (await import("./trustee/join.ts")).join,
  },
  "trustee restore": {
    summary: "make your key file again from its backup",
    load: async () => (await import("./trustee/restore.ts")).restore,
  },
  "trustee cosign": { summary: "check, rehearse and co-sign a round", load: async () => (await import("./trustee/cosign.ts")).cosign },
  "trustee amend": {
    summary: "read and sign a change of a live round",
    load: async () => (await import("./trustee/amend.ts")).trusteeAmend,
  },
  "trustee next": { summary: "do whatever is due for you", load: async () => (await import("./trustee/next.ts")).next },
  "trustee hold": { summary: "keep the sealed envelopes", load: single("hold") },
  "trustee doctor": {
    summary: "check your key file, backup and held envelopes",
    load: async () => (await import("./trustee/doctor.ts")).trusteeDoctor,
  },
  "trustee commit": { summary: "commit to your share list", load: single("commit") },
  "trustee reveal": { summary: "reveal your shares to the openers", load: single("reveal") },
  "trustee count": { summary: "open and count", load: single("count") },
  "trustee sign": { summary: "count and sign the release", load: single("sign") },
  "trustee destroy": { summary: "destroy the round's key", load: single("destroy") },
  "reports list": {
    summary: "list the reports of a channel, what is due first",
    load: async () => (await import("./reports/list.ts")).reportsList,
  },
  "reports open": { summary: "show one report and its history", load: async () => (await import("./reports/open.ts")).reportsOpen },
  "reports attachment": {
    summary: "save the files of a report",
    load: async () => (await import("./reports/attachment.ts")).reportsAttachment,
  },
  "reports reply": { summary: "answer a report", load: async () => (await import("./reports/change.ts")).reportsReply },
  "reports assign": {
    summary: "say who is responsible for a report",
    load: async () => (await import("./reports/change.ts")).reportsAssign,
  },
  "reports state": { summary: "say where a report stands", load: async () => (await import("./reports/change.ts")).reportsState },
  "reports state-all": {
    summary: "say of many reports where they stand",
    load: async () => (await import("./reports/state-all.ts")).reportsStateAll,
  },
  "reports label": { summary: "put a label on a report", load: async () => (await import("./reports/change.ts")).reportsLabel },
  "reports note": { summary: "write a note for the other handlers", load: async () => (await import("./reports/change.ts")).reportsNote },
  "reports export": { summary: "write a case into a folder", load: async () => (await import("./reports/export.ts")).reportsExport },
  "reports verify": { summary: "check an exported case, offline", load: async () => (await import("./reports/verify.ts")).reportsVerify },
  "reports retain": {
    summary: "until when reports are kept; then end it",
    load: async () => (await import("./reports/retain.ts")).reportsRetain,
  },
  "reports aggregate": {
    summary: "count the reports of a closed channel for publication",
    load: async () => (await import("./reports/aggregate.ts")).reportsAggregate,
  },
  "witness init": { summary: "make a witness of ledgers", load: witness("witnessInit") },
  "witness watch": { summary: "begin to watch a programme's ledger", load: witness("witnessWatch") },
  "witness serve": { summary: "run a witness", load: witness("witnessServe") },
  "witness status": { summary: "what a witness has cosigned and refused", load: witness("witnessStatus") },
  "receipt verify": {
    summary: "check a saved proof of an answer, offline",
    load: async () => (await import("./receipt/verify.ts")).receiptVerify,
  },
  trust: { summary: "compare a programme's digits and pin it", load: async () => (await import("./trust.ts")).trust },
  verify: { summary: "check everything a server claims", load: async () => (await import("./verify/verify.ts")).verify },
};

function witness(name: "witnessInit" | "witnessWatch" | "witnessServe" | "witnessStatus"): () => Promise<Command> {
  return async () => (await import("./witness/witness.ts"))[name];
}

function single(step: string): () => Promise<Command> {
  return async () => {
    const { singleSteps } = await import("./trustee/single.ts");
    return singleSteps.find(({ name }) => name === `trustee ${step}`) as Command;
  };
}

/** The command a line begins with, and the rest of the line. Null when there is none. */
export async function findCommand(args: readonly string[]): Promise<{ command: Command; rest: string[] } | null> {
  for (const words of [2, 1]) {
    const entry = Object.entries(COMMANDS).find(([name]) => name === args.slice(0, words).join(" "));
    if (entry !== undefined) return { command: await entry[1].load(), rest: args.slice(words) };
  }
  return null;
}

/** Whether commands of several words begin with this one. */
export function isGroup(word: string): boolean {
  return Object.keys(COMMANDS).some((name) => name.startsWith(`${word} `));
}

/** What `amana`, `amana help` and a mistyped command print; only the commands of one group when its name was given. */
export function overview(args: readonly string[]): string {
  const group = Object.entries(COMMANDS).filter(([name]) => name.startsWith(`${args[0]} `));
  const shown = group.length > 0 ? group : Object.entries(COMMANDS);
  return [
    "Amana: anonymous integrity feedback that nobody can trace and everybody can check.",
    "",
    "Usage: amana COMMAND [options]        amana COMMAND --help for examples",
    "",
    ...shown.map(([name, { summary }]) => `  ${name.padEnd(20)} ${summary}`),
    "",
    "Exit codes: 0 done · 1 a check failed · 2 could not",
  ].join("\n");
}
