import { parseArgs } from "node:util";
import type { Io } from "./io.ts";

/** An option of a command. Its description is what `--help` prints. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly describe: string;
  /** What stands for the value in the usage line; `FILE` unless said. */
  readonly value?: string;
  readonly multiple?: boolean;
}

/** The values of the options given, by name. */
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One command of `amana`: what it is for, how it is called, what it does. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments, as the usage line shows them: `URL`, `[NAME]`; `FILE…` as the last for one or more. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly string[];
  /** What else its help says, a line each. */
  readonly notes?: readonly string[];
  /** Returns the exit code: 0, 1 (a check failed), 2 (could not). Loaded when called: a trustee's machine never loads a server. */
  run(args: { readonly positionals: readonly string[]; readonly values: Values }, io: Io): Promise<number>;
}

/** A mistake in how a command was called: exit code 2, with a line that says what to type. */
export class UsageError extends Error {}

/** Reads a command line. @throws UsageError */
export function parseCommandLine(command: Command, args: readonly string[]): { positionals: string[]; values: Values } {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...COMMON }).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
  );
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const required = command.positionals.filter((name) => !name.startsWith("[")).length;
    if (positionals.length < required) throw new UsageError(`Missing: ${command.positionals.slice(positionals.length).join(" ")}`);
    const most = command.positionals.at(-1)?.endsWith("…") === true ? Number.POSITIVE_INFINITY : command.positionals.length;
    if (positionals.length > most) throw new UsageError("Too many arguments");
    return { positionals, values: values as Values };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(reason(error));
  }
}

/** The parser's own sentence without its advice; it names the option, and never a value. */
function reason(error: unknown): string {
  const message = error instanceof Error && "code" in error ? error.message : "Wrong options";
  return /^Unexpected argument/.test(message) ? "Too many arguments" : ((message.split(/[\n.]/)[0] as string) ?? message);
}

export const COMMON: Readonly<Record<string, Option>> = {
  json: { type: "boolean", describe: "print one JSON object instead of text" },
  help: { type: "boolean", describe: "show this help" },
};

/** The help of one command. */
export function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON }).map(([name, { type, describe, value }]) => {
    const flag = type === "boolean" ? `--${name}` : `--${name} ${value ?? "FILE"}`;
    return `  ${flag.padEnd(28)} ${describe}`;
  });
  const usage = ["amana", command.name, ...command.positionals, "[options]"].join(" ");
  return [
    command.summary,
    "",
    `Usage: ${usage}`,
    "",
    "Options:",
    ...options,
    "",
    "Examples:",
    ...command.examples.map((line) => `  ${line}`),
    ...(command.notes === undefined ? [] : ["", ...command.notes]),
  ].join("\n");
}

/** The value of a string option. @throws UsageError when it is required and missing */
export function text(values: Values, name: string): string | undefined;
export function text(values: Values, name: string, required: true): string;
export function text(values: Values, name: string, required = false): string | undefined {
  const value = values[name];
  if (typeof value === "string" && value !== "") return value;
  if (required) throw new UsageError(`Missing: --${name}`);
  return undefined;
}

/** The value of a required option that names an organisation or a round. @throws UsageError */
export function nameOption(values: Values, name: string): string {
  const value = text(values, name, true);
  if (!/^[a-z0-9-]{1,64}$/.test(value)) throw new UsageError(`--${name} takes small letters, digits and hyphens`);
  return value;
}

/** The value of a whole-number option. @throws UsageError */
export function wholeNumber(values: Values, name: string): number | undefined {
  const value = text(values, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--${name} takes a whole number`);
  return Number(value);
}
