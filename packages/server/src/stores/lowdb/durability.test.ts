import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { SimulatedDisk, systemError } from "../../../fixtures/disk.ts";
import { withDataFolder } from "../../../fixtures/folder.ts";
import { admission, draw, hashOf, ISSUER, ROUND, waitingRecords } from "../../../fixtures/records.ts";
import type { FileOperations } from "./files.ts";
import { nodeFiles } from "./files.ts";
import { type LowdbStore, lowdbStore } from "./store.ts";

describe("what is acknowledged is on the disk", () => {
  it("answers after write, sync, rename and sync of the folder, in this order", () =>
    withDataFolder(async (folder) => {
      const log: string[] = [];
      const store = await lowdbStore(folder, { files: recording(log) });
      await store.admitSubmission(ROUND, admission("first"));
      log.length = 0;
      await store.admitSubmission(ROUND, admission("second"));
      log.push("answer");
      expect(log).toEqual(["create", "write", "sync", "close", "rename", "syncFolder", "answer"]);
      await store.close();
    }));

  it("shares one write among everything that waits", () =>
    withDataFolder(async (folder) => {
      const log: string[] = [];
      const store = await lowdbStore(folder, { files: recording(log) });
      await store.admitSubmission(ROUND, admission("first"));
      log.length = 0;
      await Promise.all(Array.from({ length: 30 }, (_, i) => store.admitSubmission(ROUND, admission(`person ${i}`))));
      expect(log.filter((step) => step === "sync").length).toBeLessThanOrEqual(2);
      await store.close();
    }));

  it("survives a loss of power at every step, whatever of the unsynced got to the disk", async () => {
    const steps = await run(new SimulatedDisk(), []);
    expect(steps).toBeGreaterThan(60);
    let seed = 1;
    const coin = (): boolean => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed > 1073741824;
    };
    for (let failAfter = 0; failAfter <= steps; failAfter++) {
      for (const crash of ["forget", "reorder", "reorder"] as const) {
        const disk = new SimulatedDisk();
        disk.failAfter = failAfter;
        const acknowledged: string[] = [];
        await run(disk, acknowledged).catch((error: unknown) => {
          if (!isAmanaError(error)) throw error;
        });
        await checkKept(disk.afterCrash(crash, coin), acknowledged, `step ${failAfter}, ${crash}`);
      }
    }
  }, 120_000);

  it.each(["sync", "syncFolder"])("would lose what is acknowledged if the disk's %s did nothing", async (step) => {
    const disk = new SimulatedDisk();
    const lost = (error: unknown): boolean => isAmanaError(error, "ERR_STORE_DAMAGED");
    await withDataFolder(async (folder) => {
      const files = disk.under(folder);
      const forgetful: FileOperations =
        step === "sync"
          ? { ...files, create: async (path) => ({ ...(await files.create(path)), sync: async () => undefined }) }
          : { ...files, syncFolder: async () => undefined };
      const store = await lowdbStore(folder, { files: forgetful });
      await store.admitSubmission(ROUND, admission("ana"));
      await store.close();
      const reopened = lowdbStore(folder, { files: disk.afterCrash("forget").under(folder) });
      if (step === "sync") return expect(reopened).rejects.toSatisfy(lost);
      expect((await (await reopened).lookUp(ROUND, hashOf("ana"), 0)).key).toBeNull();
      await (await reopened).close();
    });
  });

  it.each(["ENOSPC", "EIO", "EROFS"])(
    "keeps nothing and says so when the disk answers %s, and goes on when it is well again",
    async (code) => {
      for (const failing of ["create", "write", "sync", "rename", "syncFolder"]) {
        await withDataFolder(async (folder) => {
          const disk = new SimulatedDisk();
          const store = await lowdbStore(folder, { files: disk.under(folder) });
          await store.admitSubmission(ROUND, admission("before"));
          let broken = true;
          disk.before = (step) => {
            if (broken && step === failing) throw systemError(code);
          };
          const refused = await Promise.allSettled(
            Array.from({ length: 40 }, (_, i) => store.admitSubmission(ROUND, admission(`person ${i}`))),
          );
          for (const result of refused) {
            expect(result.status === "rejected" && isAmanaError(result.reason, "ERR_STORE_WRITE"), failing).toBe(true);
          }
          expect((await store.lookUp(ROUND, hashOf("person 0"), 0)).key).toBeNull();
          broken = false;
          // Others under the same numbers: what failed has left nothing that stands in their way, now or after a restart.
          const rivals = Array.from({ length: 40 }, (_, i) => store.admitSubmission(ROUND, admission(`person ${i}`, { content: "rival" })));
          for (const { outcome } of await Promise.all(rivals)) expect(outcome).toBe("admitted");
          await store.close();
          const again = await lowdbStore(folder, { files: disk.afterCrash("forget").under(folder) });
          expect(await waitingRecords(again, ROUND)).toHaveLength(41);
          expect((await again.lookUp(ROUND, hashOf("person 39"), 0)).admitted?.leafHash).toBe(
            admission("person 39", { content: "rival" }).leafHash,
          );
          await again.close();
        });
      }
    },
  );
});

