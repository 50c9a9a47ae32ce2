import { readConfig, serve as run } from "@amana/server";
import { type Command, text, type Values } from "../../terminal/command.ts";
import { needDataFolder } from "./data-folder.ts";

export const serve: Command = {
  name: "serve",
  summary: "Run the reference server until it is told to stop.",
  positionals: [],
  options: {
    config: { type: "string", describe: "JSON file of settings, below flags and variables (AMANA_CONFIG)" },
    data: { type: "string", value: "FOLDER", describe: "data folder (AMANA_DATA)" },
    host: { type: "string", value: "HOST", describe: "address to listen on (AMANA_HOST, 127.0.0.1)" },
    witness: { type: "string", multiple: true, value: "URL", describe: "a witness to ask, once for each (AMANA_WITNESSES)" },
    port: { type: "string", value: "PORT", describe: "port to listen on (AMANA_PORT, 8080)" },
  },
  examples: ["amana serve --data ./data", "AMANA_DATA=./data AMANA_PORT=8081 amana serve"],
  notes: [
    "Also from the environment: AMANA_ORIGIN (address as seen from outside), AMANA_BASE (path with slashes at both ends),",
    "AMANA_FORM (folder of a built form), AMANA_BRAND (JSON file), AMANA_NOTIFY (JSON file: handlers' daily message),",
    "AMANA_DATABASE_FILE or AMANA_DATABASE_URL (address of a PostgreSQL database, which several servers may share; the first names a file that",
    "holds it, closed to others; there is no flag for it, as everyone on a machine sees the flags of others),",
    "AMANA_METRICS (address of this machine for metrics and readiness, like 127.0.0.1:9464; none without it).",
    'In the file each setting has its variable\'s name without AMANA_, in small letters: {"data": "/var/lib/amana", "port": 8080}.',
    "SIGTERM and SIGINT end it: requests that have begun are answered, what was acknowledged is on the disk; a second one kills.",
    "With --json the result is written once the server answers.",
  ],
  async run({ values }, io) {
    const given = {
      AMANA_CONFIG: text(values, "config"),
      AMANA_DATA: text(values, "data"),
      AMANA_HOST: text(values, "host"),
      AMANA_PORT: text(values, "port"),
      AMANA_WITNESSES: witnessesIn(values),
    };
    const environment = { ...io.environment, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
    const config = await readConfig(environment);
    // On a database the folder is made: it has nothing but the operator's socket.
    if (config.database === undefined && config.databaseFile === undefined) needDataFolder(config.data);
    // What stops a server is said by the server itself, in a line `amana: SENTENCE (CODE)`.
    const warn = (line: string): void => {
      const [, message, error] = /^amana: (.*) \((ERR_[A-Z_]+)\)$/.exec(line) ?? [];
      if (error !== undefined) io.result({ error, message, problems: [] });
      io.warn(line);
    };
    return run(config, { say: io.say, warn, now: io.now, stop: io.stop, onListening: (url) => io.result({ url }) });
  },
};

function witnessesIn({ witness }: Values): string | undefined {
  return Array.isArray(witness) ? witness.join(" ") : undefined;
}
