import { H, TAGS, toHex, uint } from "@amana/core/bytes";
import { randomBytes, type SigningKey, sign, signingKey } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { makeWorld } from "../../fixtures/world.ts";
import type { Store } from "../stores/store.ts";
import { CaseRecords } from "./case-records.ts";
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

describe("a handler that asks for chunks", () => {
  const reports = makeWorld({ kind: "reports" });
  const channel = liveRound(reports.manifest, 0);
  const ask = (chunks: readonly string[], as: { holder?: number; key?: SigningKey } = {}): Uint8Array => {
    const { holder = 0, key = reports.holders[holder]?.signingKey as SigningKey } = as;
    const nonce = nonces.issue();
    const signature = toHex(sign(key, H(TAGS.fetch, reports.id, uint(0, 4), nonce)));
    return new TextEncoder().encode(JSON.stringify({ chunks, holder, nonce: toHex(nonce), signature }));
  };
  const [first, second] = ["11".repeat(32), "22".repeat(32)] as const;
  const fetching = new Fetching(
    { chunk: async (_: string, hash: string) => (hash === "33".repeat(32) ? null : Buffer.from(hash.slice(0, 4))) } as unknown as Store,
    nonces,
    new CaseRecords({} as Store),
  );

  it("gets them in the order asked, and not one of them when one is not there", async () => {
    const body = ask([second, first, second]);
    expect(Buffer.from((await fetching.chunks(channel, body)).body).toString()).toBe("222211112222");
    await expect(fetching.chunks(channel, body)).rejects.toMatchObject({ code: "ERR_FETCH_REFUSED" });
    await expect(fetching.chunks(channel, ask([first, "33".repeat(32)]))).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
  });

  it("and holds no key of the channel, or asks a survey, gets nothing", async () => {
    await expect(fetching.chunks(channel, ask([first], { key: signingKey(randomBytes(32)) }))).rejects.toMatchObject({
      code: "ERR_FETCH_REFUSED",
    });
    await expect(fetching.chunks(round, ask([first]))).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    const cancelled = { ...channel, times: { ...channel.times, cancelled: { en: "Over." } } } as typeof channel;
    await expect(fetching.chunks(cancelled, ask([first]))).rejects.toMatchObject({ code: "ERR_ROUND_CANCELLED" });
  });
});

describe("a key holder that asks and does not read", () => {
  it("makes the server hold a bounded number of answers, and keeps nobody else from theirs", async () => {
    const fetching = new Fetching(
      storeOf(async function* () {
        yield { leafHash: "00".repeat(32), envelope: randomBytes(100) };
      }),
      nonces,
      new CaseRecords(storeOf(async function* () {})),
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
      new CaseRecords(storeOf(async function* () {})),
    );
    for (let i = 0; i <= FETCHES_LIMIT; i++) await expect(fetching.envelopes(round, 0, signed(0))).rejects.toThrow("the disk");
  });
});
