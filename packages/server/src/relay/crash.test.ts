import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RELEASES, stage } from "../../fixtures/relay.ts";

/** Runs a step with the power failing after each of its disk operations in turn. */
async function atEveryStep(run: (failAt: number) => Promise<boolean>): Promise<number> {
  for (let failAt = 0; ; failAt++) if (await run(failAt)) return failAt;
}

describe("a relay whose power fails", () => {
  it("has everything that it promised, at whatever moment", async () => {
    const steps = await atEveryStep(async (failAt) => {
      const s = await stage();
      await s.send(1, 0, "first");
      s.disk.failAfter = s.disk.steps + failAt;
      const sent = await Promise.allSettled([s.send(2, 0, "second"), s.send(1, 1, "changed")]);
      await s.crash();
      s.clock.seconds = RELEASES[0];
      await s.relay.tick();
      const promised = sent.map(({ status }) => status === "fulfilled");
      if (promised[0]) expect(s.got).toContain("second");
      expect(s.got.filter((name) => name === "first" || name === "changed").length).toBe(1);
      if (promised[1]) expect(s.got).toContain("changed");
      return promised.every(Boolean);
    });
    expect(steps).toBeGreaterThan(4);
  });

  it("in the middle of a release gives on the whole crowd, and nobody who came later with it", async () => {
    const steps = await atEveryStep(async (failAt) => {
      const s = await stage();
      for (const slot of [1, 2, 3]) await s.send(slot, 0, `${slot}`);
      s.clock.seconds = RELEASES[0];
      s.disk.failAfter = s.disk.steps + failAt;
      const done = await s.relay.tick().then(
        () => true,
        () => false,
      );
      await s.crash();
      expect(await s.send(4, 0, "late")).toMatchObject({ releaseAt: RELEASES[1] });
      await s.relay.tick();
      expect([...new Set(s.got)].sort()).toEqual(["1", "2", "3"]);
      expect(s.relay.status()[0]).toMatchObject({ waiting: 1, released: 1 });
      return done;
    });
    expect(steps).toBeGreaterThan(4);
  });

  it("says nothing of order in what it keeps: the same files, whoever came first", async () => {
    const kept = async (order: readonly number[]) => {
      const s = await stage();
      for (const slot of order) await s.send(slot, 0, `${slot}`);
      const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
      return [...s.disk.files()].filter(([path]) => path.includes("/slots/")).map(([path, bytes]) => `${path} ${digest(bytes)}`);
    };
    const there = await kept([1, 2, 3, 4, 5, 6]);
    expect(await kept([6, 4, 2, 5, 3, 1])).toEqual(there);
    expect(there.length).toBe(1);
  });
});
