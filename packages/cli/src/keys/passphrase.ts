import { readFile } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import type { Option, Values } from "../terminal/command.ts";
import { text } from "../terminal/command.ts";
import type { Io } from "../terminal/io.ts";

/** How every command that opens a key file gets its passphrase. */
export const PASSPHRASE_OPTION: Readonly<Record<string, Option>> = {
  "passphrase-file": { type: "string", describe: "file whose first line is the passphrase (else you are asked)" },
};

/** Below this a person is warned: four words have more. */
const SHORT = 12;

/** The passphrase of a key file, from a file or a person. @throws ERR_PASSPHRASE when there is neither, or it is empty */
export async function passphrase(values: Values, io: Io): Promise<string> {
  return (await fromFile(values)) ?? (await asked(io, "Passphrase of your key file: "));
}

/** A passphrase for a new key file: a person types it twice, and is warned if it is short. @throws ERR_PASSPHRASE */
export async function newPassphrase(values: Values, io: Io): Promise<string> {
  const given = await fromFile(values);
  if (given !== null) return given;
  const chosen = await asked(io, "Choose a passphrase: ");
  if (chosen.length < SHORT) io.warn(`This passphrase is short: ${SHORT} characters or more protect better, for example four words.`);
  if ((await asked(io, "The same passphrase again: ")) !== chosen)
    throw new AmanaError("ERR_PASSPHRASE", { note: "The two are not the same. Nothing was made: begin again." });
  return chosen;
}

async function asked(io: Io, question: string): Promise<string> {
  const given = await io.ask(question, { hidden: true });
  if (given === null) throw new AmanaError("ERR_PASSPHRASE", { note: "Give it at the terminal or with --passphrase-file." });
  if (given === "") throw new AmanaError("ERR_PASSPHRASE", { note: "It is empty." });
  return given.normalize("NFC");
}

async function fromFile(values: Values): Promise<string | null> {
  const path = text(values, "passphrase-file");
  if (path === undefined) return null;
  const content = await readFile(path, "utf8").catch(() => null);
  if (content === null) throw new AmanaError("ERR_PASSPHRASE", { note: "The passphrase file cannot be read." });
  const line = (content.split(/\r?\n/)[0] as string).normalize("NFC");
  if (line === "") throw new AmanaError("ERR_PASSPHRASE", { note: "The passphrase file's first line is empty." });
  return line;
}
