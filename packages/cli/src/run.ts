import { isAmanaError } from "@amana/core/errors";
import { findCommand, isGroup, overview } from "./commands/table.ts";
import { type Command, helpOf, parseCommandLine, UsageError } from "./terminal/command.ts";
import { COULD_NOT, type Io } from "./terminal/io.ts";
import { once } from "./terminal/once.ts";

/**
 * Runs one command line and returns the exit code: 0, 1 (a check failed), 2 (could not). With `io.json` exactly one result is written,
 * whatever happens. Tests and the trial call it in their own process.
 */
export async function run(args: readonly string[], outside: Io): Promise<number> {
  const io = once(outside);
  const words = args[0] === "--json" ? args.slice(1) : args[0] === "help" ? [...args.slice(1), "--help"] : args;
  const code = await attempt(words, io);
  io.finish(code);
  return code;
}

async function attempt(args: readonly string[], io: Io): Promise<number> {
  const found = await findCommand(args);
  if (found === null) return withoutCommand(args, io);
  const { command, rest } = found;
  if (rest.includes("--help") || rest.includes("-h")) return tell(helpOf(command), io);
  try {
    return await command.run(parseCommandLine(command, rest), io);
  } catch (error) {
    return explain(error, command, io);
  }
}

function withoutCommand(args: readonly string[], io: Io): number {
  const [first, ...rest] = args.filter((word) => word !== "--json");
  const help = (word: string | undefined): boolean => word === "--help" || word === "-h";
  if (first === undefined || help(first) || (isGroup(first) && rest.some(help))) return tell(overview(args), io);
  const half = isGroup(first) && rest.length === 0;
  const message = half ? `amana ${first} needs one more word` : unknown(args);
  io.warn(`${message}\n\n${overview(isGroup(first) ? [first] : [])}`);
  io.result({ error: "ERR_USAGE", message, problems: [] });
  return COULD_NOT;
}

/** Says what was typed only where it can be a command's name: a code or a passphrase in the wrong place is not repeated. */
function unknown(args: readonly string[]): string {
  const words = args.slice(0, 2).filter((word) => /^[a-z-]{1,20}$/.test(word) && !word.startsWith("-"));
  return `amana: there is no command "${words.join(" ")}"`;
}

function tell(help: string, io: Io): number {
  io.say(help);
  io.result({ help });
  return 0;
}

/** One sentence that says what and what to do; never a stack, unless it is asked for. */
function explain(error: unknown, command: Command, io: Io): number {
  if (error instanceof UsageError) {
    io.warn(`amana ${command.name}: ${error.message}. See: amana ${command.name} --help`);
    io.result({ error: "ERR_USAGE", message: error.message, problems: [] });
  } else if (isAmanaError(error)) {
    const problems = error.details.problems ?? [];
    io.warn(`amana: ${error.message} (${error.code})`);
    for (const { path, message } of problems) io.warn(`  ${path}  ${message}`);
    io.result({ error: error.code, message: error.message, problems });
  } else if (isSystemError(error)) {
    io.warn(`amana: The system refused: ${error.message}`);
    io.result({ error: "ERR_SYSTEM", message: error.message, problems: [] });
  } else {
    // Its message may quote what was being read, so it is shown only with the stack.
    const message = "This should not have happened; nothing is known to be lost.";
    io.warn(`amana: ${message} Set AMANA_DEBUG=1 and try again to see where it failed.`);
    if (io.environment.AMANA_DEBUG !== undefined) io.warn(error instanceof Error ? (error.stack ?? error.message) : "no stack");
    io.result({ error: "ERR_INTERNAL", message, problems: [] });
  }
  return COULD_NOT;
}

/** A full disk, a folder that may not be written: the message names the call and the path, and nothing of any content. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}
