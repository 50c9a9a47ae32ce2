import { toHex } from "@amana/core/bytes";
import { manifestId } from "@amana/core/manifest";
import { describe, expect, it } from "vitest";
import { enrol, goLive, SUBMISSION, submission } from "../../fixtures/client.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { newHolders } from "../../fixtures/keys.ts";
import { startServer, trialProgramme } from "../../fixtures/server.ts";

describe("amana status, asked again after each answer", () => {
  it("is the same until a seal: how many wait would tell when each answer came", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      try {
        const live = await goLive(server, holders);
        const seen = [await server.amana.operator.status()];
        // What a status that adds up the store's own counts would tell.
        const waiting = async (): Promise<number> => {
          const counts = await server.store.pendingCounts(toHex(manifestId(live.manifest)));
          return [...counts.values()].reduce((sum, { records }) => sum + records, 0);
        };
        const told = [await waiting()];
        for (const person of [0, 1]) {
          const sent = submission(live.manifest, await enrol(server, live, person));
          expect((await server.call("submissions", sent, SUBMISSION)).status).toBe(200);
          seen.push(await server.amana.operator.status());
          told.push(await waiting());
        }
        expect(seen[1]).toEqual(seen[0]);
        expect(seen[2]).toEqual(seen[0]);
        expect(Object.keys(seen[0]?.rounds[0] ?? {})).not.toContain("waiting");
        expect(told).toEqual([0, 1, 2]);
      } finally {
        await server.close();
      }
    }));
});
