import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock, type CycleSummary, cycle, freePort, startServer, World } from "@amana/example-trial";

/** A trial whose wave has been opened, counted and published: its folder, and what its cycle counted. */
export interface FinishedTrial {
  readonly folder: string;
  readonly data: string;
  readonly programme: string;
  readonly summary: CycleSummary;
  /** The cycle's own lines, as the demo prints them. */
  readonly lines: readonly string[];
  /** A clock behind which the whole wave lies, and all that is kept of reports. */
  readonly now: () => Date;
  /** Runs `amana` on the trial's keys, with a state folder of the caller's. */
  readonly world: World;
  /** Serves a data folder while `work` runs. */
  serving<T>(data: string, work: (url: string) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** Sixteen respondents change or withdraw, two are hostile: these are about the fewest that the cycle can do with. */
export const OFFICIALS = 14;
export const PRIVATE_SECTOR = 16;

/** Runs a small cycle to its end in a temporary folder. */
export async function finishedTrial(): Promise<FinishedTrial> {
  const folder = await mkdtemp(join(tmpdir(), "amana-cycle-"));
  const lines: string[] = [];
  const summary = await cycle({ folder, officials: OFFICIALS, privateSector: PRIVATE_SECTOR, say: (line) => void lines.push(line) });
  const clock = new Clock();
  clock.moveTo(Math.floor(Date.now() / 1000) + 365 * 86_400);
  const world = new World(folder, "http://127.0.0.1/", clock.now);
  const { result } = await world.amana(["status", "--data", world.data]);
  return {
    folder,
    data: world.data,
    programme: (result as { programme: string }).programme,
    summary,
    lines,
    now: clock.now,
    world,
    serving: async (data, work) => {
      const port = await freePort();
      const server = await startServer({ data, port, now: clock.now });
      try {
        return await work(`http://127.0.0.1:${port}/`);
      } finally {
        await server.close();
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
