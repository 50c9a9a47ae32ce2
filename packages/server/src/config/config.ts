import { resolve } from "node:path";
import { AmanaError, type Problem } from "@amana/core/errors";
import { settingsIn } from "./file.ts";

/** How a server is run. Secrets are not among it: they are in the data folder. */
export interface Config {
  /** Data folder. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** Where the server is reached from outside; checked against the programme. */
  readonly origin?: string | undefined;
  /** Path under which everything is served, with slashes at both ends. */
  readonly base: string;
  /** Where the programme's witnesses are asked. */
  readonly witnesses: readonly string[];
  /** Folder of a built form. */
  readonly form?: string | undefined;
  /** JSON file of the brand: `{ "name": { "fr": "…" }, "logo": "logo.svg", "accent": "#123456" }`. */
  readonly brand?: string | undefined;
  /** JSON file that says when and to whom handlers' daily message goes. */
  readonly notify?: string | undefined;
  /** Address of a PostgreSQL database: a secret, which stands in no line and no error. Without it everything is in the data folder. */
  readonly database?: string | undefined;
  /** File that holds the address, closed to others. */
  readonly databaseFile?: string | undefined;
  /** Where metrics are served, to this machine alone; nowhere without it. */
  readonly metrics?: { readonly host: string; readonly port: number } | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings by their names: what each must be, and how it is read. An empty variable is as good as none. */
const SETTINGS = {
  AMANA_DATA: [/^[^\0]+$/, "a folder; it is required"],
  AMANA_HOST: [/^[A-Za-z0-9.:-]{1,255}$/, "a host name or an address"],
  AMANA_PORT: [/^([0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$/, "a port, 0 to 65535"],
  AMANA_ORIGIN: [/^https?:\/\/[^\s/?#+]+(\/[^\s?#+]*)?$/, "an address like https://example.org/feedback"],
  AMANA_BASE: [/^\/([A-Za-z0-9._-]+\/)*$/, "a path with slashes at both ends, like /feedback/"],
  AMANA_WITNESSES: [/^https?:\/\/[^\s?#]+(\s+https?:\/\/[^\s?#]+)*$/, "addresses with a space between them"],
  AMANA_FORM: [/^[^\0]+$/, "a folder"],
  AMANA_BRAND: [/^[^\0]+$/, "a JSON file"],
  AMANA_NOTIFY: [/^[^\0]+$/, "a JSON file"],
  AMANA_DATABASE_URL: [/^postgres(ql)?:\/\/[^\s\0]+$/, "an address like postgres://user:password@host/database"],
  AMANA_DATABASE_FILE: [/^[^\0]+$/, "a file"],
  AMANA_METRICS: [/^(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}$/, "an address of this machine alone, like 127.0.0.1:9464"],
} as const satisfies Record<string, readonly [RegExp, string]>;

/** Every variable that configures a server; `AMANA_CONFIG` names the file. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/** What is a secret itself stands in no file of settings. */
const SECRET: readonly string[] = ["AMANA_DATABASE_URL"];
/** The names that settings have in a file: those of the variables without `AMANA_`, in small letters. */
const IN_FILE: ReadonlySet<string> = new Set(SETTING_NAMES.filter((name) => !SECRET.includes(name)).map(inFile));

/**
 * Reads the configuration: variables of the environment and, below them, the JSON file that `AMANA_CONFIG` names. Nothing else reads either.
 * @throws ERR_CONFIG_INVALID with every mistake in both
 */
export async function readConfig(environment: Environment = process.env): Promise<Config> {
  const problems: Problem[] = [];
  const file = environment.AMANA_CONFIG;
  return configOf(environment, file === undefined || file === "" ? {} : await settingsIn(resolve(file), IN_FILE, problems), problems);
}

/** The same of variables alone. @throws ERR_CONFIG_INVALID with every mistake */
export function readEnv(environment: Environment = process.env): Config {
  return configOf(environment, {}, []);
}

function configOf(environment: Environment, file: Environment, problems: Problem[]): Config {
  const read = (name: keyof typeof SETTINGS): string | undefined => {
    const given = environment[name] || undefined;
    const value = given ?? (file[inFile(name)] || undefined);
    const [form, expected] = SETTINGS[name];
    const path = given === undefined && value !== undefined ? `/AMANA_CONFIG/${inFile(name)}` : `/${name}`;
    if (value === undefined ? name === "AMANA_DATA" : !form.test(value)) problems.push({ path, message: `expected ${expected}` });
    return value;
  };
  const metrics = /^\[?([^\]]*)\]?:(\d+)$/.exec(read("AMANA_METRICS") ?? "");
  const config = {
    data: resolve(read("AMANA_DATA") ?? "."),
    host: read("AMANA_HOST") ?? "127.0.0.1",
    port: Number(read("AMANA_PORT") ?? "8080"),
    origin: read("AMANA_ORIGIN"),
    base: read("AMANA_BASE") ?? "/",
    witnesses: (read("AMANA_WITNESSES") ?? "").split(/\s+/).filter((url) => url !== ""),
    form: read("AMANA_FORM"),
    brand: read("AMANA_BRAND"),
    notify: read("AMANA_NOTIFY"),
    database: read("AMANA_DATABASE_URL"),
    databaseFile: read("AMANA_DATABASE_FILE"),
    metrics: metrics === null ? undefined : { host: metrics[1] as string, port: Number(metrics[2]) },
  };
  if (problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  return config;
}

function inFile(name: string): string {
  return name.slice("AMANA_".length).toLowerCase();
}
