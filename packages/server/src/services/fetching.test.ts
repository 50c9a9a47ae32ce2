import { H, TAGS, toHex, uint } from "@amana/core/bytes";
import { randomBytes, sign } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { makeWorld } from "../../fixtures/world.ts";
import type { Store } from "../stores/store.ts";
import { FETCHES_LIMIT, type Fetched, Fetching } from "./fetching.ts";
import { Nonces } from "./nonces.ts";
import { liveRound } from "./round.ts";

const world = makeWorld();
const round = liveRound(world.manifest, 0);
round.state.epochs.push({ from: 0, to: 0, firstIndex: 1, count: 1 });
const nonces = new Nonces(randomBytes, () => new Date(0));

function signed(holder: number): Uint8Array {
  const nonce = nonces.issue();
  const key = world.holders[holder]?.signingKey;
  if (key === undefined) throw new TypeError("no such holder");
  const signature = toHex(sign(key, H(TAGS.fetch, world.id, uint(0, 4), nonce)));
  return new TextEncoder().encode(JSON.stringify({ holder, nonce: toHex(nonce), signature }));
}

function storeOf(epoch: () => AsyncIterable<unknown>): Store {
  return { epoch } as unknown as Store;
}

describe("a key holder that asks and does not read", () => {
  it("makes the server hold a bounded number of answers, and keeps nobody else from theirs", async () => {
    const fetching = new Fetching(
      storeOf(async function* () {
        yield { leafHash: "00".repeat(32), envelope: randomBytes(100) };
      }),
      nonces,
    );
    const held: Fetched[] = [];
    for (let i = 0; i < FETCHES_LIMIT; i++) held.push(await fetching.envelopes(round, 0, signed(0)));
    await expect(fetching.envelopes(round, 0, signed(0))).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
    expect((await fetching.envelopes(round, 0, signed(1))).body.length).toBe(136);
    held.pop()?.done();
    expect((await fetching.envelopes(round, 0, signed(0))).body.length).toBe(136);
  });

  it("is not charged for what could not be read", async () => {
    const fetching = new Fetching(
      storeOf(async function* () {
        yield await Promise.reject(new Error("the disk"));
      }),
      nonces,
    );
    for (let i = 0; i <= FETCHES_LIMIT; i++) await expect(fetching.envelopes(round, 0, signed(0))).rejects.toThrow("the disk");
  });
});
