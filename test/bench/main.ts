import { parseArgs } from "node:util";
import type { Row } from "./benchmark.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { table } from "./table.ts";

/*
 * `npm run bench -- <name> [--json] [--short]`: runs one benchmark on what was built. Rows go to stdout, how far it is to stderr.
 * Ends with 0 when everything that is asked was reached, 1 when something was missed, 2 when it could not run.
 */
const USAGE = `npm run bench -- <name> [--json] [--short]

${Object.entries(BENCHMARKS)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join("\n")}

  --json     one JSON object on each line, in place of a table
  --short    a smaller form of at most a minute

Ends with 0 when every limit was kept, 1 when one was missed, 2 when nothing could be measured.
`;

async function main(args: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const benchmark = positionals.length === 1 ? BENCHMARKS[positionals[0] as string] : undefined;
  if (benchmark === undefined) {
    process.stderr.write(`${positionals.length === 0 ? "Which benchmark?" : `No such benchmark: ${positionals.join(" ")}`}\n\n${USAGE}`);
    return 2;
  }
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const rows: Row[] = [];
  const { run } = await benchmark.load();
  for await (const row of run({ short: values.short, progress })) {
    rows.push(row);
    if (values.json) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  if (!values.json) process.stdout.write(table(rows));
  const missed = rows.filter(({ passed }) => passed === false).length;
  if (missed > 0) progress(`${missed} of ${rows.length} rows miss what is asked of them`);
  return missed === 0 ? 0 : 1;
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  return parseArgs({ args: [...args], allowPositionals: true, options: { json: flag, short: flag, help: { ...flag, short: "h" } } });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);
