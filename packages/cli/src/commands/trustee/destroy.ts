import { signingKeyOf } from "@amana/client/keys";
import { destroy, fetchRound, LedgerView, readHistory } from "@amana/client/trustee";
import { encodeJson, toHex } from "@amana/core/bytes";
import { type KeyDestroyedEntry, signEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { keyHolders } from "@amana/core/manifest";
import { forgetInBackup } from "../../keys/backup-file.ts";
import { writeKeyFile } from "../../keys/key-file.ts";
import { roundsAtWork, WorkFolder } from "../../keys/work-folder.ts";
import type { Io } from "../../terminal/io.ts";
import type { RoundSession, Session } from "./session.ts";
import type { StepReport } from "./step-report.ts";

/** Removes the round's key from the key file and from a backup that lies beside it, then has the ledger say so. */
export async function destroyKey(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, work, keys, keyFile, keyPath, passphrase } = session;
  const round = history.seen.manifest.round;
  const { [round]: gone, ...rounds } = keyFile.rounds;
  if (gone === undefined) throw new AmanaError("ERR_KEY_FILE");
  await destroy(
    transport,
    history,
    work.holdings,
    keys,
    async () => {
      await work.markDestroyed();
      const left = { ...keyFile, rounds };
      if (await forgetInBackup(keyPath, left)) io.warn("The backup was still on this disk: the key was taken out of it.");
      await writeKeyFile(keyPath, left, passphrase);
    },
    io.now(),
  );
  await work.clearDestroyed();
  return destroyed(io);
}

/** Rounds whose key is gone from the key file while the ledger may not say so: a stop, or no network, came in between. */
export async function halfDestroyed({ keyPath, keyFile }: Session): Promise<string[]> {
  const marked: string[] = [];
  for (const round of await roundsAtWork(keyPath)) {
    if (keyFile.rounds[round] === undefined && (await new WorkFolder(keyPath, round).isMarkedDestroyed())) marked.push(round);
  }
  return marked;
}

/** Has the ledger say what was interrupted. The key is gone: the organisation's signing key is enough. */
export async function finishDestruction({ transport, programme, keyFile, keyPath }: Session, round: string, io: Io): Promise<StepReport> {
  const view = await LedgerView.fetch(transport, programme, io.now());
  const history = await readHistory(view, await view.manifestAt((await fetchRound(transport, round)).entryIndex, round));
  const { manifest } = history.seen;
  const signing = signingKeyOf(keyFile);
  const holder = keyHolders(manifest).findIndex(({ signingKey }) => signingKey === toHex(signing.publicKey));
  if (holder < 0) throw new AmanaError("ERR_KEY_FILE", { note: "It is not a key of this round." });
  if (!history.destroyed.has(`trustee/${holder}`)) {
    const fields = { type: "key-destroyed", holder: `trustee/${holder}` } as const;
    const entry = signEntry<KeyDestroyedEntry & { signature: string }>(manifest, fields, signing);
    await transport.post("entries", "application/json", encodeJson(entry));
  }
  await new WorkFolder(keyPath, round).clearDestroyed();
  return destroyed(io);
}

function destroyed(io: Io): StepReport {
  io.say("The round's key is destroyed, here and in the ledger. Destroy the line of this round in your printed backup too.");
  return { step: "destroy", code: 0 };
}
