import type { HolderKeys } from "@amana/client/handler";
import { openInbox, type ReportCase, reply as sendReply } from "@amana/client/handler";
import { LedgerView } from "@amana/client/trustee";
import { AmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { kemKeyOf, signingKeyOf } from "../../keys/key-file.ts";
import { type Command, text, UsageError, type Values } from "../../terminal/command.ts";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";
import { KEY_OPTIONS, openSession, type Session } from "../trustee/session.ts";

interface ChannelSession extends Session {
  readonly manifest: Manifest;
  readonly keys: HolderKeys;
  readonly surveys: readonly Manifest[];
  readonly view: LedgerView;
}

/** The channel's manifest from the ledger, and the surveys whose marks it accepts. */
async function openChannelSession(values: Values, io: Io): Promise<ChannelSession> {
  const session = await openSession(values, io);
  const round = text(values, "round", true);
  const view = await LedgerView.fetch(session.transport, session.programme, io.now());
  const manifests: Manifest[] = [];
  for await (const { entry } of view.entries()) if (entry.type === "manifest") manifests.push(entry.manifest);
  const manifest = manifests.find((candidate) => candidate.round === round && candidate.kind === "reports");
  if (manifest === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
  const keys = { signing: signingKeyOf(session.keyFile), kem: kemKeyOf(session.keyFile, round) };
  return { ...session, manifest, keys, view, surveys: manifests.filter(({ kind }) => kind === "survey") };
}

function markOf({ mark }: ReportCase): string {
  if (mark === null) return "";
  if (mark === false) return "mark does not check";
  return `verified: ${mark.audience}${mark.cases > 1 ? ` (one person, ${mark.cases} reports)` : ""}`;
}

function find(cases: readonly ReportCase[], reference: string): ReportCase {
  const found = cases.filter((each) => each.reference.startsWith(reference.toLowerCase()));
  if (found.length !== 1)
    throw new UsageError(
      found.length === 0 ? "There is no report of this reference" : "More than one report begins like this: give more of the reference",
    );
  return found[0] as ReportCase;
}

export const reportsList: Command = {
  name: "reports list",
  summary: "List the reports of a channel. They are opened on this machine.",
  positionals: [],
  options: KEY_OPTIONS,
  examples: ["amana reports list --key handler.key --round reports-2026-12"],
  async run({ values }, io) {
    const { transport, manifest, keys, surveys, view } = await openChannelSession(values, io);
    const { cases, unreadable, withheld } = await openInbox(transport, manifest, keys, surveys, view);
    if (cases.length === 0) io.say("No reports yet.");
    for (const each of cases) {
      const first = oneLine(each.first.document.text).slice(0, 60);
      io.say(
        `${each.reference}  ${String(each.followUps.length + 1).padStart(3)} messages  ${String(each.replies).padStart(3)} replies  ${markOf(each).padEnd(24)} ${first}`,
      );
    }
    if (unreadable > 0) io.warn(`✗ ${unreadable} messages were not sealed as the protocol says and cannot be read.`);
    if (withheld !== null && withheld > 0) io.warn(`✗ ${withheld} messages are in the ledger and the server did not hand them over.`);
    io.result({
      unreadable,
      withheld,
      reports: cases.map((each) => ({
        reference: each.reference,
        messages: each.followUps.length + 1,
        replies: each.replies,
        mark: each.mark,
      })),
    });
    return unreadable + (withheld ?? 0) > 0 ? CHECK_FAILED : 0;
  },
};

export const reportsOpen: Command = {
  name: "reports open",
  summary: "Show one report with its follow-ups.",
  positionals: ["REFERENCE"],
  options: KEY_OPTIONS,
  examples: ["amana reports open 3f9a01c2 --key handler.key --round reports-2026-12"],
  async run({ positionals: [reference = ""], values }, io) {
    const { transport, manifest, keys, surveys } = await openChannelSession(values, io);
    const found = find((await openInbox(transport, manifest, keys, surveys)).cases, reference);
    io.say(`Report ${found.reference}   ${markOf(found)}`);
    for (const [field, value] of Object.entries(found.first.document.fields)) io.say(`  ${field.padEnd(12)} ${oneLine(value)}`);
    io.say();
    for (const { text: body } of [found.first.document, ...found.followUps]) io.say(`${body}\n`);
    io.result({
      reference: found.reference,
      mark: found.mark,
      replies: found.replies,
      messages: [found.first.document, ...found.followUps],
    });
    return 0;
  },
};

export const reportsReply: Command = {
  name: "reports reply",
  summary: "Answer a report. The reply is signed in your organisation's name and only the reporter can open it.",
  positionals: ["REFERENCE"],
  options: { ...KEY_OPTIONS, text: { type: "string", value: "TEXT", describe: "the reply" } },
  examples: ['amana reports reply 3f9a01c2 --key handler.key --round reports-2026-12 --text "Thank you. Was it the same office?"'],
  async run({ positionals: [reference = ""], values }, io) {
    const body = text(values, "text", true);
    const { transport, manifest, keys, surveys } = await openChannelSession(values, io);
    const found = find((await openInbox(transport, manifest, keys, surveys)).cases, reference);
    await sendReply(transport, manifest, found, body.normalize("NFC"), keys);
    io.say("Delivered. It appears in the reporter's mailbox when the reply store is next rebuilt.");
    io.result({ reference: found.reference, delivered: true });
    return 0;
  },
};
