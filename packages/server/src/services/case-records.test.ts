import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { H, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { type CaseChange, openCaseRecord, sealCaseRecord } from "@amana/core/cases";
import { randomBytes, sign, signingKey } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { makeWorld, type World } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { type CaseDelivery, CaseRecords, type RecordLimits } from "./case-records.ts";
import { liveRound } from "./round.ts";

const world = makeWorld({ kind: "reports" });
const round = liveRound(world.manifest, 0);
const ADDRESS = "ab".repeat(32);
const keyOf = (holder: number) => (world.holders[holder] as World["holders"][number]).signingKey;

function record(holder: number, change: CaseChange): Uint8Array {
  const document = { protocol: "amana/1", type: "case-record", address: ADDRESS, after: [], day: 20_000, change } as const;
  return sealCaseRecord({ reports: world.manifest, handler: holder, document }, keyOf(holder)).bytes;
}
const delivery = (holder: number, bytes: Uint8Array, key = keyOf(holder)): CaseDelivery => ({
  holder,
  record: bytes,
  signature: sign(key, H(TAGS.caseDelivery, world.id, SHA256(bytes))),
});

function withRecords(
  use: (cases: CaseRecords, folder: string, reopen: () => Promise<CaseRecords>) => Promise<void>,
  most?: RecordLimits,
): Promise<void> {
  return withDataFolder(async (folder) => {
    let store = await lowdbStore(folder);
    const reopen = async (): Promise<CaseRecords> => {
      await store.close();
      store = await lowdbStore(folder);
      return new CaseRecords(store, most);
    };
    try {
      await use(new CaseRecords(store, most), folder, reopen);
    } finally {
      await store.close();
    }
  });
}

describe("case records", () => {
  it("are kept, once each, over a restart, and open for every handler", () =>
    withRecords(async (cases, _folder, reopen) => {
      const all = [record(0, { kind: "note", text: "one" }), record(1, { kind: "state", state: "assessing" })];
      for (const bytes of all) await cases.deliver(round, delivery(all.indexOf(bytes), bytes));
      await cases.deliver(round, delivery(0, all[0] as Uint8Array));
      const hashes = all.map((bytes) => toHex(SHA256(bytes))).sort();
      const again = await reopen();
      for (const each of [cases, again]) expect(await each.hashes(round)).toEqual(hashes);
      const read = await again.read(round, [...hashes, "00".repeat(32)]);
      expect(read.map((bytes) => toHex(SHA256(bytes)))).toEqual(hashes);
      for (const [index, { kemKey }] of world.holders.entries())
        for (const bytes of read) expect((await openCaseRecord(bytes, world.manifest, index, kemKey)).document.address).toBe(ADDRESS);
    }));

  it("of a handler that the round does not have, a removed one, or of whoever says to be one: refused", () =>
    withRecords(async (cases) => {
      const bytes = record(0, { kind: "state", state: "junk" });
      for (const wrong of [
        delivery(0, bytes, signingKey(randomBytes(32))),
        { ...delivery(0, bytes), holder: 1 },
        { ...delivery(0, bytes), holder: 3 },
        { ...delivery(0, bytes), record: record(0, { kind: "note", text: "another" }) },
      ])
        await expect(cases.deliver(round, wrong)).rejects.toMatchObject({ code: "ERR_FETCH_REFUSED" });
      expect(await cases.hashes(round)).toEqual([]);
    }));

  it("that are none, or of another round, are refused", () =>
    withRecords(async (cases) => {
      const other = makeWorld({ kind: "reports" });
      const document = {
        protocol: "amana/1",
        type: "case-record",
        address: ADDRESS,
        after: [],
        day: 1,
        change: { kind: "note", text: "x" },
      } as const;
      const foreign = sealCaseRecord({ reports: other.manifest, handler: 0, document }, keyOf(0)).bytes;
      for (const bytes of [new Uint8Array(0), randomBytes(record(0, { kind: "note", text: "x" }).length), foreign])
        await expect(cases.deliver(round, delivery(0, bytes))).rejects.toMatchObject({ code: "ERR_CASE_RECORD" });
    }));

  describe("of one handler who writes all it can, over any number of restarts", () => {
    const limits = { records: 6, replies: 3 };
    const note = (holder: number) => record(holder, { kind: "note", text: "x" });
    /** Writes until it is refused, three times, and starts the server again between. @returns how many were kept */
    const flood = async (reopen: () => Promise<CaseRecords>): Promise<number> => {
      let kept = 0;
      for (let run = 0; run < 3; run++) {
        const cases = await reopen();
        const write = (): Promise<boolean> =>
          cases.deliver(round, delivery(0, note(0))).then(
            () => true,
            () => false,
          );
        while (await write()) kept += 1;
      }
      return kept;
    };

    it("are no more than its share, and the others have theirs", () =>
      withRecords(async (_cases, folder, reopen) => {
        expect(await flood(reopen)).toBe(2);
        const cases = await reopen();
        await expect(cases.deliver(round, delivery(0, note(0)))).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
        await cases.deliver(round, delivery(1, note(1)));
        // Of replies there are fewer.
        await cases.keep(round, 2, note(2), "reply");
        await expect(cases.keep(round, 2, note(2), "reply")).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
        await cases.keep(round, 2, note(2));
        const path = join(folder, "rounds", round.idHex, "case-shares.json");
        const { data } = JSON.parse(await readFile(path, "utf8")) as { data: unknown };
        expect(data).toEqual([
          { records: 2, replies: 0 },
          { records: 1, replies: 0 },
          { records: 2, replies: 1 },
        ]);
        await cases.forget(round);
        await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
      }, limits));

    it("would be all there is room for, were its share counted since the server started", () =>
      withDataFolder(async (folder) => {
        let store = await lowdbStore(folder);
        const kept = await flood(async () => {
          await store.close();
          store = await lowdbStore(folder);
          // What a process remembers by itself: nothing of the one before.
          await store.removeDocument(`rounds/${round.idHex}/case-shares`);
          return new CaseRecords(store, limits);
        });
        expect(kept).toBe(limits.records);
        await expect(new CaseRecords(store, limits).deliver(round, delivery(1, note(1)))).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
        await store.close();
      }));
  });

  it("have neither order nor writer at rest", () =>
    withRecords(async (cases, folder) => {
      const all = Array.from({ length: 6 }, (_, i) => record(i % 2, { kind: "note", text: `${i}` }));
      for (const [i, bytes] of all.entries()) await cases.deliver(round, delivery(i % 2, bytes));
      const path = join(folder, "rounds", round.idHex, "cases");
      const documents = await readdir(path);
      expect(documents).toEqual([...new Set(all.map((bytes) => `${toHex(SHA256(bytes)).slice(0, 2)}.json`))].sort());
      for (const name of documents) {
        const { data } = JSON.parse(await readFile(join(path, name), "utf8")) as { data: string[] };
        expect(data).toEqual([...data].sort());
        for (const entry of data) expect(all.some((bytes) => Buffer.from(bytes).toString("base64") === entry)).toBe(true);
      }
    }));
});
