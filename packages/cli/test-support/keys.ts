import type { KeyFile } from "@amana/client/keys";
import { writeKeyFile } from "../src/keys/key-file.ts";

/** A key file's contents with seeds that a scan of outputs can find. */
export const KEY_FILE: KeyFile = {
  organisation: "customs",
  server: "https://feedback.example.org/",
  signingSeed: "0123456789abcdef".repeat(4),
  rounds: { "wave-1": "fedcba9876543210".repeat(4), "reports-1": "00112233445566ff".repeat(4) },
};

export const PASSPHRASE = "correct horse battery";

/** Writes {@link KEY_FILE} and returns its path. */
export async function writtenKeyFile(folder: string, file: KeyFile = KEY_FILE): Promise<string> {
  const path = `${folder}/customs.key`;
  await writeKeyFile(path, file, PASSPHRASE);
  return path;
}
