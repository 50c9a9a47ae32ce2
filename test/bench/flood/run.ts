import { once } from "node:events";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Inbox, openedInMemory, readChannel } from "@amana/client/handler";
import { openChannel } from "@amana/client/reporter";
import { fetchProgramme, LedgerView, Transport } from "@amana/client/trustee";
import { encodeJson } from "@amana/core/bytes";
import type { BenchmarkOptions, Row } from "../benchmark.ts";
import { Processes } from "../processes.ts";
import { CHANNEL, type FloodChannel, makeChannel } from "./channel.ts";
import type { Flood, Flooded } from "./junk.ts";
import { junkFor } from "./messages.ts";
import { Poster } from "./post.ts";

/** While a flood goes on, and while none does: 99 of 100 honest messages take at most so many times as long, and so does a handler's list. */
const MOST_TIMES = 3;
const SIZES = { long: { junk: 10_000, quiet: 200 }, short: { junk: 600, quiet: 50 } } as const;
const CONNECTIONS = 64;
const CASES = 3;

/** `flood`: junk with valid work from another address, while honest messages come; and a handler's list afterwards. The server has its own process. */
export async function* run({ short, progress }: BenchmarkOptions): AsyncGenerator<Row, void, undefined> {
  const { junk, quiet } = SIZES[short ? "short" : "long"];
  const processes = await Processes.open("flood");
  const { folder } = processes;
  try {
    const channel = await makeChannel(join(folder, "data"));
    const url = await processes.serve(join(folder, "data"));
    const handler = new Handler(url, channel);
    for (let at = 0; at < CASES; at++) await report(url, channel, `case ${at}`);
    await handler.open(true);
    const before = await handler.open(false);

    const flooder = processes.start(new URL("./junk.js", import.meta.url));
    const manifest = Buffer.from(encodeJson(channel.manifest)).toString("base64");
    flooder.send({ url, manifest, messages: junk, connections: CONNECTIONS, address: "127.0.0.2" } satisfies Flood);
    progress(`${junk} messages are made`);
    await once(flooder, "message");

    const honest = junkFor(channel.manifest);
    const poster = new Poster(url, "127.0.0.1", 1);
    // The first ones warm up both sides.
    await timed(poster, honest, (count) => count < quiet / 4);
    const unloaded = await timed(poster, honest, (count) => count < quiet);
    progress("the flood begins");
    let flooded: Flooded | null = null;
    flooder.once("message", (done: Flooded) => {
      flooded = done;
    });
    flooder.send("go");
    const loaded = await timed(poster, honest, () => flooded === null);
    poster.close();
    const { refused } = flooded as unknown as Flooded;
    const times = percentile(loaded, 0.99) / percentile(unloaded, 0.99);
    yield {
      name: "flood",
      junk,
      refusedJunk: refused,
      honest: loaded.length,
      value: percentile(loaded, 0.99),
      unit: "ms p99",
      limit: percentile(unloaded, 0.99),
      ratio: times,
      medianRatio: percentile(loaded, 0.5) / percentile(unloaded, 0.5),
      passed: times <= MOST_TIMES,
    };
    const after = await handler.open(false);
    const same = JSON.stringify(after.cases) === JSON.stringify(before.cases);
    const ratio = after.milliseconds / before.milliseconds;
    yield {
      name: "flood-inbox",
      waiting: after.waiting,
      sameCases: same,
      value: after.milliseconds,
      unit: "ms",
      limit: before.milliseconds,
      ratio,
      passed: same && ratio <= MOST_TIMES,
    };
  } finally {
    await processes.close();
  }
}

async function report(url: string, { programme }: FloodChannel, text: string): Promise<void> {
  const channel = await openChannel(url, CHANNEL, { programme });
  await channel.report(channel.newSecretCode(), { locale: "en", fields: {}, text });
}

/** A handler with what they opened before. */
class Handler {
  readonly #transport: Transport;
  readonly #channel: FloodChannel;
  readonly #opened = openedInMemory();

  constructor(url: string, channel: FloodChannel) {
    this.#transport = new Transport(url);
    this.#channel = channel;
  }

  /** The list as it is shown at once; with `all`, everything is opened after it. */
  async open(all: boolean): Promise<{ milliseconds: number; cases: readonly string[]; waiting: number }> {
    const now = new Date();
    const programme = await fetchProgramme(this.#transport, this.#channel.programme);
    const channel = await readChannel(this.#transport, await LedgerView.fetch(this.#transport, programme, now), CHANNEL);
    const tries: number[] = [];
    const open = (): Promise<Inbox> =>
      Inbox.open({ transport: this.#transport, channel, keys: this.#channel.keys, now, opened: this.#opened });
    let inbox = await open();
    for (let at = 0; at < 5; at++) {
      const began = performance.now();
      inbox = await open();
      tries.push(performance.now() - began);
    }
    while (all && (await inbox.openMore()) > 0);
    return { milliseconds: percentile(tries, 0.5), cases: inbox.cases.map(({ reference }) => reference), waiting: inbox.waiting };
  }
}

/** How long messages take, one after the other, in milliseconds. */
async function timed(poster: Poster, messages: AsyncIterator<Uint8Array>, more: (count: number) => boolean): Promise<number[]> {
  const times: number[] = [];
  while (more(times.length)) {
    const { value } = await messages.next();
    const began = performance.now();
    const status = await poster.post(value);
    times.push(performance.now() - began);
    if (status !== 200) throw new Error(`an honest message was refused: ${status}`);
  }
  return times;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
