import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchmarkOptions, Row } from "../benchmark.ts";
import { auditLedger } from "./auditing.ts";
import { bareSeconds, cpuSeconds } from "./bare.ts";
import { type BenchLedger, writeLedger } from "./ledger.ts";

/** An audit may cost so many times its bare signature checks. */
const MOST_TIMES = 2;
/** And so many living bytes for each submission, above what it takes whatever the ledger's size. */
const MOST_BYTES = 300;

/** The short form ends within a minute on two cores, also on a machine that does something else beside it; the long one takes a quarter of an hour. */
const SIZES = { long: [1_000, 10_000, 100_000], short: [1_000, 4_000] } as const;
const ROUNDS = { long: 5, short: 3 } as const;

/** `audit`: a whole ledger, from its files, against the signature checks in it; and the memory that it takes, at growing sizes. */
export async function* run({ short, progress }: BenchmarkOptions): AsyncGenerator<Row, void, undefined> {
  const form = short ? "short" : "long";
  let smallest = 0;
  for (const [at, people] of SIZES[form].entries()) {
    const folder = await mkdtemp(join(tmpdir(), "amana-bench-audit-"));
    try {
      const ledger = await writeLedger(folder, people, progress);
      const last = at === SIZES[form].length - 1;
      const bytes = await memory(ledger);
      if (at === 0) smallest = bytes;
      yield memoryRow(people, bytes, smallest);
      if (last) yield await timed(ledger, people, ROUNDS[form], progress);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Bare and audit in turn, so that both meet the same machine. */
async function timed(ledger: BenchLedger, submissions: number, rounds: number, progress: (line: string) => void): Promise<Row> {
  const bare: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(bareSeconds(ledger));
    const began = process.cpuUsage();
    await auditLedger(ledger);
    whole.push(cpuSeconds(began));
    progress(`round ${round + 1} of ${rounds}: bare ${bare.at(-1)?.toFixed(1)} s, audit ${whole.at(-1)?.toFixed(1)} s`);
  }
  const ratios = whole.map((seconds, round) => seconds / (bare[round] as number));
  const ratio = median(ratios);
  const spread = Math.max(...ratios) - Math.min(...ratios);
  return {
    name: "audit",
    submissions,
    value: median(whole),
    unit: "s",
    limit: median(bare),
    ratio,
    spread,
    rounds,
    passed: ratio <= MOST_TIMES,
  };
}

function memoryRow(submissions: number, value: number, smallest: number): Row {
  const each = submissions === 1_000 ? null : Math.max(0, value - smallest) / (submissions - 1_000);
  const limit = smallest + MOST_BYTES * submissions;
  return { name: "audit-memory", submissions, value, unit: "B", limit, ratio: value / limit, bytesEach: each, passed: value <= limit };
}

/** Bytes of the audit's own, measured in a process of its own. */
function memory({ folder, programme, now }: BenchLedger): Promise<number> {
  const child = fork(fileURLToPath(new URL("./memory.js", import.meta.url)), { execArgv: ["--expose-gc"] });
  return new Promise((resolve, reject) => {
    child.once("message", (bytes) => resolve(Number(bytes)));
    child.once("exit", (code) => reject(new Error(`the process that measures memory ended with ${code}`)));
    child.send({ folder, programme, now: now.toISOString() });
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
