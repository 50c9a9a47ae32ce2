import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PROTOCOL, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { programmeId } from "@amana/core/programme";
import type { Services } from "../services/services.ts";
import { writeDocument } from "../stores/lowdb/document.ts";
import { nodeFiles } from "../stores/lowdb/files.ts";
import { DurableFolder, makeRoot } from "../stores/lowdb/folder.ts";
import type { LowdbStore } from "../stores/lowdb/index.ts";
import { FOLDER_VERSION } from "../stores/lowdb/version.ts";
import { type BackupManifest, backupSchema, DATA, MANIFEST, PATH, sha256Of } from "./manifest.ts";

/** What a backup is of. */
export interface Backup {
  /** Entries of its ledger. */
  readonly ledgerSize: number;
  readonly files: number;
  readonly bytes: number;
  /** Rounds whose issuers' keys it holds: it must be gone when the ledger says that they are. */
  readonly keysOf: readonly string[];
  /** Rounds whose envelopes it holds: it must be gone when the ledger says that they were deleted. */
  readonly envelopesOf: readonly string[];
}

/** Rounds, as far as a backup looks at them. */
type Sealed = Pick<Services["rounds"], "byId">;

/**
 * Whether a file belongs into a backup: what the ledger has, and nothing that waits for a seal. Two copies of what waits tell who came between them,
 * however it is ordered (docs/decisions/0033-backups-at-seals.md).
 */
export function isBackedUp(path: string, rounds: Sealed): boolean {
  const [, id = "", what, rest = ""] = /^rounds\/([0-9a-f]{64})\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  if (what === "pending" || what === "claims" || what === "uploads") return false;
  // What a seal prepared, and the ledger does not name, waits too.
  return what !== "epochs" || (rounds.byId(id)?.state.epochs.some(({ to }) => rest.startsWith(`${to}/`)) ?? false);
}

/**
 * Writes a consistent copy of a data folder into a new or empty folder, while its server goes on: every file with its hash, the list of them last, all
 * under one constant time. `keep` is {@link isBackedUp}; tests show what happens otherwise.
 * @throws ERR_FOLDER_NOT_EMPTY, ERR_BACKUP_UNSUPPORTED for a store that is no folder, ERR_STORE_WRITE; then there is no backup
 */
export async function writeBackup(
  { store, rounds, ledger, programme }: Pick<Services, "store" | "rounds" | "ledger" | "programme">,
  target: string,
  keep: (path: string, rounds: Sealed) => boolean = isBackedUp,
): Promise<Backup> {
  if (!isFolder(store)) throw new AmanaError("ERR_BACKUP_UNSUPPORTED");
  const root = resolve(target);
  if (!(await isEmpty(root))) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  const snapshot = await store.snapshot((path) => PATH.test(path) && keep(path, rounds));
  try {
    const held = new DurableFolder(snapshot.root, nodeFiles);
    const copy = await emptyFolder(root);
    const files: BackupManifest["files"] = [];
    for (const path of snapshot.paths) {
      const bytes = await held.read(path);
      if (bytes === null) throw new AmanaError("ERR_STORE_WRITE");
      await copy.write(join(DATA, path), bytes);
      files.push({ path, sha256: sha256Of(bytes), length: bytes.length });
    }
    const checkpoint = Buffer.from((await held.read("ledger/checkpoint")) ?? new Uint8Array(0)).toString("utf8");
    const head = { protocol: PROTOCOL, type: "backup", version: FOLDER_VERSION, programme: toHex(programmeId(programme)) } as const;
    await writeDocument(copy, MANIFEST, backupSchema, { ...head, checkpoint, files });
    const has = (pattern: RegExp): string[] => [...new Set(files.flatMap(({ path }) => pattern.exec(path)?.[1] ?? []))];
    const names = (ids: string[]): string[] => ids.flatMap((id) => rounds.byId(id)?.manifest.round ?? []).sort();
    const destroyed = (id: string): boolean => rounds.byId(id)?.state.envelopesDestroyed ?? false;
    return {
      ledgerSize: Number(checkpoint.split("\n")[1] ?? ledger.size),
      files: files.length,
      bytes: files.reduce((sum, { length }) => sum + length, 0),
      keysOf: names(has(/^rounds\/([0-9a-f]{64})\/issuer-keys\.json$/)),
      envelopesOf: names(has(/^rounds\/([0-9a-f]{64})\/epochs\//).filter((id) => !destroyed(id))),
    };
  } finally {
    await snapshot.remove();
  }
}

function isFolder(store: Services["store"]): store is LowdbStore {
  // One in memory has files that no disk has.
  return "snapshot" in store && "lock" in store;
}

/** A new or empty folder for whoever runs this alone. @throws ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE */
export async function emptyFolder(root: string): Promise<DurableFolder> {
  if (!(await isEmpty(root))) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  await makeRoot(root);
  return new DurableFolder(root, nodeFiles);
}

async function isEmpty(root: string): Promise<boolean> {
  try {
    return (await readdir(root)).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
