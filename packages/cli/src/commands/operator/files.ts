import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { parse } from "yaml";

/** Reads a YAML or JSON file that a person wrote. @throws ERR_CONFIG_INVALID */
export async function readDocument(path: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `There is no file ${path}, or it may not be read.` });
  }
  try {
    return parse(content, { maxAliasCount: 0 });
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is neither YAML nor JSON.` });
  }
}

/** A path that a document names, beside the document itself. */
export function beside(document: string, path: string): string {
  return resolve(dirname(document), path);
}

/** The card that `amana trustee join` made. */
export interface Card {
  readonly organisation: string;
  readonly round: string;
  readonly signingKey: string;
  readonly kemKey: string;
}

/** Reads a card. @throws ERR_CONFIG_INVALID */
export async function readCard(path: string): Promise<Card> {
  const card = (await readDocument(path)) as Partial<Card> | null;
  const hex = (value: unknown, length: number): boolean => typeof value === "string" && new RegExp(`^[0-9a-f]{${2 * length}}$`).test(value);
  if (typeof card?.organisation !== "string" || typeof card.round !== "string" || !hex(card.signingKey, 32) || !hex(card.kemKey, 1216)) {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is not a card of amana trustee join.` });
  }
  return card as Card;
}
