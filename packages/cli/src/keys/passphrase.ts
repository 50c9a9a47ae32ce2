import { readFile } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import type { Option, Values } from "../terminal/command.ts";
import { text } from "../terminal/command.ts";
import type { Io } from "../terminal/io.ts";

/** How every command that opens a key file gets its passphrase. */
export const PASSPHRASE_OPTION: Readonly<Record<string, Option>> = {
  "passphrase-file": { type: "string", describe: "file whose first line is the passphrase (else you are asked)" },
};

/** The passphrase, from a file or a person. @throws ERR_PASSPHRASE when there is neither */
export async function passphrase(values: Values, io: Io, question = "Passphrase of your key file: "): Promise<string> {
  const path = text(values, "passphrase-file");
  const given = path === undefined ? await io.ask(question, { hidden: true }) : await firstLine(path);
  if (given === null || given === "")
    throw new AmanaError("ERR_PASSPHRASE", { note: "Give it at the terminal or with --passphrase-file." });
  return given;
}

async function firstLine(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).split(/\r?\n/)[0] as string;
  } catch {
    throw new AmanaError("ERR_PASSPHRASE", { note: "The passphrase file cannot be read." });
  }
}
