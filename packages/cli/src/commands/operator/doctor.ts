import { existsSync } from "node:fs";
import { isAmanaError } from "@amana/core/errors";
import { checkOrigin, checkPlace, checkStore, type Finding, operatorClient, programmeOf, type Status } from "@amana/server";
import { type Command, text, UsageError, type Values } from "../../terminal/command.ts";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";
import { databaseIn, needDataFolder } from "./data-folder.ts";

export const doctor: Command = {
  name: "doctor",
  summary:
    "Check whatever an operator can get wrong: the folder, every envelope against the ledger, witnesses, and what a proxy's logs get to know.",
  positionals: ["FOLDER"],
  options: {
    origin: { type: "string", value: "URL", describe: "where the server is reached from outside, to look at it from there" },
    logs: {
      type: "string",
      multiple: true,
      value: "PATH",
      describe: "log files, or folders of them, of everything in front of the server",
    },
    address: { type: "string", multiple: true, value: "IP", describe: "an address that this machine has outside, to look for in the logs" },
  },
  examples: [
    "amana doctor ./data",
    "amana doctor ./data --origin https://feedback.example.org --logs /var/log/nginx --address 198.51.100.7",
  ],
  notes: [
    "While a server uses the folder it is asked how it stands; documents and envelopes are looked at when none does.",
    "With --origin a marked word is sent by every way that makes proxies write something, and --logs are searched for it and for the sender.",
    "With AMANA_DATABASE_URL or AMANA_DATABASE_FILE set that PostgreSQL database is checked, its settings, too. Servers that use it wait meanwhile.",
    "Exit codes: 0 sound · 1 something is damaged, missing or wrong, and named · 2 could not look.",
  ],
  async run({ positionals: [folder = ""], values }, io) {
    const database = await databaseIn(io.environment);
    if (database !== null) return tell(await checkDatabase(database, io), io);
    if (!existsSync(folder)) throw new UsageError("There is no such folder");
    needDataFolder(folder);
    const findings = [...(await checkPlace(folder, io.now)), ...(await inside(folder, io)), ...(await outside(folder, values, io))];
    return tell(findings, io);
  },
};

/** What was looked at whole, by a check that is made of that alone. */
const WHOLE: Readonly<Record<string, string>> = { documents: "The folder", settings: "The database" };

function tell(findings: readonly Finding[], io: Io): number {
  for (const { check, ok, detail } of findings) if (ok) io.say(`✓ ${check.padEnd(24)} ${detail}`);
  const failed = findings.filter(({ ok }) => !ok);
  for (const { check, detail } of failed) io.warn(`✗ ${check.padEnd(24)} ${detail}`);
  const [what = "What was looked at"] = findings.flatMap(({ check }) => WHOLE[check] ?? []);
  io.say(failed.length === 0 ? `${what} is sound.` : `${failed.length} of ${findings.length} checks do not hold.`);
  io.result({ sound: failed.length === 0, findings });
  return failed.length === 0 ? 0 : CHECK_FAILED;
}

/** Everything in the folder; of one that a server uses, what the server says. */
async function inside(folder: string, io: Io): Promise<readonly Finding[]> {
  try {
    return await checkStore(folder, io.now);
  } catch (error) {
    if (!isAmanaError(error, "ERR_STORE_BUSY")) throw error;
  }
  const operator = await operatorClient(folder);
  try {
    return runningServer(await operator.status());
  } finally {
    await operator.close();
  }
}

function runningServer({ ledgerSize, publication, notification }: Status): Finding[] {
  const { quorum, publicSize, stale, olderCopy, witnesses } = publication;
  const silent = witnesses.filter(({ standing }) => standing !== "cosigned").map(({ url, standing }) => `${url} ${standing}`);
  const enough = witnesses.length - silent.length >= quorum;
  const found = olderCopy
    ? "they have signed entries that this folder does not hold: put the newest copy back"
    : stale
      ? "the newest cosignatures are too old: clients refuse the ledger"
      : `${ledgerSize - publicSize} entries wait for ${quorum} of them`;
  return [
    { check: "server", ok: true, detail: "uses the folder; documents and envelopes are looked at when it does not" },
    ...(quorum + witnesses.length === 0
      ? []
      : [{ check: "witnesses", ok: !olderCopy && !stale && enough, detail: [found, ...silent].join("; ") }]),
    ...(notification === null
      ? []
      : [{ check: "message to handlers", ok: notification.refusal === null, detail: notification.refusal ?? "is handed over each day" }]),
  ];
}

async function outside(folder: string, values: Values, io: Io): Promise<readonly Finding[]> {
  const origin = text(values, "origin");
  const logs = list(values, "logs");
  if (origin === undefined && logs.length > 0) throw new UsageError("--logs needs --origin");
  if (origin === undefined) return [];
  return checkOrigin({ origin, logs, addresses: list(values, "address"), programme: await programmeOf(folder), now: io.now });
}

function list(values: Values, name: string): readonly string[] {
  const given = values[name];
  return Array.isArray(given) ? given : [];
}

/** What is in a database, and by which of its settings it would tell when answers came. */
async function checkDatabase(url: string, io: Io): Promise<readonly Finding[]> {
  const { postgresStore } = await import("@amana/server/postgres");
  const store = await postgresStore(url);
  try {
    const settings = store.telling.map((detail): Finding => ({ check: "settings", ok: false, detail }));
    const sound: Finding = { check: "settings", ok: true, detail: "none by which the database tells when answers came" };
    return [...(settings.length > 0 ? settings : [sound]), ...(await checkStore(store, io.now))];
  } finally {
    await store.close();
  }
}
