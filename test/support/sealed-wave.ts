import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRound } from "@amana/client";
import { Clock, freePort, respond, startServer, WAVE, World } from "@amana/example-trial";

/** A wave that has just closed: its answers are sealed, and its trustees have held nothing yet. */
export interface SealedWave {
  readonly folder: string;
  readonly data: string;
  readonly world: World;
  /** Serves a data folder at the address that the trustees know. */
  serving<T>(data: string, work: (url: string) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** A wave with a few answers, closed a moment ago by its clock. The server is stopped. */
export async function sealedWave(): Promise<SealedWave> {
  const folder = await mkdtemp(join(tmpdir(), "amana-sealed-"));
  const clock = new Clock();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const world = new World(folder, url, clock.now);
  const programme = await world.prepare();
  const serving: SealedWave["serving"] = async (data, work) => {
    const server = await startServer({ data, port, now: clock.now });
    try {
      return await work(url);
    } finally {
      await server.close();
    }
  };
  const server = await startServer({ data: world.data, port, now: clock.now });
  try {
    await world.amana(["trust", url, "--yes"]);
    await world.launchWave({ invited: { officials: 3, "private-sector": 3 }, minimumGroup: 2, lasts: 86_400 });
    for (const [index, link] of (await world.links("officials")).entries()) {
      await respond(link, "officials", index, { programme, now: clock.now });
    }
    clock.moveTo((await openRound(url, WAVE, { programme, now: clock.now })).manifest.windows.answeringClose + 1);
    await server.tick();
  } finally {
    await server.close();
  }
  return { folder, data: world.data, world, serving, remove: () => rm(folder, { recursive: true, force: true }) };
}
