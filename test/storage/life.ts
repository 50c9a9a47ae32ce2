import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { openRound } from "@amana/client";
import { openInbox, reply } from "@amana/client/handler";
import { openChannel } from "@amana/client/reporter";
import { cosign, fetchDraft, rehearse, Transport } from "@amana/client/trustee";
import type { Manifest } from "@amana/core/manifest";
import type { DraftInput } from "@amana/server";
import { cosignedNothing, Deployment, HOUR, type Holder, ROUND, START } from "../adversary/support/server.ts";
import { TrusteeTool } from "../adversary/support/trustee.ts";
import { recordingDisk, type Written } from "./recorder.ts";

const CHANNEL = "reports-1";
const DAY = 86_400;

/** What a life wrote, and the names in the data folder that are no files. */
export interface Life {
  readonly written: readonly Written[];
  readonly beside: readonly string[];
}

/** What lies in a folder, whoever put it there. */
export async function lying(folder: string): Promise<{ readonly files: Written[]; readonly others: string[] }> {
  const files: Written[] = [];
  const others: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (entry.isFile()) files.push({ path, bytes: new Uint8Array(await readFile(join(folder, path))) });
    else if (!entry.isDirectory()) others.push(path);
  }
  return { files, others };
}

/** A wave whose second opener commits and never reveals, so that it is named absent. */
export async function absentTrustee(): Promise<readonly Written[]> {
  const disk = recordingDisk();
  const here = await Deployment.start((same) => same, {
    people: 3,
    store: { files: disk.files },
    onFolder: disk.under,
  });
  try {
    for (const place of [0, 1]) await (await here.enrol(place)).credential.submit({ A1: "answer" });
    await here.moveTo(START + HOUR + 61);
    const { windows, deadlines } = await here.manifest();
    await here.moveTo(windows.answeringClose + 1);
    const tools = [0, 1, 2].map((index) => new TrusteeTool(here, index)) as [TrusteeTool, TrusteeTool, TrusteeTool];
    for (const tool of tools) await tool.holdAndCommit();
    await here.amana.tick();
    await here.moveTo(deadlines.commitBy + 120);
    await tools[0].nameAbsent(1);
    return disk.written;
  } finally {
    await here.stop();
  }
}

/**
 * Everything that a server does in its life, on the real store: drafts (one of them discarded), rehearsal, co-signatures, enrolments,
 * answers, revisions, a withdrawal, seals, the close, an opening in which one opener reads and does not sign, the release, the end of keys; a
 * reports round with a follow-up and a reply.
 */
export async function wholeLife(): Promise<Life> {
  const disk = recordingDisk();
  const here = await Deployment.start((same) => same, {
    people: 8,
    store: { files: disk.files },
    onFolder: disk.under,
  });
  try {
    await survey(here);
    const draft = reportsDraft(here, await here.manifest());
    await here.amana.operator.createDraft({ ...draft, manifest: { ...draft.manifest, round: "reports-2" } });
    await here.amana.operator.discardDraft("reports-2");
    await reports(here, draft);
    const { files, others } = await lying(here.folder);
    return { written: [...disk.written, ...files], beside: others };
  } finally {
    await here.stop();
  }
}

async function survey(here: Deployment): Promise<void> {
  const people = [await here.enrol(0), await here.enrol(1), await here.enrol(2), await here.enrol(3)];
  for (const [at, { credential }] of people.entries()) await credential.submit({ A1: `answer ${at}` });
  await here.moveTo(START + 10);
  await here.moveTo(START + 20);
  await people[0]?.credential.submit({ A1: "changed" });
  await people[1]?.credential.withdraw();
  await here.moveTo(START + HOUR + 61);

  const { windows, deadlines } = await here.manifest();
  await here.moveTo(windows.answeringClose + 1);
  const [first] = people as [(typeof people)[number]];
  await (await (await openRound(here.url, ROUND, here.options())).resume(first.secretCode)).check();
  const tools = [0, 1, 2].map((index) => new TrusteeTool(here, index)) as [TrusteeTool, TrusteeTool, TrusteeTool];
  for (const tool of tools) await tool.holdAndCommit();
  for (const tool of tools) await tool.reveal();
  // The second opener stays silent once it has read: it is disputed, and the third takes its place.
  await here.moveTo(deadlines.commitBy + 120);
  await tools[0].sign();
  await tools[0].dispute(1);
  for (const tool of [tools[0], tools[2]]) await tool.reveal();
  for (const tool of [tools[0], tools[2]]) await tool.sign();
  await here.amana.operator.publishRelease(ROUND);
  for (const tool of tools) await tool.destroy();
}

async function reports(here: Deployment, draft: DraftInput): Promise<void> {
  await here.amana.operator.createDraft(draft);
  const [keys] = here.holders as [Holder];
  const transport = new Transport(here.url);
  await rehearse(transport, await fetchDraft(transport, CHANNEL), keys);
  await cosign(transport, await fetchDraft(transport, CHANNEL), keys, cosignedNothing);
  const channel = await openChannel(here.url, CHANNEL, here.options());
  const code = channel.newSecretCode();
  const content = { locale: "en", fields: {}, text: "what happened" };
  await channel.report(code, content);
  const { cases } = await openInbox(transport, channel.manifest, keys, []);
  for (const each of cases) await reply(transport, channel.manifest, each, "thank you", keys);
  await channel.followUp(code, content);
  await here.moveTo(here.clock.seconds + DAY);
  await here.moveTo(here.clock.seconds + DAY);
  await channel.replies(code);
  await here.moveTo(channel.manifest.windows.answeringClose + 1);
}

function reportsDraft(here: Deployment, survey: Manifest): DraftInput {
  const { protocol: _, programme: __, ...manifest } = survey;
  const now = here.clock.seconds;
  return {
    manifest: {
      ...manifest,
      round: CHANNEL,
      kind: "reports",
      audiences: [],
      trustees: [],
      handlers: manifest.trustees.slice(0, 1),
      threshold: 1,
      analysisPlan: null,
      windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: now, answeringClose: now + 4 * DAY },
      size: 16_384,
      workDifficulty: 4,
    },
    questionnaires: [],
    analysisPlan: null,
  };
}
