import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { operatorClient, readEnv, serve } from "@amana/server";

/** A running trial server. */
export interface TrialServer {
  /** Does what is due by the trial's clock. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

/** What a trial server is started with. */
export interface TrialServerOptions {
  readonly data: string;
  readonly port: number;
  readonly now: () => Date;
}

const inExamples = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Starts the reference server of a trial in this process, on the loopback interface alone. Fails with the sentence it would have ended with. */
export async function startServer({ data, port, now }: TrialServerOptions): Promise<TrialServer> {
  const config = readEnv({
    AMANA_DATA: data,
    AMANA_PORT: String(port),
    AMANA_FORM: inExamples("form/dist/site"),
    AMANA_BRAND: inExamples("trial/brand/brand.json"),
  });
  const stop = new AbortController();
  const warnings: string[] = [];
  let ended: Promise<number> = Promise.resolve(0);
  await new Promise<void>((resolve, reject) => {
    ended = serve(config, {
      say: () => undefined,
      warn: (line) => void warnings.push(line),
      stop: stop.signal,
      onListening: () => resolve(),
      now,
    });
    ended.then(() => reject(new Error(warnings.join("\n"))), reject);
  });
  return {
    tick: async () => {
      const operator = await operatorClient(data);
      await operator.tick().finally(() => operator.close());
    },
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** A port that nobody uses just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
