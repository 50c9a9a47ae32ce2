import { existsSync } from "node:fs";
import { join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { type OperatorClient, operatorClient } from "@amana/server";
import { text, type Values } from "../../terminal/command.ts";

/** The data folder that operators' commands work on, through the running server or without one. */
export const DATA_OPTION = { data: { type: "string", value: "FOLDER", describe: "data folder of the server" } } as const;

/** What every data folder has: one of them may be lost, and `doctor` says so. */
const MARKS = ["programme.json", "secrets.json"];

/**
 * Refuses a folder that is no data folder, before anything opens it: opening one takes a lock in it and clears away what looks like
 * interrupted writing. @throws ERR_PROGRAMME_MISSING
 */
export function needDataFolder(folder: string): void {
  if (!MARKS.some((name) => existsSync(join(folder, name)))) throw new AmanaError("ERR_PROGRAMME_MISSING");
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
