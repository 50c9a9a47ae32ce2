import { copyFile, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../../fixtures/folder.ts";
import { admission, draw, hashOf, ISSUER, ROUND } from "../../../fixtures/records.ts";
import { FIXED_TIME } from "./files.ts";
import { withSocketPath } from "./lock.ts";
import { lowdbStore } from "./store.ts";

const PEOPLE = Array.from({ length: 60 }, (_, i) => `person ${i}`);

/** All documents below a folder by their names. */
async function documents(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".json")) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(folder.length + 1), await readFile(path, "utf8"));
  }
  return found;
}

/** Of how many pairs of people who came one after the other a reader of the disk knows it, by the order of records in documents. */
function ordered(texts: Iterable<string>): number {
  let right = 0;
  for (const text of texts) {
    const hashes = [...text.matchAll(/"responseKey":"([0-9a-f]{64})"/g)].map(([, hash]) => hash);
    for (let i = 1; i < hashes.length; i++) {
      const [before, after] = [hashes[i - 1], hashes[i]].map((hash) => PEOPLE.findIndex((person) => hashOf(person) === hash));
      if (after === (before ?? 0) + 1) right++;
    }
  }
  return right;
}

describe("nothing at rest has an order or a time", () => {
  it("writes records by their hash, under random names and one constant time", () =>
    withDataFolder(async (folder) => {
      const store = await lowdbStore(folder);
      await store.addInvitations(ROUND, ISSUER, PEOPLE.map(hashOf));
      for (const person of PEOPLE) {
        await store.admitSubmission(ROUND, admission(person));
        await store.claimInvitation(ROUND, ISSUER, hashOf(person), hashOf(`request ${person}`), draw());
      }
      const waiting = await documents(join(folder, "rounds", ROUND, "pending"));
      expect([...waiting.keys()].every((name) => /^[0-9a-f]{32}\.json$/.test(name))).toBe(true);
      expect(waiting.size).toBe(2);
      expect(ordered(waiting.values())).toBeLessThan(8);
      await store.prepareEpoch(ROUND, 0, "drop");
      await store.finishEpoch(ROUND, 0, "drop");
      await store.mergeClaims(ROUND);
      expect((await documents(join(folder, "rounds", ROUND, "pending"))).size).toBe(0);
      expect((await documents(join(folder, "rounds", ROUND, "claims"))).size).toBe(0);
      for (const name of (await documents(folder)).keys()) {
        const { atimeMs, mtimeMs, mode } = await stat(join(folder, name));
        expect([mtimeMs / 1000, mode & 0o777]).toEqual([FIXED_TIME, 0o600]);
        expect(atimeMs).toBeGreaterThan(0);
      }
      await store.close();
    }));

  it("after a seal, any order of arrival leaves the same bytes under the same names", async () => {
    const left: Map<string, string>[] = [];
    for (const people of [PEOPLE, [...PEOPLE].reverse()]) {
      await withDataFolder(async (folder) => {
        const store = await lowdbStore(folder);
        await store.addInvitations(ROUND, ISSUER, PEOPLE.map(hashOf));
        for (const person of people) {
          await store.admitSubmission(ROUND, admission(person));
          await store.claimInvitation(ROUND, ISSUER, hashOf(person), hashOf(`request ${person}`), Buffer.alloc(608, person));
        }
        await store.prepareEpoch(ROUND, 0, "drop");
        await store.finishEpoch(ROUND, 0, "drop");
        await store.mergeClaims(ROUND);
        left.push(await documents(folder));
        await store.close();
      });
    }
    expect(left[0]?.size).toBeGreaterThan(2);
    expect(left[1]).toEqual(left[0]);
  });

  it("with a writer that does not sort, the order of arrival is there to read", () =>
    withDataFolder(async (folder) => {
      const store = await lowdbStore(folder, { arrange: (records) => [...records] });
      for (const person of PEOPLE) await store.admitSubmission(ROUND, admission(person));
      const waiting = await documents(join(folder, "rounds", ROUND, "pending"));
      expect(ordered(waiting.values())).toBe(58);
      await store.close();
    }));
});

