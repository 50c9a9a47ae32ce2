import { createHash } from "node:crypto";
import { join } from "node:path";
import { hex, integer, PROTOCOL } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { readDocument } from "../stores/lowdb/document.ts";
import type { DurableFolder } from "../stores/lowdb/folder.ts";

/** A backup is a folder with this document, written last, and a copy of the data folder beside it. */
export const MANIFEST = "backup.json";
export const DATA = "data";

/** Paths inside the data folder, as a server names its files: no part begins with a dot, so none leaves it. */
export const PATH: RegExp = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){0,9}$/;
const path = v.pipe(v.string(), v.regex(PATH));

/** What a backup holds. It has no time, and says of nobody that they came. */
export interface BackupManifest {
  readonly protocol: typeof PROTOCOL;
  readonly type: "backup";
  /** The version of the data folder. */
  readonly version: number;
  /** The programme's id. */
  readonly programme: string;
  /** The signed note of the ledger up to which it goes. */
  readonly checkpoint: string;
  readonly files: { readonly path: string; readonly sha256: string; readonly length: number }[];
}

export const backupSchema: v.GenericSchema<unknown, BackupManifest> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("backup"),
  version: integer(),
  programme: hex(32),
  checkpoint: v.string(),
  files: v.array(v.strictObject({ path, sha256: hex(32), length: integer() })),
});

/** Reads a backup's manifest and compares every file with it. @throws ERR_BACKUP_DAMAGED, which names what is wrong */
export async function verifiedManifest(backup: DurableFolder): Promise<BackupManifest> {
  const manifest = await manifestOf(backup);
  const problems: { path: string; message: string }[] = [];
  for (const { path, sha256, length } of manifest.files) {
    const bytes = await backup.read(join(DATA, path));
    if (bytes === null) problems.push({ path: `/${path}`, message: "is missing" });
    else if (bytes.length !== length || sha256Of(bytes) !== sha256) problems.push({ path: `/${path}`, message: "is damaged" });
  }
  if (problems.length > 0) throw new AmanaError("ERR_BACKUP_DAMAGED", { problems });
  return manifest;
}

async function manifestOf(backup: DurableFolder): Promise<BackupManifest> {
  try {
    const manifest = await readDocument(backup, MANIFEST, backupSchema);
    if (manifest !== null) return manifest;
  } catch (error) {
    if (!isAmanaError(error, "ERR_STORE_DAMAGED")) throw error;
  }
  throw new AmanaError("ERR_BACKUP_DAMAGED", { problems: [{ path: `/${MANIFEST}`, message: "is missing or damaged" }] });
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
