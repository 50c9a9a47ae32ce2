import { spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../../fixtures/folder.ts";
import { type Lock, takeLock } from "./lock.ts";

/** A socket file of a process that was killed. */
async function leaveStale(folder: string, name: string): Promise<void> {
  const script = `process.chdir(process.argv[1]); require("net").createServer().listen(process.argv[2], () => process.kill(process.pid, "SIGKILL"))`;
  const child = spawn(process.execPath, ["-e", script, folder, name]);
  await new Promise((resolve) => child.once("exit", resolve));
}

describe("many that start at once in a folder of dead sockets", () => {
  it("never hold it two at a time, and one of them gets it; the others are told that it is busy", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder, { recursive: true });
      for (let turn = 0; turn < 12; turn++) {
        if (turn % 3 === 0) for (const name of ["amana.sock.dead", ...(turn === 0 ? ["amana.sock"] : [])]) await leaveStale(folder, name);
        const held = new Set<Lock>();
        const started = await Promise.allSettled(
          Array.from({ length: 8 }, async (_, i) => {
            await new Promise((resolve) => setTimeout(resolve, i % 3));
            const lock = await takeLock(folder);
            held.add(lock);
            expect(held.size).toBe(1);
            return lock;
          }),
        );
        for (const result of started) if (result.status === "rejected") expect(isAmanaError(result.reason, "ERR_STORE_BUSY")).toBe(true);
        expect(held.size).toBe(1);
        for (const lock of held) await lock.release();
        expect((await readdir(folder)).filter((name) => name.startsWith("amana.sock"))).toEqual([]);
      }
    }));

  it("respect a holder whose socket has another form, and one that is too busy to answer", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder, { recursive: true });
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(join(folder, "amana.sock"), resolve));
      await expect(takeLock(folder)).rejects.toMatchObject({ code: "ERR_STORE_BUSY" });
      expect(await readdir(folder)).toEqual(["amana.sock"]);
      await new Promise((resolve) => holder.close(resolve));
      await (await takeLock(folder)).release();
    }));

  it("say that the folder cannot be written", () =>
    withDataFolder(async (folder) => {
      await expect(takeLock(folder)).rejects.toMatchObject({ code: "ERR_STORE_WRITE" });
      await writeFile(folder, "no folder");
      await expect(takeLock(folder)).rejects.toMatchObject({ code: "ERR_STORE_WRITE" });
    }));
});
