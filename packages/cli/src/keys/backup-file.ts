import { readFile } from "node:fs/promises";
import type { KeyFile } from "@amana/client/keys";
import { AmanaError } from "@amana/core/errors";
import { printBackup, readBackup } from "./backup.ts";
import { writeWhole } from "./write-whole.ts";

/** Where `trustee join` leaves the backup until it is printed. */
export function backupPath(keyPath: string): string {
  return `${keyPath}.backup.txt`;
}

/** Writes the backup of a key file beside it, after reading it back: what is printed opens. @throws ERR_KEY_FILE */
export async function writeBackup(keyPath: string, file: KeyFile): Promise<void> {
  const printed = printBackup(file);
  if (JSON.stringify(readBackup(printed)) !== JSON.stringify(file))
    throw new AmanaError("ERR_KEY_FILE", { note: "Its backup does not read back." });
  await writeWhole(backupPath(keyPath), printed);
}

/** Takes a destroyed key out of a backup that was not deleted. Returns whether there was one. */
export async function forgetInBackup(keyPath: string, file: KeyFile): Promise<boolean> {
  const there = await readFile(backupPath(keyPath)).catch(() => null);
  if (there === null) return false;
  await writeBackup(keyPath, file);
  return true;
}
