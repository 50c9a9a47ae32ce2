import { AmanaError } from "@amana/core/errors";
import { type KeyFile, parseKeyFile } from "./key-file.ts";
import { typingCheck } from "./typing-check.ts";

const TITLE = "AMANA KEY BACKUP";
const ADVICE = "Keep this paper in a safe. Whoever has it can open answers and sign in your name.";

/**
 * A printable backup: what the key file holds as lines `NAME VALUE CHECK`, so that a person can type them in again and a mistake is found in
 * its line. The order of the lines, capitals in seeds and further spaces mean nothing. Whoever has the paper has the keys.
 */
export function printBackup({ organisation, server, signingSeed, rounds }: KeyFile): string {
  const rows = [
    row("organisation", organisation),
    row("server", server),
    row("signing", inGroups(signingSeed)),
    ...Object.entries(rounds).map(([round, seed]) => row(`round/${round}`, inGroups(seed))),
  ];
  return [TITLE, ADVICE, "", ...rows, ""].join("\n");
}

function row(name: string, value: string): string {
  return `${name} ${value} ${typingCheck(`${name} ${value}`)}`;
}

function inGroups(seed: string): string {
  return seed.replace(/(.{8})(?=.)/g, "$1 ");
}

/** A backup that was read back: what is printed opens. Key-file owners print it before a key is given to anyone. @throws ERR_KEY_FILE */
export function checkedBackup(file: KeyFile): string {
  const { organisation, server, signingSeed, rounds } = file;
  const printed = printBackup(file);
  if (JSON.stringify(readBackup(printed)) !== JSON.stringify({ organisation, server, signingSeed, rounds }))
    throw wrong("Its backup does not read back.");
  return printed;
}

/** What of a round's line somebody types from paper to show that there is a backup: its last group of eight characters. */
export function backupGroup(file: KeyFile, round: string): string | null {
  return file.rounds[round]?.slice(-8) ?? null;
}

/** Reads a backup that was typed in again. @throws ERR_KEY_FILE naming the line that does not check, or what is missing */
export function readBackup(text: string): KeyFile {
  const values = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/\s+/);
    if (line.trim() === "" || same(line, TITLE) || same(line, ADVICE)) continue;
    const [name, value] = readRow(words) ?? [];
    if (name === undefined || value === undefined) throw wrong(`Line ${index + 1} has a typing mistake.`);
    if (values.has(name)) throw wrong(`Line ${index + 1} repeats another.`);
    values.set(name, value);
  }
  const rounds = [...values].flatMap(([name, seed]) => (name.startsWith("round/") ? [[name.slice("round/".length), seed]] : []));
  for (const name of ["organisation", "server", "signing"]) if (!values.has(name)) throw wrong(`The line "${name}" is missing.`);
  const [organisation, server, signingSeed] = ["organisation", "server", "signing"].map((name) => values.get(name));
  return parseKeyFile(JSON.stringify({ organisation, server, signingSeed, rounds: Object.fromEntries(rounds) }));
}

/** A line's name and value; null if it does not check. A seed may be typed in capitals, and with its spaces elsewhere. */
function readRow(words: readonly string[]): [name: string, value: string] | null {
  const [first = "", ...rest] = words;
  const name = first.toLowerCase();
  const check = rest.at(-1)?.toLowerCase();
  if (name === "organisation" || name === "server") {
    const value = rest.slice(0, -1).join(" ");
    return typingCheck(`${name} ${value}`) === check ? [name, value] : null;
  }
  const digits = rest.join("").toLowerCase();
  const seed = digits.slice(0, -4);
  const known = name === "signing" || /^round\/[a-z0-9-]{1,64}$/.test(name);
  if (!known || !/^[0-9a-f]{64}$/.test(seed)) return null;
  return typingCheck(`${name} ${inGroups(seed)}`) === digits.slice(-4) ? [name, seed] : null;
}

function same(line: string, other: string): boolean {
  return line.trim().replace(/\s+/g, " ").toLowerCase() === other.toLowerCase();
}

function wrong(note: string): AmanaError {
  return new AmanaError("ERR_KEY_FILE", { note });
}
