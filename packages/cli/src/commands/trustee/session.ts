import { type KeyFile, kemKeyOf, signingKeyOf } from "@amana/client/keys";
import {
  fetchProgramme,
  fetchRound,
  type HolderKeys,
  holderIndex,
  LedgerView,
  type RoundHistory,
  readHistory,
  Transport,
} from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import { readKeyFile } from "../../keys/key-file.ts";
import { PASSPHRASE_OPTION, passphrase } from "../../keys/passphrase.ts";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { cosignedManifests, WorkFolder } from "../../keys/work-folder.ts";
import { type Option, text, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";

/** What every command of a trustee or handler takes. */
export const KEY_OPTIONS: Readonly<Record<string, Option>> = {
  key: { type: "string", describe: "your key file" },
  round: { type: "string", value: "NAME", describe: "name of the round" },
  url: { type: "string", value: "URL", describe: "the server, if another than the key file names" },
  programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" },
  ...PASSPHRASE_OPTION,
};

/** An opened key file, and the server it works with. */
export interface Session {
  readonly keyPath: string;
  readonly keyFile: KeyFile;
  readonly passphrase: string;
  readonly transport: Transport;
  readonly programme: Programme;
}

export async function openSession(values: Values, io: Io): Promise<Session> {
  const keyPath = text(values, "key", true);
  const secret = await passphrase(values, io);
  const keyFile = await readKeyFile(keyPath, secret);
  const url = pinKey(text(values, "url") ?? keyFile.server);
  const pinned = await pinnedProgramme(io, url, text(values, "programme"));
  const transport = new Transport(url, io.fetch);
  return { keyPath, keyFile, passphrase: secret, transport, programme: await fetchProgramme(transport, pinned) };
}

/** A live round as one trustee sees it. */
export interface RoundSession extends Session {
  readonly keys: HolderKeys;
  readonly holder: number;
  readonly history: RoundHistory;
  readonly view: LedgerView;
  readonly work: WorkFolder;
}

/**
 * Reads the round's whole history from the ledger. @throws ERR_ROUND_UNKNOWN, ERR_LEDGER_*, ERR_KEY_FILE, ERR_MANIFEST_SECOND when the
 * manifest in the ledger is not the one that this key holder co-signed
 */
export async function openRoundSession(session: Session, round: string, io: Io): Promise<RoundSession> {
  const keys: HolderKeys = { signing: signingKeyOf(session.keyFile), kem: kemKeyOf(session.keyFile, round) };
  const { entryIndex } = await fetchRound(session.transport, round);
  const view = await LedgerView.fetch(session.transport, session.programme, io.now());
  const seen = await view.manifestAt(entryIndex, round);
  const cosigned = await cosignedManifests(session.keyPath, session.keyFile).get(round);
  if (cosigned !== null && cosigned !== toHex(seen.id)) throw new AmanaError("ERR_MANIFEST_SECOND");
  const holder = holderIndex(seen.manifest, keys);
  const history = await readHistory(view, seen);
  return { ...session, keys, holder, history, view, work: new WorkFolder(session.keyPath, round) };
}
