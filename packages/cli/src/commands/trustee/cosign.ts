import { readFile } from "node:fs/promises";
import { backupGroup, type KeyFile, kemKeyOf, readBackup, signingKeyOf } from "@amana/client/keys";
import { checkDraft, cosign as cosignDraft, fetchDraft, isRehearsed, LedgerView, rehearse, waitingFor } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { manifestId } from "@amana/core/manifest";
import { cosignedManifests } from "../../keys/work-folder.ts";
import { type Command, text, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { KEY_OPTIONS, openSession, type Session } from "./session.ts";

/** What a call did for a draft: took part in the rehearsal, co-signed, or found nothing left to do. */
export type DraftStep = "rehearsed" | "cosigned" | "nothing";

export const cosign: Command = {
  name: "trustee cosign",
  summary: "Check a round that is not live yet, take part in its rehearsal, and co-sign it once the rehearsal has succeeded.",
  positionals: [],
  options: { ...KEY_OPTIONS, backup: { type: "string", describe: "your backup, typed in again or photographed into a text file" } },
  examples: ["amana trustee cosign --key customs.key --round wave-2026 --backup customs.key.backup.txt"],
  async run({ values }, io) {
    const session = await openSession(values, io);
    const step = await cosignRound(session, text(values, "round", true), values, io);
    io.result({ step });
    return 0;
  },
};

/** Rehearses or co-signs, whichever is due. @throws ERR_MANIFEST_*, ERR_KEY_FILE when the backup does not open */
export async function cosignRound(session: Session, round: string, values: Values, io: Io): Promise<DraftStep> {
  const { transport, programme, keyFile } = session;
  const keys = { signing: signingKeyOf(keyFile), kem: kemKeyOf(keyFile, round) };
  const draft = await fetchDraft(transport, round);
  const view = await firstView(session, io);
  await checkDraft(transport, programme, view, draft, keys);
  const self = draft.manifest.trustees.concat(draft.manifest.handlers).findIndex(({ kemKey }) => kemKey === toHex(keys.kem.publicKey));
  if (!draft.shares.some(({ holder }) => holder === self)) {
    await rehearse(transport, draft, keys);
    io.say("Rehearsal: your key opened its share of the test envelope.");
    const again = await fetchDraft(transport, round);
    // What is signed is what was checked: the server could show another now.
    if (toHex(manifestId(again.manifest)) !== toHex(manifestId(draft.manifest))) throw new AmanaError("ERR_MANIFEST_SECOND");
    if (!(await isRehearsed(again))) return "rehearsed";
    return finish(session, again, keys, values, io);
  }
  if (draft.cosigned.includes(self)) {
    io.say(`You have co-signed. Waiting for: ${waitingFor(draft).join(", ")}`);
    return "nothing";
  }
  if (!(await isRehearsed(draft))) {
    io.say(`The rehearsal waits for ${draft.manifest.threshold - draft.shares.length} more.`);
    return "nothing";
  }
  return finish(session, draft, keys, values, io);
}

async function finish(
  { transport, keyFile, keyPath }: Session,
  draft: Awaited<ReturnType<typeof fetchDraft>>,
  keys: Parameters<typeof cosignDraft>[2],
  values: Values,
  io: Io,
): Promise<DraftStep> {
  await checkBackup(keyFile, draft.manifest.round, values, io);
  await cosignDraft(transport, draft, keys, cosignedManifests(keyPath, keyFile));
  io.say(`Co-signed ${draft.manifest.round}, manifest ${toHex(manifestId(draft.manifest)).slice(0, 16)}…`);
  return "cosigned";
}

/** The printed backup must open before anything is signed: a key that only one disk has will be lost. */
async function checkBackup(file: KeyFile, round: string, values: Values, io: Io): Promise<void> {
  const path = text(values, "backup");
  if (path !== undefined) {
    const typed = readBackup(await readFile(path, "utf8").catch(() => ""));
    if (typed.signingSeed === file.signingSeed && typed.rounds[round] === file.rounds[round]) return;
    throw new AmanaError("ERR_KEY_FILE", { note: "The backup is not one of this key." });
  }
  const answer = await io.ask(`From your printed backup, type the last group of eight characters in the line "${round}": `);
  if (answer !== null && answer.trim().toLowerCase() === backupGroup(file, round)) return;
  throw new AmanaError("ERR_KEY_FILE", { note: "The backup was not confirmed: give it with --backup, or type from it at the terminal." });
}

/** The ledger before a programme's first round is empty: then there is nothing to compare with. */
async function firstView({ transport, programme }: Session, io: Io): Promise<LedgerView | null> {
  try {
    return await LedgerView.fetch(transport, programme, io.now());
  } catch (error) {
    if (isAmanaError(error, "ERR_NOT_FOUND")) return null;
    throw error;
  }
}
