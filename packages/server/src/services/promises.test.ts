import { toHex } from "@amana/core/bytes";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import type { Store } from "../stores/store.ts";
import { Promises } from "./promises.ts";
import type { LiveRound } from "./round.ts";

/** A relay that gives on one request at a time and looks at the public list after each: what it learns of each address. */
async function learned(shows?: ConstructorParameters<typeof Promises>[2]): Promise<{ named: number; atOnce: number[] }> {
  const leaves: { leafHash: string; epoch: number }[] = [];
  const store = { admittedLeaves: () => [...leaves] } as unknown as Store;
  const state = { filling: 0, answeringEnded: false };
  const round = { id: randomBytes(32), idHex: "ab", state } as unknown as LiveRound;
  const promises = new Promises(store, signingKey(randomBytes(32)), shows);
  const count = async (): Promise<number> => (await promises.of(round)).length / 136;
  let before = 0;
  let named = 0;
  const atOnce: number[] = [];
  for (let person = 0; person < 9; person++) {
    leaves.push({ leafHash: toHex(randomBytes(32)), epoch: state.filling });
    // Four fill an epoch; the last is left for the close.
    if (person % 4 === 3) state.filling += 1;
    if (person === 8) state.answeringEnded = true;
    const now = await count();
    if (now - before === 1 && person < 8) named += 1;
    if (now > before) atOnce.push(now - before);
    before = now;
  }
  return { named, atOnce };
}

describe("the public list of promises", () => {
  it("grows by whole epochs: a relay that gives on one by one learns no leaf of anybody", async () => {
    expect(await learned()).toEqual({ named: 0, atOnce: [4, 4, 1] });
  });

  it("would name everybody's leaf, were each promise shown when it is made", async () => {
    expect((await learned(() => true)).named).toBe(8);
  });
});
