import { fetchRound, LedgerView, readHistory } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { dateOf, dayOf } from "@amana/core/cases";
import { AmanaError } from "@amana/core/errors";
import { forgetOpened } from "../../keys/opened-messages.ts";
import { type Command, text } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { destroyKey, finishDestruction, halfDestroyed } from "../trustee/destroy.ts";
import { KEY_OPTIONS, openRoundSession, openSession, type Session } from "../trustee/session.ts";
import { openChannelSession, REPORT_OPTIONS } from "./session.ts";

const OPEN = new Set(["received", "assessing", "investigating"]);

export const reportsRetain: Command = {
  name: "reports retain",
  summary: "Say until when a channel's reports are kept, and which cases are still open; once it is over, destroy this handler's key.",
  positionals: [],
  options: { ...KEY_OPTIONS, all: REPORT_OPTIONS.all as NonNullable<(typeof REPORT_OPTIONS)["all"]> },
  examples: ["amana reports retain --key handler.key --round reports-2026-12"],
  notes: [
    "The moment stands in the round's manifest, which every handler co-signed. Then the server deletes messages, attachments, replies and case",
    "records, and logs that it did; each handler runs this command, which destroys the round's key and what was opened on this machine, and",
    "logs that. Export before what is still needed. Exit code 0 while nothing is due, too.",
  ],
  async run({ values }, io) {
    const session = await openSession(values, io);
    const round = text(values, "round", true);
    if ((await halfDestroyed(session)).includes(round)) {
      await forgetOpened(session.keyPath, round);
      await finishDestruction(session, round, io);
      io.result({ round, over: true, destroyed: true });
      return 0;
    }
    const { until, isOver, isDeleted } = await retentionOf(session, round, io);
    if (!isOver) return tellOpen(values, until, io);
    const roundSession = await openRoundSession(session, round, io);
    await forgetOpened(session.keyPath, round);
    await destroyKey(roundSession, io);
    if (!isDeleted)
      io.warn("The ledger does not say yet that the server has deleted what it kept. Look again with `amana reports retain` later.");
    io.result({ round, until, over: true, deleted: isDeleted, destroyed: true });
    return 0;
  },
};

interface Retention {
  readonly until: string;
  readonly isOver: boolean;
  /** The ledger says that the server has deleted what it kept. */
  readonly isDeleted: boolean;
}

async function retentionOf({ transport, programme }: Session, round: string, io: Io): Promise<Retention> {
  const view = await LedgerView.fetch(transport, programme, io.now());
  const seen = await view.manifestAt((await fetchRound(transport, round)).entryIndex, round);
  if (seen.manifest.kind !== "reports") throw new AmanaError("ERR_ROUND_UNKNOWN");
  const { times, closedAt } = await readHistory(view, seen);
  let isDeleted = false;
  for await (const { entry } of view.entries(seen.index)) isDeleted ||= entry.type === "retention" && entry.manifest === toHex(seen.id);
  const isOver = times.cancelled !== null || (closedAt !== null && io.now().getTime() / 1000 >= times.deadlines.commitBy);
  return { until: dateOf(dayOf(times.deadlines.commitBy)), isOver, isDeleted };
}

/** What is still to do before everything goes. */
async function tellOpen(values: Parameters<Command["run"]>[0]["values"], until: string, io: Io): Promise<number> {
  const { inbox } = await openChannelSession(values, io);
  const open = inbox.cases.filter(({ history }) => OPEN.has(history.state));
  io.say(`Reports of this channel are kept until ${until}. Then they are deleted, and keys are destroyed.`);
  for (const each of open) io.say(`${each.reference}  ${each.history.state}: still open. Export it, if it is not closed by then.`);
  if (inbox.waiting > 0) io.warn(`${inbox.waiting} messages are not opened yet.`);
  io.result({ until, over: false, open: open.map(({ reference }) => reference) });
  return 0;
}
