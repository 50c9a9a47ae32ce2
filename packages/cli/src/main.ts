#!/usr/bin/env node
import { run } from "./run.ts";
import { processIo } from "./terminal/process-io.ts";

// Whoever reads our output may stop reading: `amana | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));

process.exitCode = await run(process.argv.slice(2), processIo(process.argv.includes("--json")));