describe("start-up", () => {
  it("names a damaged document, changes nothing and lets go of the lock", () =>
    withDataFolder(async (folder) => {
      const store = await lowdbStore(folder);
      await store.writeDocument("programme", { a: 1 });
      await store.addInvitations(ROUND, ISSUER, [hashOf("code")]);
      await store.admitSubmission(ROUND, admission("ana"));
      await store.prepareEpoch(ROUND, 0, "drop");
      await store.close();
      await writeFile(join(folder, "leftover.tmp"), "half");
      for (const name of (await documents(folder)).keys()) {
        const path = join(folder, name);
        await copyFile(path, `${path}.kept`);
        const whole = await readFile(path);
        const flipped = Buffer.from(whole);
        flipped[whole.length - 10] = (whole[whole.length - 10] ?? 0) ^ 1;
        for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), flipped]) {
          await writeFile(path, bytes);
          const before = await readdir(folder, { recursive: true });
          const error = await lowdbStore(folder).then(
            () => null,
            (reason: unknown) => reason,
          );
          expect(isAmanaError(error, "ERR_STORE_DAMAGED") && error.message).toContain(name);
          expect(await readdir(folder, { recursive: true })).toEqual(before);
        }
        await writeFile(path, whole);
      }
      const again = await lowdbStore(folder);
      expect(await readdir(folder)).not.toContain("leftover.tmp");
      await again.close();
    }));

  it("finds a damaged file when it is asked for", () =>
    withDataFolder(async (folder) => {
      const store = await lowdbStore(folder);
      const name = await store.putFile(Buffer.from("a questionnaire"));
      await truncate(join(folder, "files", name), 3);
      await expect(store.getFile(name)).rejects.toSatisfy((error: unknown) => isAmanaError(error, "ERR_STORE_DAMAGED"));
      await store.putFile(Buffer.from("a questionnaire"));
      expect(await store.getFile(name)).not.toBeNull();
      await store.close();
    }));
});

describe("the lock", () => {
  const busy = (error: unknown): boolean => isAmanaError(error, "ERR_STORE_BUSY");

  it("keeps a second store out, also through another name, and is free afterwards", () =>
    withDataFolder(async (folder) => {
      const first = await lowdbStore(folder);
      await expect(lowdbStore(folder)).rejects.toSatisfy(busy);
      await symlink(folder, `${folder}-link`);
      await expect(lowdbStore(`${folder}-link`)).rejects.toSatisfy(busy);
      expect((await stat(first.lock.path)).mode & 0o777).toBe(0o600);
      await first.close();
      await (await lowdbStore(folder)).close();
    }));

  it("of many that start at once on a dead process's socket, one gets it", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder, { recursive: true });
      await leaveStaleSocket(folder);
      const started = await Promise.allSettled(Array.from({ length: 8 }, () => lowdbStore(folder)));
      const open = started.filter((result) => result.status === "fulfilled");
      expect(open).toHaveLength(1);
      expect(started.every((result) => result.status === "fulfilled" || busy(result.reason))).toBe(true);
      await expect(lowdbStore(folder)).rejects.toSatisfy(busy);
      for (const { value } of open) await value.close();
    }));

  it("works and can be reached under a path longer than a socket's may be", () =>
    withDataFolder(async (folder) => {
      const deep = join(folder, "a".repeat(80), "b".repeat(80));
      const store = await lowdbStore(deep);
      await expect(lowdbStore(deep)).rejects.toSatisfy(busy);
      const heard = new Promise((resolve) => store.lock.server.once("connection", resolve));
      await withSocketPath(
        deep,
        (path) =>
          new Promise<void>((resolve, reject) => {
            const socket = connect(path, () => resolve(void socket.end()));
            socket.once("error", reject);
          }),
      );
      await heard;
      await store.close();
      await leaveStaleSocket(deep);
      await (await lowdbStore(deep)).close();
    }));
});

/** A socket file whose process was killed. */
async function leaveStaleSocket(folder: string): Promise<void> {
  const { spawn } = await import("node:child_process");
  const script = `process.chdir(process.argv[1]); require("net").createServer().listen("amana.sock", () => process.kill(process.pid, "SIGKILL"))`;
  const child = spawn(process.execPath, ["-e", script, folder]);
  await new Promise((resolve) => child.once("exit", resolve));
  expect((await stat(join(folder, "amana.sock"))).isSocket()).toBe(true);
}
