import { describe, expect, it } from "vitest";
import { enrol, goLive, SUBMISSION, submission } from "../../fixtures/client.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { newHolders } from "../../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../../fixtures/server.ts";
import { pageOf, type Sample } from "./metrics.ts";

/** What a page of ordinary counters would have, besides: how many answers wait, as most servers count what they do. */
async function counting({ store }: Running, round: string): Promise<Sample> {
  const counts = [...(await store.pendingCounts(round)).values()];
  return { name: "waiting", help: "Answers that wait for a seal.", value: counts.reduce((sum, { records }) => sum + records, 0) };
}

describe("the page of metrics", () => {
  it("is the same before and after anybody enrols or answers; a page with a counter is not", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      const live = await goLive(server, holders);
      const { metrics, operator } = server.amana;
      const round = (await operator.status()).rounds[0]?.manifest ?? "";
      const pages: string[] = [];
      const counted: string[] = [];
      const look = async (): Promise<void> => {
        pages.push(metrics.page());
        counted.push(pageOf([...metrics.samples(), await counting(server, round)]));
      };
      await look();
      for (const place of [0, 1]) {
        const credential = await enrol(server, live, place);
        await look();
        await server.call("submissions", submission(live.manifest, credential), SUBMISSION);
        await look();
      }
      expect(new Set(pages).size).toBe(1);
      // The attack: whoever keeps the pages knows when each answer came.
      expect(new Set(counted).size).toBe(3);
      expect(pages[0]).toContain('amana_rounds{state="open"} 1\n');
      expect(pages[0]).toContain("# TYPE amana_ready gauge\namana_ready 1\n");
      await server.close();
    }));

  it("says which codes have failed, once each, when the clockwork stands still, and escapes what is in a label", () =>
    withDataFolder(async (folder) => {
      await trialProgramme(folder, newHolders());
      const server = await startServer(folder);
      const { metrics } = server.amana;
      for (let i = 0; i < 3; i++) metrics.failed(new Error("secret"));
      expect(
        metrics
          .page()
          .match(/amana_failed.*/g)
          ?.at(-1),
      ).toBe('amana_failed{code="ERR_INTERNAL"} 1');
      server.clock.seconds += 61;
      expect(metrics.page()).toContain("amana_clockwork_late 1\n");
      await server.amana.tick();
      expect(metrics.page()).toContain("amana_clockwork_late 0\n");
      await expect.poll(() => metrics.page()).toMatch(/^amana_disk_free_gibibytes \d+$/m);
      expect(pageOf([{ name: "x", help: "y", value: 1, labels: { url: 'a"b\\c\nd' } }])).toContain('x{url="a\\"b\\\\c\\nd"} 1');
      await server.close();
    }));
});
