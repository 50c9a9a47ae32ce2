import { describe, expect, it } from "vitest";
import { control } from "./control.ts";
import type { Setting } from "./laws.ts";
import { outcome } from "./outcome.ts";
import { play } from "./play.ts";
import { judge } from "./run.ts";

/*
 * The linkage benchmark at its smallest size, as docs/linkage.md describes it: fifty people, the real server and disk, the real client. With
 * few games chance is large: what must be zero may be five standard errors here, and three in the benchmark itself.
 */
const GAMES = 2;

async function measured(setting: Setting) {
  const outcomes = [];
  for (let game = 0; game < GAMES; game++) outcomes.push(outcome(await play({ setting, people: 50, minimumKeys: 10, copy: "any" })));
  const rows = judge(setting, outcomes);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  const find = (game: "stored" | "recorder", persistence: number | null) => {
    const found = rows.find((row) => row.game === game && row.persistence === persistence && row.who === "everyone");
    if (found === undefined) throw new Error(`no row of ${game}, ${persistence}`);
    return { advantage: found.advantage as number, sigma: found.sigma as number };
  };
  return find;
}

describe("linkage of fifty people", () => {
  it("is found by order where a store does not sort", async () => {
    expect(await control(GAMES)).toMatchObject({ passed: true });
  }, 240_000);

  it("without separation: at most one in m from the disk, most by watching", async () => {
    const row = await measured("none");
    expect(row("stored", null).advantage).toBeLessThanOrEqual(1 / 10);
    expect(row("recorder", 0).advantage).toBeGreaterThan(0.5);
    expect(row("recorder", 1).advantage).toBeGreaterThan(0.9);
  }, 240_000);

  it("with phases: nothing from the disk; by watching, as much as addresses are kept", async () => {
    const row = await measured("phases");
    const stored = row("stored", null);
    expect(stored.advantage).toBeLessThanOrEqual(5 * stored.sigma);
    expect(row("recorder", 0).advantage).toBeLessThan(0.3);
    expect(row("recorder", 1).advantage).toBeGreaterThan(0.9);
  }, 240_000);

  it("with a relay: nothing from the disk, and nothing by watching, whether or not addresses are kept", async () => {
    const row = await measured("relay");
    for (const { advantage, sigma } of [row("stored", null), row("recorder", 0), row("recorder", 0.5), row("recorder", 1)])
      expect(advantage).toBeLessThanOrEqual(5 * sigma);
  }, 240_000);
});
