import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { toHex } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import { type LowdbStore, lowdbStore } from "@amana/server";
import type { BenchmarkOptions, Row } from "../benchmark.ts";

/** With a hundred times as many stored, an admission may cost so many times as much; and each stored one so many bytes of memory. */
const MOST_TIMES = 1.25;
const MOST_BYTES = 220;
const SIZES = { long: [1000, 10_000, 100_000], short: [200, 2000, 10_000] } as const;
/** A leaf, and the envelope of a small ballot for three trustees. */
const LEAF = 554;
const ENVELOPE = 4000;
const AT_ONCE = 64;
/** Submissions that are sealed together. */
const EPOCH = 1000;
/** Admissions of one measurement, and how often each store is measured; the median counts. */
const MEASURED = 128;
const TRIES = 15;

/** `growth`: what an admission costs the lowdb store with more and more stored, all sizes in turns, and the memory that each submission takes. */
export async function* run({ short, progress }: BenchmarkOptions): AsyncGenerator<Row, void, undefined> {
  const folder = await mkdtemp(join(tmpdir(), "amana-bench-growth-"));
  const filled: Filling[] = [];
  try {
    for (const size of SIZES[short ? "short" : "long"]) {
      const filling = new Filling(await lowdbStore(join(folder, String(size))), size);
      filled.push(filling);
      // The first tenth compiles code and makes tables: that is the engine's memory, whatever is stored.
      await filling.fill(size / 10, progress);
      const before = await heldBytes();
      await filling.fill(size, progress);
      filling.bytes = ((await heldBytes()) - before) / (0.9 * size);
    }
    for (let at = 0; at <= TRIES; at++) {
      for (const filling of filled) {
        const began = performance.now();
        await filling.admit(MEASURED);
        // The first round warms up.
        if (at > 0) filling.times.push((performance.now() - began) / MEASURED);
        await filling.seal();
      }
    }
    const [first] = filled;
    for (const { size, bytes, times } of filled) {
      const [value, limit] = [median(times), median(first?.times ?? [])];
      const ratios = times.map((time, at) => time / (first?.times[at] ?? Number.NaN));
      const spread = { ratioLow: Math.min(...ratios), ratioHigh: Math.max(...ratios) };
      const ratio = median(ratios);
      const last = size === filled.at(-1)?.size;
      yield {
        name: "growth",
        stored: size,
        value,
        unit: "ms an admission",
        limit,
        ratio,
        ...spread,
        passed: last ? ratio <= MOST_TIMES : null,
      };
      if (!last) continue;
      const kept = { value: bytes, unit: "bytes of memory a submission", limit: MOST_BYTES, ratio: bytes / MOST_BYTES };
      yield { name: "growth-memory", stored: size, ...kept, passed: bytes <= MOST_BYTES };
    }
  } finally {
    for (const filling of filled) await filling.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A store of so many submissions: new keys, 64 at once, sealed a thousand at a time. */
class Filling {
  readonly size: number;
  readonly times: number[] = [];
  bytes: number = Number.NaN;
  readonly #store: LowdbStore;
  readonly #round = toHex(randomBytes(32));
  #epoch = 0;
  #stored = 0;

  constructor(store: LowdbStore, size: number) {
    this.#store = store;
    this.size = size;
  }

  async fill(size: number, progress: (line: string) => void): Promise<void> {
    while (this.#stored < size) {
      await this.admit(Math.min(EPOCH, size - this.#stored));
      await this.seal();
      if (this.#stored % 10_000 === 0) progress(`${this.#stored} of ${this.size} stored`);
    }
  }

  async seal(): Promise<void> {
    await this.#store.prepareEpoch(this.#round, this.#epoch, "drop");
    await this.#store.finishEpoch(this.#round, this.#epoch, "drop");
    this.#epoch++;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async admit(count: number): Promise<void> {
    let left = count;
    const sender = async (): Promise<void> => {
      while (left-- > 0) {
        const outcome = await this.#store.admitSubmission(this.#round, {
          responseKey: toHex(randomBytes(32)),
          sequence: 0,
          audience: 0,
          leafHash: toHex(randomBytes(32)),
          leaf: randomBytes(LEAF),
          envelope: randomBytes(ENVELOPE),
          epoch: this.#epoch,
          gapless: false,
          revisionsUpTo: EPOCH,
        });
        if (outcome.outcome !== "admitted") throw new Error(`not admitted: ${outcome.outcome}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    this.#stored += count;
  }
}

/** Living memory of this process. Buffers that one collection finds dead are given back while the next one waits for it. */
async function heldBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let at = 0; at < 3; at++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
