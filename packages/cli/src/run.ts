import { isAmanaError } from "@amana/core/errors";
import { findCommand, overview } from "./commands/table.ts";
import { helpOf, parseCommandLine, UsageError } from "./terminal/command.ts";
import { COULD_NOT, type Io } from "./terminal/io.ts";

/** Runs one command line and returns the exit code: 0, 1 (a check failed), 2 (could not). Tests and the trial call it in their own process. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const found = await findCommand(args);
  if (found === null) {
    const asked = args.length === 0 || args[0] === "help" || args.includes("--help");
    (asked ? (line: string) => io.say(line) : (line: string) => io.warn(line))(overview(args));
    return asked ? 0 : COULD_NOT;
  }
  const { command, rest } = found;
  try {
    if (rest.includes("--help")) {
      io.say(helpOf(command));
      return 0;
    }
    return await command.run(parseCommandLine(command, rest), io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.warn(`amana ${command.name}: ${error.message}. See: amana ${command.name} --help`);
      return COULD_NOT;
    }
    if (!isAmanaError(error)) throw error;
    io.warn(`amana: ${error.message} (${error.code})`);
    for (const { path, message } of error.details.problems ?? []) io.warn(`  ${path}  ${message}`);
    io.result({ error: error.code, problems: error.details.problems ?? [] });
    return COULD_NOT;
  }
}
