import { describe, expect, it } from "vitest";
import { makeWorld, START } from "../../fixtures/world.ts";
import type { Store } from "../stores/store.ts";
import { Participation } from "./participation.ts";
import { liveRound } from "./round.ts";

const DAY = 86_400;
const round = liveRound(makeWorld().manifest, 1);

/** A store that knows nothing but how many have drawn at each issuer. */
function storeWith(drawn: { officials: number; traders: number }): Store {
  const draws = async (_round: string, issuer: string): Promise<Uint8Array[]> =>
    Array.from({ length: issuer.startsWith("officials") ? drawn.officials : drawn.traders }, () => new Uint8Array(608));
  return { draws } as unknown as Store;
}

/** What somebody sees who looks every hour while one person after another enrols: each figure when it first appears. */
async function watched(
  figureAt: (seconds: number, drawn: number) => Promise<number | null>,
): Promise<[hour: number, figure: number | null][]> {
  const seen: [number, number | null][] = [];
  for (let hour = 0; hour <= 72; hour++) {
    const figure = await figureAt(START + hour * 3600, Math.floor(hour / 2));
    if (seen.at(-1)?.[1] !== figure || seen.length === 0) seen.push([hour, figure]);
  }
  return seen;
}

describe("participation", () => {
  it("is rounded down to tens, for each audience, as of the last whole day", async () => {
    const drawn = { officials: 29, traders: 9 };
    const participation = new Participation(storeWith(drawn));
    await participation.observe(round, START - 1);
    await participation.observe(round, START + 60);
    expect(participation.of(round)).toEqual([
      { audience: "officials", enrolled: null },
      { audience: "traders", enrolled: null },
    ]);
    await participation.observe(round, START + DAY);
    expect(participation.of(round).map(({ enrolled }) => enrolled)).toEqual([20, 0]);
    drawn.officials = 30;
    await participation.observe(round, START + 2 * DAY - 1);
    expect(participation.of(round).map(({ enrolled }) => enrolled)).toEqual([20, 0]);
    await participation.observe(round, START + 2 * DAY);
    expect(participation.of(round).map(({ enrolled }) => enrolled)).toEqual([30, 0]);
  });

  it("changes at whole days alone, so that nobody who looks often learns when somebody enrolled", async () => {
    const drawn = { officials: 0, traders: 0 };
    const participation = new Participation(storeWith(drawn));
    const seen = await watched(async (seconds, count) => {
      drawn.officials = count;
      await participation.observe(round, seconds);
      return participation.of(round)[0]?.enrolled ?? null;
    });
    expect(seen).toEqual([
      [0, null],
      [24, 10],
      [48, 20],
      [72, 30],
    ]);
  });

  it("rounded but taken at every look, would tell the hour of the tenth and the twentieth", async () => {
    const seen = await watched(async (_seconds, count) => Math.floor(count / 10) * 10);
    expect(seen.map(([hour]) => hour)).toEqual([0, 20, 40, 60]);
  });

  it("has no figure after a start before the next day: two starts would else tell what came between them", async () => {
    const participation = new Participation(storeWith({ officials: 50, traders: 50 }));
    await participation.observe(round, START + 5 * DAY + 3600);
    expect(participation.of(round)[0]?.enrolled).toBeNull();
    await participation.observe(round, START + 6 * DAY + 1);
    expect(participation.of(round)[0]?.enrolled).toBe(50);
  });

  it("of a reports round there is none", async () => {
    const reports = liveRound(makeWorld({ kind: "reports" }).manifest, 1);
    const participation = new Participation(storeWith({ officials: 1, traders: 1 }));
    await participation.observe(reports, START + DAY);
    expect(participation.of(reports)).toEqual([]);
  });
});
