import { H, SHA256, TAGS, toHex, uint } from "@amana/core/bytes";
import { randomBytes, type SigningKey, sign, signingKey } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { makeWorld } from "../../fixtures/world.ts";
import { memoryStore } from "../stores/memory/index.ts";
import type { IndexedRecord, Store } from "../stores/store.ts";
import { CaseRecords } from "./case-records.ts";
import { INDEX_PAGE } from "./channel-index.ts";
import { FETCHES_LIMIT, type Fetched, Fetching } from "./fetching.ts";
import { Nonces } from "./nonces.ts";
import { liveRound } from "./round.ts";

const world = makeWorld();
const round = liveRound(world.manifest, 0);
round.state.epochs.push({ from: 0, to: 0, firstIndex: 1, count: 1 });
const nonces = new Nonces({ key: randomBytes(32), store: await memoryStore(), rng: randomBytes, now: () => new Date(0) });

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

describe("a handler that asks what there is", () => {
  const reports = makeWorld({ kind: "reports" });
  const channel = liveRound(reports.manifest, 0);
  const ask = (more: object = {}): Uint8Array => {
    const nonce = nonces.issue();
    const key = reports.holders[1]?.signingKey as SigningKey;
    const signature = toHex(sign(key, H(TAGS.fetch, reports.id, uint(0, 4), nonce)));
    return new TextEncoder().encode(JSON.stringify({ holder: 1, nonce: toHex(nonce), signature, ...more }));
  };
  const records = [randomBytes(40), randomBytes(40)].map((bytes) => Buffer.from(bytes).toString("base64"));
  const message = { responseKey: "aa".repeat(32), sequence: 3, leafHash: "bb".repeat(32), epoch: null };
  let indexed: IndexedRecord[] = [message, { ...message, leafHash: "0b".repeat(32) }];
  let looked = 0;
  const store = {
    index: async () => {
      looked += 1;
      return [...indexed];
    },
    pendingCounts: async () => new Map([[0, { records: indexed.filter(({ epoch }) => epoch === null).length, newKeys: 1 }]]),
    records: async (_: string, wanted: ReadonlySet<string>) => (wanted.has(message.leafHash) ? [{ envelope: Buffer.from("sealed") }] : []),
    listDocuments: async () => ["cases"],
    readDocument: async () => records,
  } as unknown as Store;
  const fetching = new Fetching(store, nonces, new CaseRecords(store));
  const hashes = records.map((entry) => toHex(SHA256(Buffer.from(entry, "base64")))).sort();
  const everything = { from: 0, to: null, after: null };
  const row = (leafHash: string) => `${message.responseKey}03${leafHash}`;
  const pageOf = async (range: object) => {
    const { body, done } = await fetching.index(channel, ask({ ...everything, ...range }));
    done();
    return toHex(body);
  };

  it("gets an index without any of it: messages by leaf hash, then the hashes of records", async () => {
    expect(await pageOf({})).toBe(`0000000200000002${row("0b".repeat(32))}${row("bb".repeat(32))}${hashes.join("")}`);
    expect(await pageOf({ after: "0b".repeat(32) })).toBe(`0000000200000001${row("bb".repeat(32))}`);
    expect(await pageOf({ after: "bb".repeat(32) })).toBe("0000000200000000");
    expect(await pageOf({ to: 0 })).toBe("0000000000000000");
  });

  it("gets it a page at a time, which is put together once while nothing comes, and what a seal moves meanwhile with what came since", async () => {
    const before = indexed;
    const hash = (at: number) => at.toString(16).padStart(64, "0");
    indexed = Array.from({ length: INDEX_PAGE + 1 }, (_, at) => ({ ...message, leafHash: hash(INDEX_PAGE - at) }));
    const lookedBefore = looked;
    const last = hash(INDEX_PAGE - 1);
    const first = await pageOf({});
    expect(first.slice(0, 16 + 130)).toBe(`0000010100000100${row(hash(0))}`);
    expect(first).toHaveLength(16 + INDEX_PAGE * 130 + hashes.join("").length);
    expect([await pageOf({ after: last }), looked - lookedBefore]).toEqual([`0000010100000001${row(hash(INDEX_PAGE))}`, 1]);
    // Sealed as epochs 1 and 2, and one more came: whoever asked before the seal misses nothing, and each epoch is a part of its own.
    indexed = [...indexed.map((each, at) => ({ ...each, epoch: at === 0 ? 2 : 1 })), { ...message, leafHash: "cc".repeat(32) }];
    expect(await pageOf({ after: last })).toBe(`0000010200000002${row(hash(INDEX_PAGE))}${row("cc".repeat(32))}`);
    expect(await pageOf({ from: 2, to: 2 })).toBe(`0000000100000001${row(hash(INDEX_PAGE))}`);
    expect((await pageOf({ from: 1, to: 1 })).slice(0, 16)).toBe("0000010000000100");
    expect((await pageOf({ from: 3 })).slice(0, 16 + 130)).toBe(`0000000100000001${row("cc".repeat(32))}`);
    indexed = before;
  });

  it("gets what it names, and nothing else", async () => {
    expect(Buffer.from((await fetching.reports(channel, ask({ wanted: [message.leafHash] }))).body).toString()).toBe("\0\0\0\u0006sealed");
    expect((await fetching.reports(channel, ask({ wanted: [] }))).body).toHaveLength(0);
    expect((await fetching.cases(channel, ask({ wanted: hashes.slice(1) }))).body).toHaveLength(44);
  });

  it("gets nothing of a round whose retention is over", async () => {
    const over = { ...channel, state: { ...channel.state, envelopesDestroyed: true } } as typeof channel;
    await expect(fetching.index(over, ask(everything))).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
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