const PEOPLE = 40;
const CODES = ["c1", "c2", "c3"].map(hashOf);

/** A small round: invitations, claims, submissions over two documents, a seal, a revision, another seal. Gives the steps it took. */
async function run(disk: SimulatedDisk, acknowledged: string[]): Promise<number> {
  return withStore(disk, async (store) => {
    const post = async (person: string, sequence = 0, epoch = 0): Promise<void> => {
      await store.admitSubmission(ROUND, admission(person, { sequence, epoch }));
      acknowledged.push(`${person}/${sequence}`);
    };
    await store.addInvitations(ROUND, ISSUER, CODES);
    acknowledged.push("invitations");
    const claim = async (code: string): Promise<void> => {
      await store.claimInvitation(ROUND, ISSUER, code, hashOf(`request ${code}`), draw());
      acknowledged.push(`claim/${code}`);
    };
    await settled([claim(CODES[0] ?? ""), claim(CODES[1] ?? "")]);
    await post("person 0");
    await settled(Array.from({ length: PEOPLE }, (_, i) => post(`person ${i}`)));
    await store.prepareEpoch(ROUND, 0, "drop");
    // Here the ledger takes it.
    acknowledged.push("logged 0");
    await store.finishEpoch(ROUND, 0, "drop");
    await store.mergeClaims(ROUND);
    await settled([claim(CODES[2] ?? ""), post("late", 0, 1), post("person 3", 1, 1)]);
    await store.prepareEpoch(ROUND, 1, "drop");
    acknowledged.push("logged 1");
    await store.finishEpoch(ROUND, 1, "drop");
    return disk.steps;
  });
}

/** Opens what a crash left, twice, and looks for everything that was acknowledged. */
async function checkKept(disk: SimulatedDisk, acknowledged: readonly string[], where: string): Promise<void> {
  const sealed = [
    { to: 0, count: PEOPLE },
    { to: 1, count: 2 },
  ].slice(0, acknowledged.filter((step) => step.startsWith("logged")).length);
  for (let opening = 0; opening < 2; opening++) {
    await withStore(disk, async (store) => {
      await store.recoverRound(ROUND, sealed, "drop");
      const leaves = new Set((await waitingRecords(store, ROUND)).map(({ leafHash }) => leafHash));
      const waiting = leaves.size;
      let inEpochs = 0;
      for (const { to } of sealed) {
        for await (const record of store.epoch(ROUND, to)) {
          leaves.add(record.leafHash);
          inEpochs++;
          const superseded = record.responseKey === hashOf("person 3") && record.sequence === 0 && sealed.length === 2;
          expect(record.envelope === null, where).toBe(superseded);
        }
      }
      // Nothing is counted twice.
      expect(leaves.size, where).toBe(waiting + inEpochs);
      for (const step of acknowledged) {
        const [person = "", number] = step.split("/");
        if (person === "claim") {
          expect(await store.invitation(ROUND, ISSUER, number ?? ""), where).not.toBeNull();
          expect(await store.claimInvitation(ROUND, ISSUER, number ?? "", hashOf(`request ${number}`), draw()), where).toBe("same");
          expect(await store.claimInvitation(ROUND, ISSUER, number ?? "", hashOf("another"), draw()), where).toBe("other");
        } else if (number !== undefined) {
          const { leafHash } = admission(person, { sequence: Number(number) });
          expect((await store.lookUp(ROUND, hashOf(person), Number(number))).admitted?.leafHash, `${where}: ${step}`).toBe(leafHash);
          expect(leaves.has(leafHash), `${where}: ${step}`).toBe(true);
        }
      }
    });
    expect(
      [...disk.files().keys()].filter((path) => path.endsWith(".tmp")),
      where,
    ).toEqual([]);
  }
}

/** All of them done or failed; then the first failure. */
async function settled(steps: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(steps)) if (result.status === "rejected") throw result.reason;
}

function withStore<T>(disk: SimulatedDisk, use: (store: LowdbStore) => Promise<T>): Promise<T> {
  return withDataFolder(async (folder) => {
    const store = await lowdbStore(folder, { files: disk.under(folder) });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  });
}

function recording(log: string[]): FileOperations {
  return {
    ...nodeFiles,
    async create(path) {
      const file = await nodeFiles.create(path);
      log.push("create");
      return {
        write: (bytes) => file.write(bytes).then(() => void log.push("write")),
        sync: () => file.sync().then(() => void log.push("sync")),
        close: () => file.close().then(() => void log.push("close")),
      };
    },
    rename: (from, to) => nodeFiles.rename(from, to).then(() => void log.push("rename")),
    syncFolder: (path) => nodeFiles.syncFolder(path).then(() => void log.push("syncFolder")),
  };
}
