import { change, reply as sendReply } from "@amana/client/handler";
import { CASE_STATES, type CaseChange } from "@amana/core/cases";
import { REPLY_TEXT_LIMIT } from "@amana/core/mailbox";
import { type Command, type Option, text, UsageError } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { type ChannelSession, openChannelSession, REPORT_OPTIONS } from "./session.ts";
import { caseObject, changeLine } from "./view.ts";

interface ChangeCommand {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly string[];
  readonly options?: Readonly<Record<string, Option>>;
  readonly examples: readonly string[];
  readonly notes?: readonly string[];
  readonly changeOf: (
    positionals: readonly string[],
    values: Parameters<Command["run"]>[0]["values"],
    session: ChannelSession,
  ) => CaseChange;
}

/** A command that writes one record to the other handlers. */
function changeCommand({ changeOf, options = {}, ...rest }: ChangeCommand): Command {
  return {
    ...rest,
    options: { ...REPORT_OPTIONS, ...options },
    async run({ positionals, values }, io) {
      const session = await openChannelSession(values, io);
      const found = session.inbox.find(positionals[0] ?? "");
      const what = changeOf(positionals.slice(1), values, session);
      const now = await change(session.inbox, found, what);
      io.say(`${now.reference}  ${changeLine(what, session)}`);
      io.result(caseObject(now, session));
      return 0;
    },
  };
}

const example = (command: string): string => `amana reports ${command} --key handler.key --round reports-2026-12`;

export const reportsState: Command = changeCommand({
  name: "reports state",
  summary: "Say where a case stands. The other handlers see it, the reporter does not.",
  positionals: ["REFERENCE", "STATE"],
  examples: [example("state 3f9a01c2 assessing"), example("state 3f9a01c2 junk")],
  notes: [
    "received       nobody has looked at it yet",
    "assessing      is it for this channel, and what does it need?",
    "investigating  somebody follows it up",
    "referred       another authority has it",
    "concluded      it was followed up, and that is over",
    "dismissed      not for this channel, or nothing to act on",
    "junk           no report at all: without deadlines, and out of the list",
  ],
  changeOf([state]) {
    const known = CASE_STATES.find((each) => each === state);
    if (known === undefined) throw new UsageError(`The state is one of ${CASE_STATES.join(", ")}`);
    return { kind: "state", state: known };
  },
});

export const reportsAssign: Command = changeCommand({
  name: "reports assign",
  summary: "Say which handler is responsible for a case, or nobody.",
  positionals: ["REFERENCE", "ORGANISATION"],
  examples: [example("assign 3f9a01c2 observatory"), example("assign 3f9a01c2 nobody")],
  changeOf([organisation], _values, { channel: { manifest } }) {
    if (organisation === "nobody") return { kind: "assign", to: null };
    const to = manifest.handlers.findIndex((handler) => handler.organisation === organisation);
    if (to < 0)
      throw new UsageError(`The organisation is one of ${manifest.handlers.map((handler) => handler.organisation).join(", ")}, nobody`);
    return { kind: "assign", to };
  },
});

export const reportsLabel: Command = changeCommand({
  name: "reports label",
  summary: "Put a label on a case, or take it off.",
  positionals: ["REFERENCE", "LABEL"],
  options: { off: { type: "boolean", describe: "take the label off" } },
  examples: [example("label 3f9a01c2 douane"), example("label 3f9a01c2 douane --off")],
  changeOf: ([label = ""], values) => ({ kind: "label", label, on: values.off !== true }),
});

export const reportsNote: Command = changeCommand({
  name: "reports note",
  summary: "Write a note on a case for the other handlers. The reporter never sees it.",
  positionals: ["REFERENCE"],
  options: { text: { type: "string", value: "TEXT", describe: "the note" } },
  examples: [example('note 3f9a01c2 --text "Same office as in 77ab."')],
  changeOf: (_positionals, values) => ({ kind: "note", text: lines(text(values, "text", true)) }),
});

export const reportsReply: Command = {
  name: "reports reply",
  summary: "Answer a report, signed in your organisation's name. Only the reporter can open it; the other handlers get a copy.",
  positionals: ["REFERENCE"],
  options: {
    ...REPORT_OPTIONS,
    text: { type: "string", value: "TEXT", describe: "the reply" },
    feedback: { type: "boolean", describe: "the reply says what was done: what is due within 3 months" },
  },
  examples: [
    example('reply 3f9a01c2 --text "Thank you. Was it the same office?"'),
    example('reply 3f9a01c2 --feedback --text "The fee was paid back."'),
  ],
  notes: [`At most ${REPLY_TEXT_LIMIT} bytes. It reaches the reporter's mailbox when the reply store is next rebuilt: once a day.`],
  async run({ positionals: [reference = ""], values }, io) {
    const body = lines(text(values, "text", true));
    const session = await openChannelSession(values, io);
    const now = await sendReply(session.inbox, session.inbox.find(reference), body, values.feedback === true);
    delivered(io);
    io.result({ ...caseObject(now, session), delivered: true });
    return 0;
  },
};

function delivered(io: Io): void {
  io.say("Delivered. It appears in the reporter's mailbox when the reply store is next rebuilt.");
}

/** Line ends as everybody writes them. */
function lines(said: string): string {
  return said.replaceAll("\r\n", "\n");
}
