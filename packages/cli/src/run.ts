import { isAmanaError } from "@amana/core/errors";
import { findCommand, overview } from "./commands/table.ts";
import { type Command, helpOf, parseCommandLine, UsageError } from "./terminal/command.ts";
import { COULD_NOT, type Io } from "./terminal/io.ts";

/** Runs one command line and returns the exit code: 0, 1 (a check failed), 2 (could not). Tests and the trial call it in their own process. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const found = await findCommand(args);
  if (found === null) return withoutCommand(args, io);
  const { command, rest } = found;
  if (rest.includes("--help")) {
    io.say(helpOf(command));
    io.result({ help: helpOf(command) });
    return 0;
  }
  try {
    return await command.run(parseCommandLine(command, rest), io);
  } catch (error) {
    return explain(error, command, io);
  }
}

function withoutCommand(args: readonly string[], io: Io): number {
  const [first] = args.filter((word) => word !== "--json");
  const asked = first === undefined || first === "help" || first === "--help";
  if (asked) io.say(overview(args));
  else io.warn(overview(args));
  io.result(asked ? { help: overview(args) } : { error: "ERR_USAGE", problems: [] });
  return asked ? 0 : COULD_NOT;
}

/** One sentence that says what and what to do; never a stack, unless it is asked for. */
function explain(error: unknown, command: Command, io: Io): number {
  if (error instanceof UsageError) {
    io.warn(`amana ${command.name}: ${error.message}. See: amana ${command.name} --help`);
    io.result({ error: "ERR_USAGE", problems: [] });
  } else if (isAmanaError(error)) {
    const problems = error.details.problems ?? [];
    io.warn(`amana: ${error.message} (${error.code})`);
    for (const { path, message } of problems) io.warn(`  ${path}  ${message}`);
    io.result({ error: error.code, problems });
  } else {
    const stack = error instanceof Error ? error.stack : undefined;
    io.warn("amana: This should not have happened; nothing is known to be lost. Set AMANA_DEBUG=1 and try again to see where it failed.");
    if (io.environment.AMANA_DEBUG !== undefined) io.warn(stack ?? "no stack");
    io.result({ error: "ERR_INTERNAL", problems: [] });
  }
  return COULD_NOT;
}
