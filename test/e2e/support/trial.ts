import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRound } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { CHANNEL, Clock, freePort, respond, type Scale, startServer, type TrialServer, WAVE, World } from "@amana/example-trial";
import { needBuiltForm } from "./form-build.ts";

/** A trial programme on a free loopback port: a wave open to both audiences, and a reporting channel. */
export interface Trial {
  readonly world: World;
  readonly url: string;
  readonly server: TrialServer;
  /** The clock of everyone but the browser. */
  readonly clock: Clock;
  readonly programme: string;
  /** An unused invitation link of an audience. */
  link(audience: "officials" | "private-sector"): Promise<string>;
  stop(): Promise<void>;
  /** Somebody else of the private sector answers, with a client of their own: an epoch is sealed when the next one has its people too. */
  someoneElse(): Promise<void>;
}

export { CHANNEL, WAVE };

const INVITED = 30;

/** Makes the trial in a temporary folder; {@link Trial.stop} removes it. */
export async function startTrial(separation: Pick<Scale, "phases" | "relay"> = {}): Promise<Trial> {
  await needBuiltForm();
  const folder = await mkdtemp(join(tmpdir(), "amana-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const clock = new Clock();
  const { now } = clock;
  const world = new World(folder, url, now);
  const programme = await world.prepare();
  const server = await startServer({ data: world.data, port, now });
  await world.amana(["trust", url, "--yes"]);
  const size = { invited: { officials: 6, "private-sector": INVITED }, minimumGroup: 3, lasts: 86_400, epochSeconds: 1 };
  await world.launchWave({ ...size, ...separation });
  const wave = await openRound(url, WAVE, { programme });
  await world.launchChannel(toHex(wave.manifestId), 1);
  let others = 0;
  const used = { officials: 0, "private-sector": 0 };
  return {
    world,
    url,
    server,
    clock,
    programme,
    link: async (audience) => {
      const links = await world.links(audience);
      return links[used[audience]++] as string;
    },
    someoneElse: async () => {
      others += 1;
      const links = await world.links("private-sector");
      await respond(links[INVITED - others] as string, "private-sector", others, { programme });
    },
    stop: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
