import { once } from "node:events";
import { join } from "node:path";
import { encodeJson, toHex } from "@amana/core/bytes";
import type { BenchmarkOptions, Row } from "../benchmark.ts";
import { Processes } from "../processes.ts";
import type { Comparison } from "./comparisons.ts";
import type { Making, Posted, Posting } from "./generator.ts";
import { makeSurvey } from "./survey.ts";

/** What an admission must reach: of a bare Express handler's rate, of the floor's, and how much longer than bare 99 of 100 may take. */
const LEAST_OF_BARE = 0.25;
const LEAST_OF_FLOOR = 0.7;
const MOST_TIMES_BARE = 5;
const CONNECTIONS = 64;
const SIZES = { long: { rounds: 5, each: 3000 }, short: { rounds: 3, each: 600 } } as const;

type Target = "amana" | "bare" | "floor";
const TARGETS: readonly Target[] = ["bare", "amana", "floor"];

/** `admission`: durable admissions a second of one server process on the lowdb store, beside a bare handler and the least that durability costs. */
export async function* run({ short, progress }: BenchmarkOptions): AsyncGenerator<Row, void, undefined> {
  const { rounds, each } = SIZES[short ? "short" : "long"];
  const processes = await Processes.open("admission");
  const { folder } = processes;
  const compared = async (kind: Comparison["kind"], manifest: string): Promise<string> => {
    const child = processes.start(new URL("./comparisons.js", import.meta.url));
    child.send({ kind, manifest, folder } satisfies Comparison);
    return ((await once(child, "message")) as [string])[0];
  };
  try {
    const data = join(folder, "data");
    const { manifest, issuerKey } = await makeSurvey(data);
    const encoded = Buffer.from(encodeJson(manifest)).toString("base64");
    const generator = processes.start(new URL("./generator.js", import.meta.url));
    const making = { manifest: encoded, spki: toHex(issuerKey.spki), pkcs8: toHex(issuerKey.pkcs8) };
    generator.send({ ...making, count: (rounds + 1) * each } satisfies Making);
    const ready = once(generator, "message");
    const urls: Readonly<Record<Target, string>> = {
      amana: await processes.serve(data),
      bare: await compared("bare", encoded),
      floor: await compared("floor", encoded),
    };
    progress(`${(rounds + 1) * each} submissions are made`);
    await ready;

    const seen: Record<Target, { readonly rate: number; readonly p99: number }[]> = { amana: [], bare: [], floor: [] };
    // The first round warms up all three and does not count.
    for (let round = 0; round <= rounds; round++) {
      for (const target of TARGETS) {
        const posting = { url: urls[target], from: round * each, to: (round + 1) * each, connections: CONNECTIONS };
        generator.send(posting satisfies Posting);
        const [posted] = (await once(generator, "message")) as [Posted];
        const measured = { rate: (1000 * each) / posted.milliseconds, p99: quantile(posted.each, 0.99) };
        if (round > 0) seen[target].push(measured);
        progress(`round ${round}: ${target} ${Math.round(measured.rate)} a second, p99 ${measured.p99.toFixed(1)} ms`);
      }
    }
    const rates = (target: Target): number[] => seen[target].map(({ rate }) => rate);
    const ratios = (target: Target): number[] => rates("amana").map((rate, at) => rate / (rates(target)[at] ?? 0));
    const times = seen.amana.map(({ p99 }, at) => p99 / (seen.bare[at]?.p99 ?? 0));
    const [ratio, floorRatio, p99Ratio] = [ratios("bare"), ratios("floor"), times].map((values) => quantile(values, 0.5)) as [
      number,
      number,
      number,
    ];
    yield {
      name: "admission",
      submissions: rounds * each,
      value: quantile(rates("amana"), 0.5),
      unit: "durable admissions a second",
      limit: quantile(rates("bare"), 0.5),
      ratio,
      ratioLow: Math.min(...ratios("bare")),
      ratioHigh: Math.max(...ratios("bare")),
      floor: quantile(rates("floor"), 0.5),
      floorRatio,
      floorRatioLow: Math.min(...ratios("floor")),
      floorRatioHigh: Math.max(...ratios("floor")),
      p99: quantile(
        seen.amana.map(({ p99 }) => p99),
        0.5,
      ),
      p99Ratio,
      passed: ratio >= LEAST_OF_BARE && floorRatio >= LEAST_OF_FLOOR && p99Ratio < MOST_TIMES_BARE,
    };
  } finally {
    await processes.close();
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
