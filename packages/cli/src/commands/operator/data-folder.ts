import { existsSync } from "node:fs";
import { join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { type OperatorClient, operatorClient, readDatabase } from "@amana/server";
import { text, type Values } from "../../terminal/command.ts";

/** The data folder that operators' commands work on, through the running server or without one. */
export const DATA_OPTION = { data: { type: "string", value: "FOLDER", describe: "data folder of the server" } } as const;

/** What every data folder has: one of them may be lost, and `doctor` says so. Of a server on a database it has the running server's socket. */
const MARKS = ["programme.json", "secrets.json", "amana.sock"];

/**
 * Refuses a folder that is no data folder, before anything opens it: opening one takes a lock in it and clears away what looks like
 * interrupted writing. @throws ERR_PROGRAMME_MISSING
 */
export function needDataFolder(folder: string): void {
  if (!MARKS.some((name) => existsSync(join(folder, name)))) throw new AmanaError("ERR_PROGRAMME_MISSING");
}

/** The address of the database that the environment names, or null: what is set there is kept there and not in a folder. @throws ERR_CONFIG_INVALID */
export function databaseIn({
  AMANA_DATABASE_URL,
  AMANA_DATABASE_FILE,
}: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  return readDatabase({ database: AMANA_DATABASE_URL || undefined, databaseFile: AMANA_DATABASE_FILE || undefined });
}

/** Runs `use` with the operator of `--data`, and closes it. @throws ERR_PROGRAMME_MISSING, ERR_STORE_BUSY, ERR_STORE_DAMAGED */
export async function withOperator<T>(values: Values, use: (operator: OperatorClient) => Promise<T>): Promise<T> {
  const folder = text(values, "data", true);
  needDataFolder(folder);
  const operator = await operatorClient(folder);
  try {
    return await use(operator);
  } finally {
    await operator.close();
  }
}
