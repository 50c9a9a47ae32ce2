import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClientOptions } from "@amana/client";
import { type AttachmentSource, type Channel, openChannel, type ReportContent } from "@amana/client/reporter";
import type { SecretCode } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import type { Clock } from "./clock.ts";
import { CHANNEL, HANDLER } from "./organisations.ts";
import type { TrialServer } from "./server.ts";
import type { World } from "./world.ts";

/** What was counted of reports: those that a handler opened, those whose reporters read the answer, those whose mark a handler checked. */
export interface ReportCounts {
  readonly received: number;
  readonly replied: number;
  readonly verified: number;
}

/** Where reports are made and handled. */
export interface Reporting {
  readonly world: World;
  readonly url: string;
  readonly options: ClientOptions;
  readonly clock: Clock;
  readonly server: TrialServer;
  readonly say: (line: string) => void;
}

/** The file that one of them attaches. */
const PHOTOGRAPH = new TextEncoder().encode("as many bytes as a small photograph has ".repeat(2_000));

const STORIES: readonly ReportContent[] = [
  {
    locale: "fr",
    fields: { role: "trader", type: "undue-delay", step: "release", consent: "mailbox" },
    text: "On nous a fait attendre trois semaines, jusqu’à ce que nous comprenions.",
  },
  {
    locale: "ar",
    fields: { role: "broker", type: "bribe-asked", step: "inspection", consent: "statistics" },
    text: "طُلب منا مبلغ قبل المعاينة، والصورة تبيّن الورقة التي أُعطيت لنا.",
  },
  {
    locale: "fr",
    fields: { role: "official", type: "favouritism", step: "valuation", consent: "investigation" },
    text: "Certains dossiers passent toujours devant, sans motif écrit.",
  },
];
/** Which of them bears a mark, and which has the file. */
const MARKED = 0;
const ATTACHED = 1;

/** Different ones, so that a reporter who reads one back tells the case that it belongs to. */
const ANSWERS: readonly string[] = [
  "Merci. Était-ce toujours le même bureau ?",
  "Merci. Cela est-il arrivé plus d’une fois ?",
  "Merci. Nous avons commencé ; que nous manque-t-il encore ?",
];

/** A case whose file a handler will export. */
export interface AttachedCase {
  readonly reference: string;
  readonly channel: Channel;
}

/**
 * Three people report once the wave's draws are public: one with the mark of the wave's secret code, one with a file. A handler opens and answers each,
 * the reporters read it with their codes, and one writes again.
 */
export async function reportAndReply(reporting: Reporting, marked: SecretCode): Promise<{ counts: ReportCounts; attached: AttachedCase }> {
  const { world, url, options, clock, server, say } = reporting;
  const channel = await openChannel(url, CHANNEL, options);
  const mark = (await channel.marks())?.find(marked);
  say(
    `Three people report: one attaches a file, one shows to have taken part in the wave, as one of ${mark?.crowd}. A handler answers each.`,
  );
  const codes: SecretCode[] = [];
  for (const [at, story] of STORIES.entries()) {
    const code = channel.newSecretCode();
    codes.push(code);
    const files = at === ATTACHED ? [photograph()] : [];
    await channel.report(code, story, undefined, at === MARKED ? (mark?.source ?? null) : null, files);
  }
  const { result } = await world.as(HANDLER, ["reports", "list", "--round", CHANNEL]);
  const { reports } = result as { reports: { reference: string; mark: { audience: string } | false | null }[] };
  for (const [at, { reference }] of reports.entries())
    await world.as(HANDLER, ["reports", "reply", reference, "--round", CHANNEL, "--text", ANSWERS[at] as string]);
  // Replies are put out at the end of a period, whether there are any or not.
  clock.moveTo(Math.ceil(clock.now().getTime() / 1000) + channel.manifest.epoch.minimumSeconds);
  await server.tick();
  const read = await Promise.all(codes.map((code) => channel.replies(code)));
  // Only what a handler signed counts, and is shown with its organisation.
  const answers = read.map((replies) =>
    replies.flatMap(({ fault, organisation, text }) => (fault === null && organisation !== null && text !== null ? [text] : [])),
  );
  await channel.followUp(codes[MARKED] as SecretCode, { locale: "fr", fields: {}, text: "Oui, toujours le même." });
  const counts = {
    received: reports.length,
    replied: answers.filter((texts) => texts.length === 1 && ANSWERS.includes(texts[0] as string)).length,
    verified: reports.filter((report) => report.mark !== null && report.mark !== false).length,
  };
  const reference = reports[ANSWERS.indexOf(answers[ATTACHED]?.[0] ?? "")]?.reference;
  if (reference === undefined) throw new Error("the reporter with a file has no answer");
  return { counts, attached: { reference, channel } };
}

function photograph(): AttachmentSource {
  const bytes = new Blob([PHOTOGRAPH]);
  return { name: "file-1.jpg", type: "image/jpeg", size: bytes.size, slice: (start, end) => bytes.slice(start, end) };
}

/** The channel closes: a case is exported, reports are counted, and when retention is over everything goes, the handler's key last. */
export async function closeChannel({ world, clock, server, say }: Reporting, { reference, channel }: AttachedCase): Promise<void> {
  const { windows, deadlines } = channel.times;
  clock.moveTo(windows.answeringClose + 1);
  await server.tick();
  say("The channel closes: the handler exports a case with its file, and counts what may be counted.");
  const folder = join(world.folder, `case-${reference}`);
  await world.as(HANDLER, ["reports", "export", reference, "--round", CHANNEL, "--out", folder]);
  const [name = ""] = await readdir(join(folder, "attachments"));
  expect(
    Buffer.from(PHOTOGRAPH).equals(await readFile(join(folder, "attachments", name))),
    "the exported file is the one that was attached",
  );
  await world.as(HANDLER, ["reports", "aggregate", "--round", CHANNEL, "--minimum", "5", "--out", join(world.folder, "reports.json")]);
  clock.moveTo(deadlines.commitBy + 1);
  await server.tick();
  say("What was said of its end comes: the server deletes every report, and the handler's key is destroyed.");
  const { result } = await world.as(HANDLER, ["reports", "retain", "--round", CHANNEL]);
  const { deleted, destroyed } = result as { deleted?: boolean; destroyed?: boolean };
  expect(deleted === true && destroyed === true, "the ledger says that reports were deleted, and the key is gone");
  const gone = await channel.replies(channel.newSecretCode()).catch((error: unknown) => isAmanaError(error, "ERR_ROUND_CLOSED"));
  expect(gone === true, "the server gives out no reply any more");
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}
