import { readFile } from "node:fs/promises";
import { checkedBackup, type KeyFile } from "@amana/client/keys";
import { writeWhole } from "./write-whole.ts";

/** Where `trustee join` leaves the backup until it is printed. */
export function backupPath(keyPath: string): string {
  return `${keyPath}.backup.txt`;
}

/** Writes the backup of a key file beside it, after reading it back: what is printed opens. @throws ERR_KEY_FILE */
export async function writeBackup(keyPath: string, file: KeyFile): Promise<void> {
  await writeWhole(backupPath(keyPath), checkedBackup(file));
}

/** Takes a destroyed key out of a backup that was not deleted. Returns whether there was one. */
export async function forgetInBackup(keyPath: string, file: KeyFile): Promise<boolean> {
  const there = await readFile(backupPath(keyPath)).catch(() => null);
  if (there === null) return false;
  await writeBackup(keyPath, file);
  return true;
}
