import { join, resolve } from "node:path";
import { checkSchema, SHA256, toHex, utf8 } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { GrowingTree, openCheckpoint, type TileStore } from "@amana/core/ledger";
import { checkProgramme, type Programme, programmeId, programmeSchema } from "@amana/core/programme";
import { ask, type Fetch } from "../outgoing.ts";
import { isBeyond } from "../services/cosigning/ask-witness.ts";
import type { Ledger } from "../services/ledger.ts";
import { readDocument } from "../stores/lowdb/document.ts";
import { nodeFiles } from "../stores/lowdb/files.ts";
import { DurableFolder } from "../stores/lowdb/folder.ts";
import { FOLDER_VERSION } from "../stores/lowdb/version.ts";
import { emptyFolder } from "./backup.ts";
import { type BackupManifest, DATA, verifiedManifest } from "./manifest.ts";

/** How a backup is compared with what others have seen of its ledger. */
export interface RestoreOptions {
  /** Addresses of the programme's witnesses, each with a slash at its end. */
  readonly witnesses?: readonly string[];
  /** Signed notes of the ledger that somebody kept. */
  readonly seen?: readonly string[];
  /** Whoever restores says that nothing was logged after this backup, where too few witnesses can be asked. */
  readonly newest?: boolean;
  readonly fetch?: Fetch;
}

export interface Restored {
  readonly programme: string;
  readonly ledgerSize: number;
  readonly files: number;
  /** How many witnesses know nothing newer. */
  readonly witnesses: number;
}

/** Documents by which a data folder is known: they come last, so that half a copy is none. */
const MARKS: readonly string[] = ["programme.json", "secrets.json"];
const LARGEST_NOTE = 64 * 1024;
const PATIENCE = 30_000;

/**
 * Makes a data folder of a backup. First every byte is compared with the backup's list, then the ledger with what others have seen of it: one that goes
 * on from an older copy is a second history, by the same key, and every promise since is broken. Nothing is written before.
 * @throws ERR_FOLDER_NOT_EMPTY, ERR_BACKUP_DAMAGED, ERR_STORE_NEWER, ERR_LEDGER_BEHIND, ERR_BACKUP_UNCHECKED, ERR_NETWORK, ERR_STORE_WRITE
 */
export async function restoreBackup(backup: string, target: string, options: RestoreOptions = {}): Promise<Restored> {
  const from = new DurableFolder(resolve(backup), nodeFiles);
  const root = resolve(target);
  if ((await nodeFiles.list(root)).length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  // 1. The backup is whole, and of a version that this server knows.
  const manifest = await verifiedManifest(from);
  if (manifest.version > FOLDER_VERSION) throw new AmanaError("ERR_STORE_NEWER");
  const programme = await programmeOf(from, manifest);
  const ledger = ledgerOf(from, manifest, programme);
  // 2. Nobody has seen more of its ledger.
  const witnesses = await compare(ledger, programme, options);
  // 3. A copy, with what a data folder is known by at the end.
  const to = await emptyFolder(root);
  const marks = manifest.files.filter(({ path }) => MARKS.includes(path));
  for (const { path } of [...manifest.files.filter((file) => !marks.includes(file)), ...marks]) {
    const bytes = await from.read(join(DATA, path));
    if (bytes === null) throw damaged(path);
    await to.write(path, bytes);
  }
  return { programme: manifest.programme, ledgerSize: ledger.size, files: manifest.files.length, witnesses };
}

/** @returns how many witnesses were heard, all of whom know nothing newer */
async function compare(
  ledger: Pick<Ledger, "size" | "root">,
  programme: Programme,
  { witnesses = [], seen = [], newest = false, fetch = globalThis.fetch }: RestoreOptions,
): Promise<number> {
  const notes = [...seen];
  let heard = 0;
  for (const url of new Set(witnesses)) {
    const note = await newestOf(url, programme, fetch);
    if (note === null) continue;
    notes.push(note);
    heard += 1;
  }
  for (const note of notes) if (await isBeyond(note, ledger, programme)) throw new AmanaError("ERR_LEDGER_BEHIND");
  // As many that every quorum has at least one of them: what is public anywhere, one of them has seen.
  const enough = programme.quorum > 0 && heard > programme.witnesses.length - programme.quorum;
  if (!enough && !newest) throw new AmanaError("ERR_BACKUP_UNCHECKED");
  return heard;
}

/** The newest note of the ledger that a witness has seen; null when it says nothing that the ledger's key has signed. */
async function newestOf(url: string, programme: Programme, fetch: Fetch): Promise<string | null> {
  const place = toHex(SHA256(utf8(programme.ledger.origin)));
  try {
    const { status, body } = await ask(fetch, `${url}newest/${place}`, { limit: LARGEST_NOTE, milliseconds: PATIENCE });
    const note = new TextDecoder().decode(body);
    if (status !== 200) return null;
    openCheckpoint(note, { ...programme.ledger, witnesses: [], quorum: 0 });
    return note;
  } catch (error) {
    if (isAmanaError(error)) return null;
    throw error;
  }
}

async function programmeOf(from: DurableFolder, manifest: BackupManifest): Promise<Programme> {
  const path = "programme.json";
  try {
    const programme = await readDocument(from, join(DATA, path), programmeSchema);
    if (programme === null) throw damaged(path);
    checkProgramme(checkSchema(programme, programmeSchema));
    if (toHex(programmeId(programme)) !== manifest.programme) throw damaged(path);
    return programme;
  } catch (error) {
    throw isAmanaError(error) ? damaged(path) : error;
  }
}

function ledgerOf(from: DurableFolder, { checkpoint }: BackupManifest, programme: Programme): Pick<Ledger, "size" | "root"> {
  const tiles: TileStore = {
    read: (path) => from.read(join(DATA, "ledger", path)),
    write: async () => undefined,
  };
  try {
    const { size } = openCheckpoint(checkpoint, { ...programme.ledger, witnesses: [], quorum: 0 });
    return { size, root: (first) => new GrowingTree(tiles, size).root(first) };
  } catch (error) {
    throw isAmanaError(error) ? damaged("ledger/checkpoint") : error;
  }
}

function damaged(path: string): AmanaError<"ERR_BACKUP_DAMAGED"> {
  return new AmanaError("ERR_BACKUP_DAMAGED", { problems: [{ path: `/${path}`, message: "is missing or damaged" }] });
}
