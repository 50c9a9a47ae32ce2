import { type DocumentedEntry, encodeEntry } from "@amana/core/entries";
import { isAmanaError } from "@amana/core/errors";
import {
  consistencyProof,
  decodeEntryBundle,
  decodeHashTile,
  encodeVerifierKey,
  leafHash,
  noteKey,
  openCheckpoint,
  verifyConsistency,
} from "@amana/core/ledger";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { type LowdbStore, lowdbStore } from "../stores/lowdb/index.ts";
import { type Ledger, openLedger } from "./ledger.ts";

const key = noteKey("ledger.example/amana", randomBytes(32));
const options = { origin: key.name, key };
const trust = { origin: key.name, vkey: encodeVerifierKey(key), witnesses: [], quorum: 0 };
const entry = (number: number): DocumentedEntry => ({ protocol: "amana/1", type: "retention", manifest: "00".repeat(32), count: number });
const leaf = (number: number): Uint8Array => Buffer.from(`AML1 a leaf ${number}`);

function withLedger(
  use: (ledger: Ledger, reopen: () => Promise<Ledger>, disk: SimulatedDisk, store: LowdbStore) => Promise<void>,
): Promise<void> {
  return withDataFolder(async (folder) => {
    const disk = new SimulatedDisk();
    let store = await lowdbStore(folder, { files: disk.under(folder) });
    const reopen = async (): Promise<Ledger> => {
      await store.close();
      store = await lowdbStore(folder, { files: disk.under(folder) });
      return openLedger({ store, ...options });
    };
    try {
      await use(await openLedger({ store, ...options }), reopen, disk, store);
    } finally {
      await store.close();
    }
  });
}

async function leaves(ledger: Ledger): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const { entry: bytes } of ledger.entries(0)) all.push(leafHash(bytes));
  return all;
}

describe("ledger", () => {
  it("signs the empty tree, then every append; entries keep their places over restarts", () =>
    withLedger(async (ledger, reopen) => {
      expect(openCheckpoint(ledger.checkpoint, trust).size).toBe(0);
      expect(await ledger.log(entry(1))).toBe(0);
      expect(await ledger.append((index) => [encodeEntry(entry(index + 1)), leaf(1), leaf(2)])).toBe(1);
      const before = openCheckpoint(ledger.checkpoint, trust);
      const again = await reopen();
      expect(again.size).toBe(4);
      expect(again.documents.map(({ index, entry: { type } }) => [index, type])).toEqual([
        [0, "retention"],
        [1, "retention"],
      ]);
      await again.append(Array.from({ length: 600 }, (_, i) => leaf(i)));
      const after = openCheckpoint(again.checkpoint, trust);
      const proof = consistencyProof(await leaves(again), before.size);
      expect(() => verifyConsistency({ oldSize: 4, oldRoot: before.root, newSize: 604, newRoot: after.root, proof })).not.toThrow();
    }));

  it("gives appends that come at once their places one after the other", () =>
    withLedger(async (ledger) => {
      const places = await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.append([leaf(i), leaf(i + 100)])));
      expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
      expect((await leaves(ledger))[places[7] ?? 0]).toEqual(leafHash(leaf(7)));
    }));

  it("a failed append did not happen: the next one takes its place", () =>
    withLedger(async (ledger, reopen, disk) => {
      await ledger.append([leaf(0)]);
      for (let steps = 0; steps < 14; steps++) {
        disk.failAfter = disk.steps + steps;
        const attempt = ledger.append([leaf(1000 + steps), leaf(2000 + steps)]);
        await expect(attempt).rejects.toSatisfy((error: unknown) => isAmanaError(error, "ERR_STORE_WRITE"));
        disk.failAfter = Number.POSITIVE_INFINITY;
        expect(ledger.size).toBe(1);
      }
      await ledger.append([leaf(1), leaf(2), leaf(3)]);
      const again = await reopen();
      expect(await leaves(again)).toEqual([0, 1, 2, 3].map((number) => leafHash(leaf(number))));
      // A file of an append that never counted lies under the name of a tile of three; what is served is the ledger's.
      const tile = await again.tile("tile/0/000.p/3");
      expect(decodeHashTile(tile ?? new Uint8Array(0), 3)).toEqual([0, 1, 2].map((number) => leafHash(leaf(number))));
    }));

  it("serves what the checkpoint covers and nothing else", () =>
    withLedger(async (ledger) => {
      await ledger.append(Array.from({ length: 300 }, (_, i) => leaf(i)));
      expect((await ledger.tile("tile/0/000"))?.length).toBe(256 * 32);
      expect((await ledger.tile("tile/0/001.p/44"))?.length).toBe(44 * 32);
      expect((await ledger.tile("tile/1/000.p/1"))?.length).toBe(32);
      const bundle = await ledger.tile("tile/entries/001.p/10");
      expect(decodeEntryBundle(bundle ?? new Uint8Array(0), 10).map((bytes) => Buffer.from(bytes))).toEqual(
        Array.from({ length: 10 }, (_, i) => leaf(256 + i)),
      );
      for (const path of ["tile/0/001", "tile/0/001.p/45", "tile/0/002", "tile/2/000.p/1", "tile/entries/002"]) {
        expect(await ledger.tile(path)).toBeNull();
      }
      for (const path of ["checkpoint", "tile/0/../../../secrets.json", "tile/0/1", "tile/0/000.p/0"]) {
        await expect(ledger.tile(path)).rejects.toMatchObject({ code: "ERR_LEDGER_FORMAT" });
      }
    }));

  it("refuses to start on files that its checkpoint does not cover, or a checkpoint of another key", () =>
    withLedger(async (ledger, reopen, disk, store) => {
      await ledger.append(Array.from({ length: 300 }, (_, i) => leaf(i)));
      const damaged = (error: unknown): boolean => isAmanaError(error, "ERR_STORE_DAMAGED");
      for (const path of ["tile/0/000", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/44"]) {
        const bytes = (await store.readTile(path)) ?? new Uint8Array(0);
        const changed = bytes.slice();
        changed[40] = (changed[40] ?? 0) ^ 1;
        disk.damage(`/data/ledger/${path}`, changed);
        await expect(openLedger({ store, ...options })).rejects.toSatisfy(damaged);
        disk.damage(`/data/ledger/${path}`, bytes);
      }
      const other = { store, origin: key.name, key: noteKey(key.name, randomBytes(32)) };
      await expect(openLedger(other)).rejects.toSatisfy(damaged);
      expect((await reopen()).size).toBe(300);
    }));
});
