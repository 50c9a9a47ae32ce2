import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { openRound, parseInvitationLink } from "@amana/client";
import { change, Inbox, readChannel, reply } from "@amana/client/handler";
import { openChannel } from "@amana/client/reporter";
import { LedgerView, Transport } from "@amana/client/trustee";
import { type InvitationCode, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { type Manifest, manifestId, manifestTimes } from "@amana/core/manifest";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { relayRequestLength } from "@amana/core/submission";
import type { DraftInput } from "@amana/server";
import { initRelay, openRelayFolder, Relay } from "@amana/server/relay";
import { CHANNEL, DAY, launchChannel, reportsDraft } from "../adversary/support/channel.ts";
import { Deployment, HOUR, type Holder, ROUND, START } from "../adversary/support/server.ts";
import { TrusteeTool } from "../adversary/support/trustee.ts";
import { amend } from "./amended-life.ts";
import { recordingDisk, type Written } from "./recorder.ts";

/** What a life wrote, and the names in the data folder that are no files. */
export interface Life {
  readonly written: readonly Written[];
  readonly manifest: Manifest;
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
 * Everything that a server does in its life, on the real store: drafts (one of them discarded), rehearsal, co-signatures, replaced invitations, enrolments,
 * answers, revisions, a withdrawal, seals, the close, an opening in which one opener reads and does not sign, the release, the end of keys; a
 * reports round with a follow-up and a reply.
 */
export async function wholeLife(): Promise<Life> {
  const disk = recordingDisk();
  const form = await mkdtemp(join(tmpdir(), "amana-form-"));
  await writeFile(join(form, "index.html"), "<!doctype html><head></head>");
  const here = await Deployment.start((same) => same, {
    people: 8,
    spares: 1,
    store: { files: disk.files },
    onFolder: disk.under,
    form,
  });
  try {
    await survey(here);
    const keys = { signing: (here.holders[0] as Holder).signing, kem: kemKey(randomBytes(32)) };
    const draft = reportsDraft(here, await here.manifest(), keys);
    await here.amana.operator.createDraft({ ...draft, manifest: { ...draft.manifest, round: "reports-2" } });
    await here.amana.operator.discardDraft("reports-2");
    await reports(here, draft, keys);
    const { files, others } = await lying(here.folder);
    return { written: [...disk.written, ...files], beside: others, manifest: await here.manifest() };
  } finally {
    await here.stop();
    await rm(form, { recursive: true });
  }
}

async function survey(here: Deployment): Promise<void> {
  await lengthen(here);
  await replace(here);
  const people = [await here.enrol(0), await here.enrol(1), await here.enrol(2), await here.enrol(3)];
  for (const [at, { credential }] of people.entries()) await credential.submit({ A1: `answer ${at}` });
  await here.moveTo(START + 10);
  await here.moveTo(START + 20);
  await people[0]?.credential.submit({ A1: "changed" });
  await people[1]?.credential.withdraw();
  await here.moveTo(START + HOUR + 61);

  const { windows, deadlines } = await here.manifest();
  await here.moveTo(windows.answeringClose + HOUR + 1);
  const [first] = people as [(typeof people)[number]];
  await (await (await openRound(here.url, ROUND, here.options())).resume(first.secretCode)).check();
  const tools = [0, 1, 2].map((index) => new TrusteeTool(here, index)) as [TrusteeTool, TrusteeTool, TrusteeTool];
  for (const tool of tools) await tool.holdAndCommit();
  for (const tool of tools) await tool.reveal();
  // The second opener stays silent once it has read: it is disputed, and the third takes its place.
  await here.moveTo(deadlines.commitBy + HOUR + 120);
  await tools[0].sign();
  await tools[0].dispute(1);
  for (const tool of [tools[0], tools[2]]) await tool.reveal();
  for (const tool of [tools[0], tools[2]]) await tool.sign();
  await here.amana.operator.publishRelease(ROUND);
  for (const tool of tools) await tool.destroy();
}

/** An amendment, from its proposal to its entry: the round ends an hour later. */
async function lengthen(here: Deployment): Promise<void> {
  const { windows, deadlines } = await here.manifest();
  const { sealBy, missingBy, commitBy } = deadlines;
  await amend(here, {
    kind: "lengthen",
    answeringClose: windows.answeringClose + HOUR,
    sealBy: sealBy + HOUR,
    missingBy: missingBy + HOUR,
    commitBy: commitBy + HOUR,
  });
}

/** A lost invitation is replaced, another one revoked. */
async function replace(here: Deployment): Promise<void> {
  const { programme, operator } = here.amana;
  const hashOf = (place: number): string => {
    const { codes } = parseInvitationLink(here.links[place] as string);
    return toHex(invitedHash(programmeId(programme), ROUND, "customs", codes[0] as InvitationCode));
  };
  const issuer = { round: ROUND, audience: "officials", issuer: "customs" };
  await operator.replaceInvitation({ ...issuer, invited: hashOf(6), spares: [hashOf(8)] });
  await operator.replaceInvitation({ ...issuer, invited: hashOf(7), spares: [] });
}

/** A relay's life, and all that it kept at any step: requests, a change, the first release, a late one, the end. Paths begin with `relay/`. */
export async function relayLife(manifest: Manifest): Promise<readonly Written[]> {
  const path = await mkdtemp(join(tmpdir(), "amana-relay-"));
  const written: Written[] = [];
  const look = async (): Promise<void> => {
    for (const file of (await lying(path)).files) written.push({ ...file, path: `relay/${file.path}` });
  };
  try {
    const key = toHex(await initRelay(path, randomBytes));
    const opened = await openRelayFolder(path);
    let seconds = manifest.windows.answeringOpen;
    const relay = await Relay.open({
      ...opened,
      deliver: async () => true,
      log: () => undefined,
      check: () => true,
      now: () => new Date(seconds * 1000),
    });
    const round: Manifest = {
      ...manifest,
      relay: { organisation: "bar", origin: "http://127.0.0.1", key, slots: 64, releaseLead: 400, keyConfiguration: "00".repeat(1225) },
    };
    const times = manifestTimes(round);
    await relay.add({ manifest: round, times });
    await relay.add({ manifest: round, times: { ...times, amendments: 1 } });
    const id = toHex(manifestId(round));
    const send = async (slot: string, sequence: number): Promise<void> => {
      await relay.accept(id, { slot: slot.repeat(32), sequence, work: new Uint8Array(8) }, randomBytes(relayRequestLength(round)));
      await look();
    };
    for (const [slot, sequence] of [
      ["11", 0],
      ["ee", 0],
      ["11", 1],
    ] as const)
      await send(slot, sequence);
    seconds = round.windows.answeringClose - 400;
    await relay.tick();
    await look();
    await send("22", 0);
    seconds = round.windows.answeringClose;
    await relay.tick();
    await look();
    await relay.idle();
    await opened.lock.release();
    return written;
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

async function reports(here: Deployment, draft: DraftInput, keys: Holder): Promise<void> {
  await launchChannel(here, draft, keys);
  const transport = new Transport(here.url);
  const channel = await openChannel(here.url, CHANNEL, here.options());
  const code = channel.newSecretCode();
  const content = { locale: "en", fields: {}, text: "what happened" };
  await channel.report(code, content, undefined, null, [new File(["a photograph"], "photo.jpg", { type: "image/jpeg" })]);
  const now = new Date(here.clock.seconds * 1000);
  const history = await readChannel(transport, await LedgerView.fetch(transport, channel.programme, now), CHANNEL);
  const inbox = await Inbox.open({ transport, channel: history, keys, now });
  await inbox.openMore();
  for (const each of inbox.cases) await reply(inbox, await change(inbox, each, { kind: "state", state: "assessing" }), "thank you", false);
  await channel.followUp(code, content);
  await here.moveTo(here.clock.seconds + DAY);
  await here.moveTo(here.clock.seconds + DAY);
  await channel.replies(code);
  await here.moveTo(channel.manifest.windows.answeringClose + 1);
}
