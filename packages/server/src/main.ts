import { isAmanaError } from "@amana/core/errors";
import { readConfig } from "./config/index.ts";
import { serve } from "./serve.ts";

/** `node dist/main.js`: the reference server, configured by AMANA_* variables. `amana serve` does the same with flags. */
const io = {
  say: (line: string): void => void process.stdout.write(`${line}\n`),
  warn: (line: string): void => void process.stderr.write(`${line}\n`),
};

try {
  process.exitCode = await serve(await readConfig(), io);
} catch (error) {
  if (!isAmanaError(error)) throw error;
  io.warn(`amana: ${error.message} (${error.code})`);
  for (const { path, message } of error.details.problems ?? []) io.warn(`  ${path}  ${message}`);
  process.exitCode = 2;
}
