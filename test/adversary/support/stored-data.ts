import type { BigIntStats } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One file of a copied data folder, with all that the file system says of it. */
export interface CopiedFile {
  readonly path: string;
  readonly text: string;
  readonly stat: BigIntStats;
  /** Its place in its folder as the file system lists it. */
  readonly place: number;
}

/** One copy of a data folder, as a thief makes it: contents, names, every `stat`, and the order in which folders list their files. */
export async function copyDisk(folder: string): Promise<CopiedFile[]> {
  const files: CopiedFile[] = [];
  const walk = async (path: string): Promise<void> => {
    for (const [place, entry] of (await readdir(join(folder, path), { withFileTypes: true })).entries()) {
      const name = join(path, entry.name);
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile())
        files.push({
          path: name,
          text: await readFile(join(folder, name), "utf8"),
          stat: await lstat(join(folder, name), { bigint: true }),
          place,
        });
    }
  };
  await walk("");
  return files;
}

/** What puts files in an order. */
const KEYS: Readonly<Record<string, (file: CopiedFile) => bigint | string>> = {
  ctime: ({ stat }) => stat.ctimeNs,
  birth: ({ stat }) => stat.birthtimeNs,
  mtime: ({ stat }) => stat.mtimeNs,
  atime: ({ stat }) => stat.atimeNs,
  inode: ({ stat }) => stat.ino,
  size: ({ stat }) => stat.size,
  name: ({ path }) => path,
  listing: ({ place }) => BigInt(place),
};

/** Which documents are compared: what waits, what does not any more, everything. Invitations on the left, ballots on the right. */
const SETS: Readonly<Record<string, readonly [RegExp, RegExp]>> = {
  waiting: [/\/claims\//, /\/pending\//],
  settled: [/\/invitations\//, /\/epochs\//],
  all: [/\/(claims|invitations)\//, /\/(pending|epochs)\//],
};

/** Invitations that were used, in the order of documents and of records inside them. */
function invitations(files: readonly CopiedFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const { data } = JSON.parse(text) as { data: { records: { invited: string }[] } & { invited: string; claim: unknown }[] };
    if (path.includes("/claims/")) return data.records.map(({ invited }) => invited);
    return data.filter(({ claim }) => claim !== null).map(({ invited }) => invited);
  });
}

/** Every answer on a disk, in the order of documents and of records inside them: what waits, and what is in an epoch. */
export function answersOn(files: readonly CopiedFile[]): { readonly responseKey: string; readonly sequence: number }[] {
  return files
    .filter(({ path }) => /\/(pending|epochs)\//.test(path))
    .flatMap(({ path, text }) => {
      type Answer = { responseKey: string; sequence: number };
      const { data } = JSON.parse(text) as { data: { records: Answer[] } & Answer[] };
      return path.includes("/pending/") ? data.records : data;
    });
}

/** Response keys of ballots, likewise. */
function ballots(files: readonly CopiedFile[]): string[] {
  return answersOn(files).map(({ responseKey }) => responseKey);
}

/**
 * Of how many people the thief names the ballot, by each of its methods: it puts invitations and ballots in an order by something that the
 * disk says, and takes the first for the first's, or the last for the last's. `truth` is of those who answered.
 */
export function linked(copy: readonly CopiedFile[], truth: ReadonlyMap<string, string>): Map<string, number> {
  const results = new Map<string, number>();
  for (const [set, [left, right]] of Object.entries(SETS)) {
    for (const [key, of] of Object.entries(KEYS)) {
      const sorted = (filter: RegExp): CopiedFile[] =>
        copy.filter(({ path }) => filter.test(path)).sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
      const used = invitations(sorted(left));
      const given = ballots(sorted(right));
      const named = (shift: number): number =>
        used.filter((invited, at) => truth.has(invited) && truth.get(invited) === given[at + shift]).length;
      results.set(`${set} by ${key}, first with first`, named(0));
      results.set(`${set} by ${key}, last with last`, named(given.length - used.length));
    }
  }
  return results;
}

/** The method that does best, judged by the truth that the thief does not have: more than it could know. */
export function best(results: ReadonlyMap<string, number>): { readonly method: string; readonly count: number } {
  return [...results].reduce((top, [method, count]) => (count > top.count ? { method, count } : top), { method: "none", count: -1 });
}
