import { readdir, readFile } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import type { Database } from "./database.ts";

const FOLDER = new URL("../../../migrations/", import.meta.url);
/** Two processes that start at once bring the tables up to date one after the other. */
const LOCK = "SELECT pg_advisory_xact_lock(5715268110413)";

/** The version of the tables that this program works with. */
export async function newestVersion(): Promise<number> {
  return (await migrations()).length;
}

/**
 * Brings the tables to the present version, all steps or none. @returns the version that was found, 0 for none
 * @throws ERR_STORE_NEWER for a database of a newer program
 */
export async function migrate(database: Database): Promise<number> {
  const steps = await migrations();
  return database.transaction(async (query) => {
    await query(LOCK);
    await query("CREATE SCHEMA IF NOT EXISTS amana");
    await query("CREATE TABLE IF NOT EXISTS amana.version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL)");
    const [row] = await query<{ version: number }>("SELECT version FROM amana.version");
    const found = row?.version ?? 0;
    if (found > steps.length) throw new AmanaError("ERR_STORE_NEWER");
    for (const name of steps.slice(found)) await query(await readFile(new URL(name, FOLDER), "utf8"));
    await query("INSERT INTO amana.version (version) VALUES ($1) ON CONFLICT (one) DO UPDATE SET version = EXCLUDED.version", [
      steps.length,
    ]);
    return found;
  }, "slow");
}

async function migrations(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => /^\d{4}\.sql$/.test(name)).sort();
}
