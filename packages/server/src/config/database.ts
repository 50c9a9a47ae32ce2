import { readFile, stat } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import type { Config } from "./config.ts";

const ADDRESS = /^postgres(ql)?:\/\/[^\s\0]+$/;

/** The address of the database, from the environment or its file; null without one. @throws ERR_CONFIG_INVALID for a file that others can read, or that holds none */
export async function readDatabase({ database, databaseFile }: Pick<Config, "database" | "databaseFile">): Promise<string | null> {
  if (databaseFile === undefined) return database ?? null;
  if (database !== undefined) throw wrong("both this and AMANA_DATABASE_URL are set");
  const [found, text] = await Promise.all([stat(databaseFile), readFile(databaseFile, "utf8")]).catch(() => {
    throw wrong("cannot be read");
  });
  if ((found.mode & 0o077) !== 0 && process.platform !== "win32") throw wrong("others can read it: chmod 600");
  if (!ADDRESS.test(text.trim())) throw wrong("expected an address like postgres://user:password@host/database");
  return text.trim();
}

function wrong(message: string): AmanaError {
  return new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path: "/AMANA_DATABASE_FILE", message }] });
}
