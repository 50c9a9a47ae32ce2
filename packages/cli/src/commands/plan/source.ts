import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Transport } from "@amana/client/auditor";
import { SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { decodeRelease } from "@amana/core/release";
import {
  type ActionPlan,
  decodeActionPlan,
  PLAN_LIMIT,
  type PlanFile,
  type ReleasedResults,
  type Releases,
  roundsOfPlan,
} from "@amana/results";
import { text, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";

/** Where releases and published plans are read from. */
export const SOURCE_OPTION = {
  from: { type: "string", value: "SOURCE", describe: "a server's address, or a folder with releases/<round>/ as it serves them" },
} as const;

const RESULTS_LIMIT = 16 * 2 ** 20;

/** What a server publishes, by path below its address; from a folder in which it was saved, too. */
export interface Source {
  /** Null where there is nothing. @throws ERR_NETWORK, ERR_RESPONSE_INVALID */
  find(path: string, limit: number): Promise<Uint8Array | null>;
}

/** @throws UsageError when there is no --from */
export function sourceOf(values: Values, io: Io): Source {
  const from = text(values, "from", true);
  if (/^https?:\/\//.test(from)) return new Transport(from, io.fetch);
  return {
    find: async (path, limit) => {
      const bytes = await readFile(join(from, path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      if (bytes !== null && bytes.length > limit) throw new AmanaError("ERR_RESPONSE_INVALID");
      return bytes === null ? null : new Uint8Array(bytes);
    },
  };
}

/**
 * The releases that a plan's figures stand in, by round; a round without one is left out, and the plan's check names it. That `results.json`
 * is what the release lists is checked here; that k trustees signed the release is checked by whoever publishes, and by `amana verify`.
 * @throws ERR_RELEASE_INVALID
 */
export async function releasesFor(file: PlanFile, source: Source): Promise<Releases> {
  const releases = new Map<string, ReleasedResults>();
  for (const round of roundsOfPlan(file)) {
    const released = await readReleased(source, round);
    if (released !== null) releases.set(round, released);
  }
  return releases;
}

/** The results of a round, and the release that lists them; null where there are none. @throws ERR_RELEASE_INVALID */
export async function readReleased(source: Source, round: string): Promise<ReleasedResults | null> {
  const release = await source.find(`releases/${round}/release.json`, 2 ** 20);
  const results = await source.find(`releases/${round}/results.json`, RESULTS_LIMIT);
  if (release === null || results === null) return null;
  const listed = decodeRelease(release).files.find(({ name }) => name === "results.json");
  if (listed?.sha256 !== toHex(SHA256(results)))
    throw new AmanaError("ERR_RELEASE_INVALID", { note: "results.json is not the one that it lists." });
  return { release: toHex(SHA256(release)), results: JSON.parse(new TextDecoder().decode(results)) as ReleasedResults["results"] };
}

/** The newest published revision of a plan; null before the first. @throws ERR_JSON_SCHEMA, ERR_JSON_CANONICAL */
export async function publishedPlan(plan: string, source: Source): Promise<ActionPlan | null> {
  const bytes = await source.find(`plans/${plan}/plan.json`, PLAN_LIMIT);
  return bytes === null ? null : decodeActionPlan(bytes);
}
