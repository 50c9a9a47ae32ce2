import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { toHex } from "@amana/core/bytes";
import { kemKey, randomBytes, signingKey } from "@amana/core/primitives";
import type { Card } from "../src/commands/operator/files.ts";

/** A card as `amana trustee join` writes it, with new keys. */
export function newCard(organisation: string, round: string): Card {
  return {
    organisation,
    round,
    signingKey: toHex(signingKey(randomBytes(32)).publicKey),
    kemKey: toHex(kemKey(randomBytes(32)).publicKey),
  };
}

/** Writes a document as JSON, which is YAML, in a folder that is made. */
export async function writeDocument(path: string, value: unknown): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}
