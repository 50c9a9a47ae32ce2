import { AmanaError, type Problem } from "@amana/core/errors";
import type { Database } from "./database.ts";

type Setting = readonly [is: (value: string) => boolean, message: string];

const off = (value: string): boolean => value === "off";
const on = (value: string): boolean => value !== "off";

/** What a database that answers are promised from may not be set to. */
const REFUSED: Readonly<Record<string, Setting>> = {
  fsync: [off, "is off: what was acknowledged would be lost with the power"],
  full_page_writes: [off, "is off: a page that is half written would be lost with the power"],
  synchronous_commit: [off, "is off: what was acknowledged would be lost with the process"],
  track_commit_timestamp: [on, "is on: it writes down when each answer came"],
  server_version_num: [(value) => Number(value) < 150_000, "is older than PostgreSQL 15"],
};

/** What tells when answers came although the tables do not. Not refused, as it cannot be seen from inside what becomes of it. */
const TELLING: Readonly<Record<string, Setting>> = {
  archive_mode: [on, "is on: archived WAL is a recording of when each answer came, for as long as it is kept"],
  log_statement: [(value) => value !== "none", "logs statements with the moment of each answer"],
  log_min_duration_statement: [(value) => value !== "-1", "logs statements with the moment of each answer"],
  log_duration: [on, "logs the moment of each answer"],
  log_min_duration_sample: [(value) => value !== "-1", "logs statements with the moment of answers"],
  log_transaction_sample_rate: [(value) => Number(value) > 0, "logs statements with the moment of answers"],
  shared_preload_libraries: [
    (value) => /auto_explain|pgaudit/.test(value),
    "has a library that logs statements with the moment of each answer",
  ],
  log_connections: [(value) => value !== "off" && value !== "", "logs when servers connect; of no answer, but nobody needs it"],
};

/** Refuses a database that may forget what it has acknowledged, or that notes times, as far as it can be told from inside. @throws ERR_CONFIG_INVALID */
export async function checkSettings(database: Database): Promise<void> {
  const problems = (await found(database, REFUSED)).map((message): Problem => ({ path: "/AMANA_DATABASE_URL", message }));
  if (problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
}

/** What an operator should see to: sentences, none when all is well. */
export async function tellingSettings(database: Database): Promise<string[]> {
  const told = await found(database, TELLING);
  const [slots] = await database.query<{ count: number }>("SELECT count(*)::int AS count FROM pg_replication_slots");
  if ((slots?.count ?? 0) > 0) told.push("a replication slot keeps WAL, a recording of when each answer came, until its reader has it");
  return told;
}

async function found(database: Database, settings: Readonly<Record<string, Setting>>): Promise<string[]> {
  const rows = await database.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])",
    [Object.keys(settings)],
  );
  return rows.flatMap(({ name, setting }) => {
    const [is, message] = settings[name] ?? [off, ""];
    return is(setting) ? [`${name} ${message}`] : [];
  });
}
