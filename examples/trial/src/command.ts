import { type Io, run } from "@amana/cli";

/** What a person at a terminal would have typed and seen. */
export interface Ran {
  readonly code: number;
  readonly result: unknown;
  readonly warnings: readonly string[];
}

/** Runs `amana …` in this process, with the trial's clock, and fails loudly when it does not end as expected. */
export async function amana(
  args: readonly string[],
  options: { readonly now: () => Date; readonly state: string; readonly expect?: number },
): Promise<Ran> {
  const warnings: string[] = [];
  let result: unknown = null;
  const io: Io = {
    json: true,
    environment: { AMANA_PINS: `${options.state}/pins.json`, AMANA_STATE: options.state },
    now: options.now,
    fetch: (url, init) => fetch(url, init),
    say: () => undefined,
    result: (value) => {
      result = value;
    },
    warn: (line) => void warnings.push(line),
    progress: () => ({ update: () => undefined, stop: () => undefined }),
    ask: async () => null,
  };
  const code = await run([...args, "--json"], io);
  if (code !== (options.expect ?? 0)) throw new Error(`amana ${args.slice(0, 2).join(" ")} ended with ${code}: ${warnings.join(" ")}`);
  return { code, result, warnings };
}
