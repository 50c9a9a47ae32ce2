import { type Case, type ChannelHistory, type HolderKeys, Inbox, readChannel } from "@amana/client/handler";
import { kemKeyOf, signingKeyOf } from "@amana/client/keys";
import { holderIndex, LedgerView } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { dateOf, dayOf } from "@amana/core/cases";
import { AmanaError } from "@amana/core/errors";
import { openedMessages } from "../../keys/opened-messages.ts";
import { cosignedManifests } from "../../keys/work-folder.ts";
import { type Option, text, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { KEY_OPTIONS, openSession, type Session } from "../trustee/session.ts";

/** What every command of a handler takes. */
export const REPORT_OPTIONS: Readonly<Record<string, Option>> = {
  ...KEY_OPTIONS,
  all: { type: "boolean", describe: "open every message that waits first, however long it takes" },
};

/** A channel as one handler sees it. */
export interface ChannelSession extends Session {
  readonly channel: ChannelHistory;
  readonly keys: HolderKeys;
  readonly holder: number;
  readonly view: LedgerView;
  readonly inbox: Inbox;
}

/** How long a command opens messages that wait before it shows what it has, in milliseconds: a flood of junk delays nobody's case. */
const PATIENCE = 8000;

/**
 * Reads the channel from the ledger, and opens what is new as far as there is time. What was opened is kept beside the key file, encrypted.
 * @throws ERR_ROUND_UNKNOWN, ERR_KEY_FILE, ERR_LEDGER_*, ERR_MANIFEST_SECOND when the manifest in the ledger is not the one that this
 * handler co-signed, ERR_FETCH_REFUSED
 */
export async function openChannelSession(values: Values, io: Io): Promise<ChannelSession> {
  const session = await openSession(values, io);
  const round = text(values, "round", true);
  const view = await LedgerView.fetch(session.transport, session.programme, io.now());
  const channel = await readChannel(session.transport, view, round);
  const cosigned = await cosignedManifests(session.keyPath, session.keyFile).get(round);
  if (cosigned !== null && cosigned !== toHex(channel.id)) throw new AmanaError("ERR_MANIFEST_SECOND");
  const keys = { signing: signingKeyOf(session.keyFile), kem: kemKeyOf(session.keyFile, round) };
  const holder = holderIndex(channel.manifest, keys);
  const opened = await openedMessages(session.keyPath, round, keys.kem, channel.id);
  const inbox = await Inbox.open({ transport: session.transport, channel, keys, now: io.now(), opened });
  await openWaiting(inbox, values.all === true, io);
  return { ...session, channel, keys, holder, view, inbox };
}

/** A few at a time, so that a slow machine keeps its patience, too. */
const AT_A_TIME = 8;

async function openWaiting(inbox: Inbox, all: boolean, io: Io): Promise<void> {
  const total = inbox.waiting + inbox.waitingRecords;
  if (total === 0) return;
  const bar = io.progress("opening messages", total);
  const until = Date.now() + PATIENCE;
  try {
    for (let left = total; left > 0 && (all || Date.now() < until); ) {
      left = await inbox.openMore(AT_A_TIME);
      bar.update(Math.max(0, total - left));
    }
  } finally {
    bar.stop();
  }
}

/** Says what the server holds back, what cannot be read, and what is not opened yet. @returns whether something is wrong */
export function warnOf(inbox: Inbox, io: Io): boolean {
  const { unreadable, withheld, refused, waiting, waitingRecords } = inbox;
  if (unreadable > 0) io.warn(`✗ ${unreadable} messages were not sealed as the protocol says and cannot be read.`);
  if (withheld > 0) io.warn(`✗ ${withheld} messages are in the ledger or in the server's index, and the server did not hand them over.`);
  if (refused > 0) io.warn(`✗ ${refused} case records were not written by a handler of this channel.`);
  if (waiting > 0) io.warn(`${waiting} messages are not opened yet. Run this again, or with --all.`);
  if (waitingRecords > 0)
    io.warn(
      `${waitingRecords} case records are not opened yet: states and labels may be older than they are. Run this again, or with --all.`,
    );
  return unreadable + withheld + refused > 0;
}

/** Days before the end of retention from which on every list says so: time to export what is still needed. */
const RETENTION_NEAR = 30;

/** Warns that everything of the channel is deleted soon, or is due to be. */
export function warnOfRetention({ channel, inbox }: Pick<ChannelSession, "channel" | "inbox">, io: Io): void {
  const until = dayOf(channel.times.deadlines.commitBy);
  const left = until - inbox.today;
  if (left > RETENTION_NEAR) return;
  const when = left > 0 ? `in ${left} days, on ${dateOf(until)}` : `since ${dateOf(until)}, as soon as the channel is closed`;
  io.warn(
    `Everything of this channel is deleted ${when}. Export what is still needed: \`amana reports retain\` says which cases are open.`,
  );
}

/** How an organisation of a handler is called: by its name in the programme. */
export function handlerName({ channel }: Pick<ChannelSession, "channel">, index: number): string {
  return channel.manifest.handlers[index]?.organisation ?? `handler ${index}`;
}

/** What a case's mark says. */
export function markOf({ mark }: Case): string {
  if (mark === null) return "";
  if (mark === false) return "mark does not check";
  return `verified: ${mark.audience}${mark.cases > 1 ? ` (one person, ${mark.cases} reports)` : ""}`;
}
