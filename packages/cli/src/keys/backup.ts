import { fromHex, H, TAGS, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type KeyFile, parseKeyFile } from "./key-file.ts";

/**
 * A printable backup: the key file's seeds as numbered lines of hexadecimal, each with a check of two characters, so that a person can type
 * them in again and a mistake is found in its line. Whoever has the paper has the keys: it belongs in a safe.
 */
export function printBackup(file: KeyFile): string {
  const rows = [seedLine("signing", file.signingSeed), ...Object.entries(file.rounds).map(([round, seed]) => seedLine(round, seed))];
  return [
    "AMANA KEY BACKUP",
    "Keep this paper in a safe. Whoever has it can open answers and sign in your name.",
    "",
    `organisation ${file.organisation}`,
    `server ${file.server}`,
    ...rows,
    "",
  ].join("\n");
}

function seedLine(name: string, seed: string): string {
  return `${name} ${seed.replace(/(.{8})(?=.)/g, "$1 ")} ${check(name, seed)}`;
}

function check(name: string, seed: string): string {
  return toHex(H(TAGS.codeCheck, name, fromHex(seed)).subarray(0, 1));
}

/** Reads a backup that was typed in again. @throws ERR_KEY_FILE naming the line that does not check */
export function readBackup(text: string): KeyFile {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const organisation = lines.map((line) => /^organisation ([a-z0-9-]+)$/.exec(line)?.[1]).find((name) => name !== undefined);
  const server = lines.map((line) => /^server (\S+)$/.exec(line)?.[1]).find((address) => address !== undefined);
  const seeds = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, name, digits, given] = /^([a-z0-9-]+) ((?:[0-9a-f]{8} ){8})([0-9a-f]{2})$/i.exec(line) ?? [];
    if (name === undefined || digits === undefined) continue;
    const seed = digits.replaceAll(" ", "").toLowerCase();
    if (check(name, seed) !== given?.toLowerCase())
      throw new AmanaError("ERR_KEY_FILE", { note: `Line ${index + 1} has a typing mistake.` });
    seeds.set(name, seed);
  }
  const { signing, ...rounds } = Object.fromEntries(seeds);
  return parseKeyFile(JSON.stringify({ organisation, server, signingSeed: signing, rounds }));
}
