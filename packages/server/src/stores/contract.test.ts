import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { sharedPostgres } from "../../fixtures/postgres.ts";
import { admission, chunkHashes, draw, group, hashOf, ISSUER, ROUND, uploadOf, waitingRecords } from "../../fixtures/records.ts";
import { lowdbStore } from "./lowdb/index.ts";
import { memoryFiles } from "./memory/files.ts";
import { memoryStoreOn } from "./memory/store.ts";
import { postgresStore } from "./postgres/index.ts";
import type { EpochRecord, Store } from "./store.ts";

/** Opens a store whose data outlives `close`: a second `open` of the same place finds it. */
type Open = () => Promise<Store>;

/** Every store under the one contract. */
const stores: Record<string, (use: (open: Open) => Promise<void>) => Promise<void>> = {
  lowdb: (use) => withDataFolder((folder) => use(() => lowdbStore(folder))),
  memory: (use) => {
    const files = memoryFiles();
    return use(() => memoryStoreOn(files));
  },
  postgres: async (use) => {
    const url = await (await sharedPostgres()).empty();
    return use(() => postgresStore(url));
  },
};

for (const [name, withStore] of Object.entries(stores)) {
  const test = (title: string, body: (store: Store, reopen: () => Promise<Store>) => Promise<void>): void => {
    it(title, () =>
      withStore(async (open) => {
        let store = await open();
        const reopen = async (): Promise<Store> => {
          await store.close();
          store = await open();
          return store;
        };
        try {
          await body(store, reopen);
        } finally {
          await store.close();
        }
      }),
    );
  };

  describe(`${name} store`, () => {
    test("documents change as a whole and survive", async (store, reopen) => {
      expect(await store.readDocument("programme")).toBeNull();
      await store.writeDocument("drafts/wave-1", { a: 1 });
      await store.writeDocument("drafts/wave-1", { a: 2 });
      await store.writeDocument("drafts/wave-2", {});
      const again = await reopen();
      expect(await again.readDocument("drafts/wave-1")).toEqual({ a: 2 });
      expect(await again.listDocuments("drafts")).toEqual(["drafts/wave-1", "drafts/wave-2"]);
      await again.removeDocument("drafts/wave-1");
      await again.removeDocument("drafts/wave-1");
      expect(await again.listDocuments("drafts")).toEqual(["drafts/wave-2"]);
      await expect(again.readDocument("../secrets")).rejects.toThrow(TypeError);
    });

    test("what one process alone may do is done, also within itself, and what may be done once is done once", async (store) => {
      const refresh = async (): Promise<void> => undefined;
      const alone = <T>(task: () => Promise<T>): Promise<T> => store.alone(refresh, task);
      await alone(() => alone(() => store.writeDocument("programme", { a: 1 })));
      await expect(alone(() => Promise.reject(new RangeError("mine")))).rejects.toThrow(RangeError);
      expect(await alone(() => store.readDocument("programme"))).toEqual({ a: 1 });
      const uses = await Promise.all(["token", "token", "other"].map((token) => store.useOnce(token, { now: 100, until: 200 })));
      expect(uses.filter((used) => used)).toHaveLength(2);
      expect(await store.useOnce("token", { now: 200, until: 300 })).toBe(false);
      expect(await store.useOnce("token", { now: 201, until: 300 })).toBe(true);
      const [first, second] = [await store.sharedKey(new Uint8Array(32).fill(1)), await store.sharedKey(new Uint8Array(32).fill(2))];
      expect([...second]).toEqual([...first]);
    });

    test("files are found by their hash", async (store, reopen) => {
      const bytes = Buffer.from("a questionnaire");
      const name = await store.putFile(bytes);
      expect(name).toBe(hashOf("a questionnaire"));
      expect(await store.putFile(bytes)).toBe(name);
      const again = await reopen();
      expect(Buffer.from((await again.getFile(name)) ?? [])).toEqual(bytes);
      expect(await again.getFile(hashOf("nothing"))).toBeNull();
      expect(await again.getFile("../secrets.json")).toBeNull();
    });

    test("tiles and the checkpoint", async (store, reopen) => {
      expect(await store.readCheckpoint()).toBeNull();
      await store.writeTile("tile/0/000.p/3", Uint8Array.of(1, 2, 3));
      await store.writeCheckpoint("a note\n");
      const again = await reopen();
      expect(await again.readCheckpoint()).toBe("a note\n");
      expect([...((await again.readTile("tile/0/000.p/3")) ?? [])]).toEqual([1, 2, 3]);
      expect(await again.readTile("tile/0/000")).toBeNull();
    });

    test("groups of an upload are kept once, in any order, and found by the hash of each chunk", async (store, reopen) => {
      const [upload, other] = [uploadOf("a"), uploadOf("b")];
      const [first, second] = [group("a", 0, 2), group("a", 1, 2)];
      expect(await store.uploads(ROUND)).toEqual([]);
      expect(await store.putGroup(ROUND, upload, second)).toBe("kept");
      expect(await store.putGroup(ROUND, upload, second)).toBe("same");
      expect(await store.putGroup(ROUND, upload, { ...group("b"), index: 1, groups: 2 })).toBe("other");
      expect(await store.putGroup(ROUND, upload, group("a", 0, 4))).toBe("other");
      expect(await store.claimUploads(ROUND, [upload], hashOf("leaf"))).toBe(false);
      const outcomes = await Promise.all([first, first, second].map((each) => store.putGroup(ROUND, upload, each)));
      expect(outcomes).toEqual(["kept", "same", "same"]);
      await store.putGroup(ROUND, other, group("b"));
      await expect(store.putGroup(ROUND, "../a", first)).rejects.toThrow(TypeError);
      const again = await reopen();
      expect(await again.putGroup(ROUND, upload, first)).toBe("same");
      const [hash = ""] = chunkHashes(second);
      expect(await again.chunk(ROUND, hash)).toHaveLength(65_536);
      expect(await again.chunk(ROUND, hashOf("nothing"))).toBeNull();
      const states = (await again.uploads(ROUND)).sort((a, b) => a.groups - b.groups);
      expect(states).toMatchObject([
        { upload: other, groups: 1, present: 1, claims: [] },
        { upload, groups: 2, present: 2, claims: [] },
      ]);
    });

    test("claims of uploads are noted for all of them or none, and survive", async (store, reopen) => {
      await store.putGroup(ROUND, uploadOf("a"), group("a"));
      await store.putGroup(ROUND, uploadOf("b"), group("b", 0, 2));
      expect(await store.claimUploads(ROUND, [uploadOf("a"), uploadOf("b")], hashOf("leaf"))).toBe(false);
      expect(await store.claimUploads(ROUND, [uploadOf("a"), uploadOf("never")], hashOf("leaf"))).toBe(false);
      expect((await store.uploads(ROUND)).every(({ claims }) => claims.length === 0)).toBe(true);
      for (const leaf of ["second", "leaf", "leaf"]) expect(await store.claimUploads(ROUND, [uploadOf("a")], hashOf(leaf))).toBe(true);
      const again = await reopen();
      const [claimed] = (await again.uploads(ROUND)).filter(({ upload }) => upload === uploadOf("a"));
      expect(claimed?.claims).toEqual([hashOf("leaf"), hashOf("second")].sort());
      for (let i = 0; i < 62; i++) await again.claimUploads(ROUND, [uploadOf("a")], hashOf(`leaf ${i}`));
      expect(await again.claimUploads(ROUND, [uploadOf("a")], hashOf("one too many"))).toBe(false);
    });

    test("settled chunks are kept by their hash alone, dropped uploads are gone, and a destroyed round has none", async (store, reopen) => {
      const [kept, shared, dropped] = [group("kept", 1, 2), group("both"), group("dropped")];
      await store.putGroup(ROUND, uploadOf("kept"), kept);
      await store.putGroup(ROUND, uploadOf("kept"), { ...shared, groups: 2 });
      await store.putGroup(ROUND, uploadOf("shared"), shared);
      await store.putGroup(ROUND, uploadOf("dropped"), dropped);
      await store.settleUploads(ROUND, [uploadOf("kept"), uploadOf("never")]);
      const listed = (await store.uploads(ROUND)).filter(({ upload }) => upload === uploadOf("dropped"));
      // Claimed since it was listed, once and by the same message again: it is left.
      for (const again of ["first", "again"]) {
        const stale = (await store.uploads(ROUND)).filter(({ upload }) => upload === uploadOf("dropped"));
        expect(await store.claimUploads(ROUND, [uploadOf("dropped")], hashOf("leaf")), again).toBe(true);
        await store.dropUploads(ROUND, [...listed, ...stale, { upload: uploadOf("never"), mark: "" }]);
        expect(await store.uploads(ROUND)).toHaveLength(2);
      }
      await store.dropUploads(
        ROUND,
        (await store.uploads(ROUND)).filter(({ upload }) => upload === uploadOf("dropped")),
      );
      expect((await store.uploads(ROUND)).map(({ upload }) => upload)).toEqual([uploadOf("shared")]);
      const again = await reopen();
      for (const hash of [...chunkHashes(kept), ...chunkHashes(shared)]) expect(await again.chunk(ROUND, hash)).toHaveLength(65_536);
      for (const hash of chunkHashes(dropped)) expect(await again.chunk(ROUND, hash)).toBeNull();
      expect(await again.settledChunks(ROUND)).toBe(8);
      await again.settleUploads(ROUND, [uploadOf("shared")]);
      expect([await again.settledChunks(ROUND), await again.uploads(ROUND)]).toEqual([8, []]);
      await again.putGroup(ROUND, uploadOf("late"), group("late"));
      await again.destroyEnvelopes(ROUND);
      await again.destroyEnvelopes(ROUND);
      const last = await reopen();
      expect([await last.settledChunks(ROUND), await last.uploads(ROUND)]).toEqual([0, []]);
      expect(await last.chunk(ROUND, chunkHashes(kept)[0] as string)).toBeNull();
    });

    test("an invitation is claimed once, by one request", async (store, reopen) => {
      const [code, other, spare] = ["code", "other", "spare"].map(hashOf) as [string, string, string];
      await store.addInvitations(ROUND, ISSUER, [code, other, spare]);
      await store.addInvitations(ROUND, ISSUER, [code]);
      expect(await store.invitation(ROUND, "traders.ministry", code)).toBeNull();
      expect(await store.invitation(ROUND, ISSUER, hashOf("made up"))).toBeNull();
      const record = draw();
      const claim = (invited: string, request: string): Promise<string> =>
        store.claimInvitation(ROUND, ISSUER, invited, hashOf(request), record);
      expect(await store.invitation(ROUND, ISSUER, code)).toEqual({ drawnBy: null });
      expect(await claim(code, "request")).toBe("claimed");
      expect(await store.invitation(ROUND, ISSUER, code)).toEqual({ drawnBy: hashOf("request") });
      expect(await claim(code, "request")).toBe("same");
      expect(await claim(code, "another")).toBe("other");
      expect(await claim(hashOf("made up"), "request")).toBe("unknown");
      const again = await reopen();
      expect(await again.claimInvitation(ROUND, ISSUER, code, hashOf("request"), record)).toBe("same");
      expect(await again.claimInvitation(ROUND, ISSUER, code, hashOf("another"), record)).toBe("other");
      await again.claimInvitation(ROUND, ISSUER, other, hashOf("second"), draw());
      await again.mergeClaims(ROUND);
      await again.mergeClaims(ROUND);
      await again.addInvitations(ROUND, ISSUER, [hashOf("late")]);
      const last = await reopen();
      expect(await last.claimInvitation(ROUND, ISSUER, code, hashOf("request"), record)).toBe("same");
      expect(await last.claimInvitation(ROUND, ISSUER, spare, hashOf("third"), draw())).toBe("claimed");
      const draws = (await last.draws(ROUND, ISSUER)).map((bytes) => Buffer.from(bytes).toString("hex"));
      expect(draws).toHaveLength(3);
      expect(draws).toContain(Buffer.from(record).toString("hex"));
    });

    test("claims that have ended take nothing more, and what was drawn before is drawn", async (store) => {
      await store.addInvitations(ROUND, ISSUER, [hashOf("code"), hashOf("spare")]);
      const claim = (invited: string, request: string): Promise<string> =>
        store.claimInvitation(ROUND, ISSUER, hashOf(invited), hashOf(request), draw());
      expect((await Promise.all([claim("code", "request"), store.endClaims(ROUND)]))[0]).toBe("claimed");
      await store.endClaims(ROUND);
      expect([await claim("code", "request"), await claim("code", "late"), await claim("spare", "late")]).toEqual([
        "same",
        "other",
        "closed",
      ]);
      expect(await store.draws(ROUND, ISSUER)).toHaveLength(1);
    });

    test("200 claims of one invitation at once: one is drawn, its request alone has the answer", async (store) => {
      await store.addInvitations(ROUND, ISSUER, [hashOf("code")]);
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, i) => store.claimInvitation(ROUND, ISSUER, hashOf("code"), hashOf(`request ${i % 4}`), draw())),
      );
      expect(outcomes.filter((outcome) => outcome === "claimed")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "same")).toHaveLength(49);
      expect(outcomes.filter((outcome) => outcome === "other")).toHaveLength(150);
      expect(await store.draws(ROUND, ISSUER)).toHaveLength(1);
    });

    test("a submission is admitted once; the same bytes are the same, others are told the highest sequence", async (store, reopen) => {
      const first = admission("ana");
      expect(await store.admitSubmission(ROUND, first)).toEqual({ outcome: "admitted", epoch: 0 });
      expect(await store.admitSubmission(ROUND, { ...first, epoch: 3 })).toEqual({ outcome: "same", epoch: 0 });
      expect(await store.admitSubmission(ROUND, admission("ana", { sequence: 5 }))).toEqual({ outcome: "admitted", epoch: 0 });
      expect(await store.admitSubmission(ROUND, admission("ana", { sequence: 2 }))).toEqual({ outcome: "admitted", epoch: 0 });
      const again = await reopen();
      expect(await again.admitSubmission(ROUND, first)).toEqual({ outcome: "same", epoch: 0 });
      expect(await again.admitSubmission(ROUND, admission("ana", { content: "else" }))).toEqual({ outcome: "other", highestSequence: 5 });
      const key = { audience: 0, highestSequence: 5, count: 3 };
      expect(await again.lookUp(ROUND, hashOf("ana"), 0)).toEqual({ key, admitted: { epoch: 0, leafHash: first.leafHash } });
      expect(await again.lookUp(ROUND, hashOf("ana"), 1)).toEqual({ key, admitted: null });
      expect(await again.lookUp(ROUND, hashOf("ben"), 0)).toEqual({ key: null, admitted: null });
      expect((await again.pendingCounts(ROUND)).get(0)).toEqual({ records: 3, newKeys: 1 });
    });

    test("200 posts of one submission at once: one is admitted, all have the same answer", async (store) => {
      const outcomes = await Promise.all(Array.from({ length: 200 }, () => store.admitSubmission(ROUND, admission("ana"))));
      expect(outcomes.filter(({ outcome }) => outcome === "admitted")).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === "same")).toHaveLength(199);
      const rivals = await Promise.all(
        Array.from({ length: 200 }, (_, i) => store.admitSubmission(ROUND, admission("ben", { content: `${i}` }))),
      );
      expect(rivals.filter(({ outcome }) => outcome === "admitted")).toHaveLength(1);
      expect(rivals.filter(({ outcome }) => outcome === "other")).toHaveLength(199);
      expect(await waitingRecords(store, ROUND)).toHaveLength(2);
    });

    test("a key belongs to its first audience; gaps and too many revisions are refused; new keys never", async (store) => {
      const both = await Promise.all([0, 1].map((audience) => store.admitSubmission(ROUND, admission("ana", { audience }))));
      expect(both.map(({ outcome }) => outcome)).toEqual(["admitted", "audience"]);
      const gapless = { gapless: true };
      expect((await store.admitSubmission(ROUND, admission("ben", { ...gapless, sequence: 1 }))).outcome).toBe("gap");
      const inOrder = [0, 1, 2].map((sequence) => store.admitSubmission(ROUND, admission("ben", { ...gapless, sequence })));
      expect((await Promise.all(inOrder)).map(({ outcome }) => outcome)).toEqual(["admitted", "admitted", "admitted"]);
      expect((await store.admitSubmission(ROUND, admission("ben", { ...gapless, sequence: 4 }))).outcome).toBe("gap");
      const full = { revisionsUpTo: 4 };
      expect((await store.admitSubmission(ROUND, admission("ana", { ...full, sequence: 1 }))).outcome).toBe("later");
      expect((await store.admitSubmission(ROUND, admission("ana", full))).outcome).toBe("same");
      expect((await store.admitSubmission(ROUND, admission("new", full))).outcome).toBe("admitted");
    });

    test("a seal keeps every leaf in leaf order and no superseded envelope", async (store, reopen) => {
      const people = Array.from({ length: 300 }, (_, i) => `person ${i}`);
      await Promise.all(people.map((person) => store.admitSubmission(ROUND, admission(person))));
      await store.admitSubmission(ROUND, admission("person 7", { sequence: 1 }));
      const later = await store.admitSubmission(ROUND, admission("late", { epoch: 1 }));
      expect(later).toEqual({ outcome: "admitted", epoch: 1 });
      expect(await collect(store.epoch(ROUND, 0))).toHaveLength(0);
      const leaves = await store.prepareEpoch(ROUND, 0, "drop");
      expect(leaves).toHaveLength(301);
      // Nothing enters an epoch that is being sealed; a second preparation gives the same.
      expect(await store.admitSubmission(ROUND, admission("later", { epoch: 0 }))).toEqual({ outcome: "admitted", epoch: 1 });
      expect(await store.prepareEpoch(ROUND, 0, "drop")).toEqual(leaves);
      await store.finishEpoch(ROUND, 0, "drop");
      const again = await reopen();
      await again.recoverRound(ROUND, [{ to: 0, count: 301 }], "drop");
      const records = await collect(again.epoch(ROUND, 0));
      expect(records.map(({ leaf }) => Buffer.from(leaf))).toEqual(leaves.map((leaf) => Buffer.from(leaf)));
      expect(records.map(({ leafHash }) => leafHash)).toEqual(records.map(({ leafHash }) => leafHash).sort());
      expect(records.filter(({ envelope }) => envelope === null).map(({ sequence }) => sequence)).toEqual([0]);
      expect(await again.pendingCounts(ROUND)).toEqual(new Map([[1, { records: 2, newKeys: 2 }]]));
      expect(await waitingRecords(again, ROUND)).toHaveLength(2);
      // What there is, of whom and where, and some of it.
      const index = await again.index(ROUND);
      expect(index).toHaveLength(303);
      expect(index.filter(({ epoch }) => epoch === 0)).toHaveLength(301);
      const some = index.filter((_, i) => i % 50 === 0).map(({ leafHash }) => leafHash);
      const picked = await again.records(ROUND, new Set([...some, hashOf("nobody")]));
      expect(picked.map(({ leafHash }) => leafHash)).toEqual([...some].sort());
    });

    test("once admissions have ended nothing new comes, and what got its place before is in the last seal", async (store) => {
      await store.admitSubmission(ROUND, admission("ana"));
      const posts = Array.from({ length: 50 }, (_, i) => store.admitSubmission(ROUND, admission(`person ${i}`)));
      await store.endAdmissions(ROUND);
      await store.endAdmissions(ROUND);
      const late = [admission("late"), admission("late", { epoch: 7 }), admission("ana", { sequence: 1 })];
      for (const each of late) expect((await store.admitSubmission(ROUND, each)).outcome).toBe("closed");
      const outcomes = (await Promise.all(posts)).map(({ outcome }) => outcome);
      const leaves = await store.prepareEpoch(ROUND, 0, "drop");
      expect(leaves).toHaveLength(1 + outcomes.filter((outcome) => outcome === "admitted").length);
      await store.finishEpoch(ROUND, 0, "drop");
      expect((await store.admitSubmission(ROUND, admission("ana"))).outcome).toBe("same");
      expect((await store.admitSubmission(ROUND, admission("later"))).outcome).toBe("closed");
    });

    test("a revision in a later epoch takes the earlier envelope away; reports keep all", async (store, reopen) => {
      for (const superseded of ["drop", "keep"] as const) {
        const round = hashOf(superseded);
        const seal = async (epoch: number): Promise<void> => {
          await store.prepareEpoch(round, epoch, superseded);
          await store.finishEpoch(round, epoch, superseded);
        };
        for (const person of ["ana", "ben"]) await store.admitSubmission(round, admission(person));
        await seal(0);
        await store.admitSubmission(round, admission("ana", { sequence: 1, epoch: 1 }));
        await seal(1);
        const kept = (await collect(store.epoch(round, 0))).filter(({ envelope }) => envelope !== null);
        expect(kept).toHaveLength(superseded === "drop" ? 1 : 2);
      }
      const again = await reopen();
      const sealed = [
        { to: 0, count: 2 },
        { to: 1, count: 1 },
      ];
      await again.recoverRound(hashOf("drop"), sealed, "drop");
      expect((await collect(again.epoch(hashOf("drop"), 1))).map(({ envelope }) => envelope !== null)).toEqual([true]);
      expect((await again.lookUp(hashOf("drop"), hashOf("ana"), 0)).key).toMatchObject({ highestSequence: 1, count: 2 });
    });

    test("of a round whose envelopes are destroyed none is left, however often that is asked, and the rest stays", async (store, reopen) => {
      await Promise.all(Array.from({ length: 300 }, (_, i) => store.admitSubmission(ROUND, admission(`person ${i}`))));
      await store.prepareEpoch(ROUND, 0, "drop");
      await store.finishEpoch(ROUND, 0, "drop");
      await store.destroyEnvelopes(ROUND);
      await store.destroyEnvelopes(ROUND);
      await store.destroyEnvelopes(hashOf("another round"));
      const again = await reopen();
      await again.recoverRound(ROUND, [{ to: 0, count: 300 }], "drop");
      const records = await collect(again.epoch(ROUND, 0));
      expect(records).toHaveLength(300);
      expect(records.every(({ envelope, leaf }) => envelope === null && leaf.length > 0)).toBe(true);
    });

    test("two epochs sealed as one are found under both numbers, and which one a record came in is forgotten", async (store, reopen) => {
      const ana = admission("ana", { epoch: 0 });
      expect(await store.admitSubmission(ROUND, ana)).toEqual({ outcome: "admitted", epoch: 0 });
      await store.admitSubmission(ROUND, admission("ben", { epoch: 1 }));
      await store.prepareEpoch(ROUND, 1, "drop");
      await store.finishEpoch(ROUND, 1, "drop");
      expect(await collect(store.epoch(ROUND, 0))).toHaveLength(2);
      expect(await collect(store.epoch(ROUND, 1))).toHaveLength(2);
      expect(await collect(store.epoch(ROUND, 2))).toHaveLength(0);
      for (const start of ["first", "second"]) {
        const each = start === "first" ? store : await reopen();
        if (start === "second") await each.recoverRound(ROUND, [{ to: 1, count: 2 }], "drop");
        expect(await each.admitSubmission(ROUND, ana)).toEqual({ outcome: "same", epoch: 1 });
        expect((await each.lookUp(ROUND, ana.responseKey, 0)).admitted).toMatchObject({ epoch: 1 });
      }
    });

    test("a seal that failed and is made again under a higher number leaves nothing of the first", async (store, reopen) => {
      await store.admitSubmission(ROUND, admission("ana", { epoch: 0 }));
      await store.admitSubmission(ROUND, admission("ben", { epoch: 1 }));
      await store.prepareEpoch(ROUND, 0, "drop");
      await store.prepareEpoch(ROUND, 1, "drop");
      await store.finishEpoch(ROUND, 1, "drop");
      const again = await reopen();
      await again.recoverRound(ROUND, [{ to: 1, count: 2 }], "drop");
      expect(await collect(again.epoch(ROUND, 0))).toHaveLength(2);
      await expect(again.prepareEpoch(ROUND, 1, "drop")).rejects.toThrow(TypeError);
    });

    test("a ledger older than the rest destroys nothing: start-up refuses", async (store, reopen) => {
      await store.admitSubmission(ROUND, admission("ana"));
      await store.prepareEpoch(ROUND, 0, "drop");
      await store.finishEpoch(ROUND, 0, "drop");
      const older = await reopen();
      const recovered = older.recoverRound(ROUND, [], "drop");
      await expect(recovered).rejects.toSatisfy((error: unknown) => isAmanaError(error, "ERR_STORE_DAMAGED"));
      const newer = await reopen();
      await newer.recoverRound(ROUND, [{ to: 0, count: 1 }], "drop");
      expect(await collect(newer.epoch(ROUND, 0))).toHaveLength(1);
    });

    test("a seal that never reached the ledger is undone at start; one that did is finished", async (store, reopen) => {
      await Promise.all(["ana", "ben", "eve"].map((person) => store.admitSubmission(ROUND, admission(person))));
      await store.prepareEpoch(ROUND, 0, "drop");
      let again = await reopen();
      await again.recoverRound(ROUND, [], "drop");
      expect(await waitingRecords(again, ROUND)).toHaveLength(3);
      expect(await again.admitSubmission(ROUND, admission("ana"))).toEqual({ outcome: "same", epoch: 0 });
      await again.prepareEpoch(ROUND, 0, "drop");
      again = await reopen();
      await again.recoverRound(ROUND, [{ to: 0, count: 3 }], "drop");
      expect(await waitingRecords(again, ROUND)).toHaveLength(0);
      expect(await collect(again.epoch(ROUND, 0))).toHaveLength(3);
      expect((await again.admitSubmission(ROUND, admission("ana"))).outcome).toBe("same");
    });

    test("a sealed epoch that lacks records is damage", async (store, reopen) => {
      await store.admitSubmission(ROUND, admission("ana"));
      const again = await reopen();
      const recovered = again.recoverRound(ROUND, [{ to: 0, count: 1 }], "drop");
      await expect(recovered).rejects.toSatisfy((error: unknown) => isAmanaError(error, "ERR_STORE_DAMAGED"));
    });

    test("more than the queue holds is refused, and what was taken is kept", async (store) => {
      const posts = Array.from({ length: 1200 }, (_, i) => store.admitSubmission(ROUND, admission(`person ${i}`)));
      const done = await Promise.allSettled(posts);
      const refused = done.filter((result) => result.status === "rejected");
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.every((result) => isAmanaError(result.reason, "ERR_OVERLOADED"))).toBe(true);
      expect(await waitingRecords(store, ROUND)).toHaveLength(1200 - refused.length);
    });
  });
}

async function collect(records: AsyncIterable<EpochRecord>): Promise<EpochRecord[]> {
  const all: EpochRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}
