import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printBackup, readBackup } from "./backup.ts";
import { type KeyFile, kemKeyOf, readKeyFile, writeKeyFile } from "./key-file.ts";
import { WorkFolder } from "./work-folder.ts";

const FILE: KeyFile = {
  organisation: "customs",
  server: "https://feedback.example.org/",
  signingSeed: "0123456789abcdef".repeat(4),
  rounds: { "wave-1": "fedcba9876543210".repeat(4), "reports-1": "00112233445566ff".repeat(4) },
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amana-keys-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("key file", () => {
  it("is read back, is its owner's alone, and shows nothing of its seeds", async () => {
    const path = join(folder, "customs.key");
    await writeKeyFile(path, FILE, "correct horse");
    expect(await readKeyFile(path, "correct horse")).toEqual(FILE);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "latin1")).not.toContain(FILE.signingSeed);
    expect(await readdir(folder)).toEqual(["customs.key"]);
  });

  it("refuses another passphrase, a damaged file and another file, each with its code", async () => {
    const path = join(folder, "other.key");
    await writeKeyFile(path, FILE, "correct horse");
    await expect(readKeyFile(path, "wrong")).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    await writeFile(path, bytes);
    await expect(readKeyFile(path, "correct horse")).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
    await writeFile(path, "hello");
    await expect(readKeyFile(path, "correct horse")).rejects.toMatchObject({ code: "ERR_KEY_FILE" });
    await expect(readKeyFile(join(folder, "none"), "correct horse")).rejects.toMatchObject({ code: "ERR_KEY_FILE" });
  });

  it("has no key for a round it does not know", () => {
    expect(() => kemKeyOf(FILE, "wave-2")).toThrow(expect.objectContaining({ code: "ERR_KEY_FILE" }));
  });
});

describe("backup", () => {
  it("reads back, also with other line ends, capitals and spaces around", () => {
    const printed = printBackup(FILE);
    expect(readBackup(printed)).toEqual(FILE);
    expect(readBackup(printed.replaceAll("\n", "  \r\n"))).toEqual(FILE);
    expect(readBackup(printed.replace(/(signing .*)/, (line) => line.toUpperCase().replace("SIGNING", "signing")))).toEqual(FILE);
  });

  it("finds nearly every mistyped digit in its line, and names the line", () => {
    const lines = printBackup(FILE).split("\n");
    const row = lines.findIndex((line) => line.startsWith("wave-1"));
    const line = lines[row] as string;
    let caught = 0;
    let tried = 0;
    for (let at = "wave-1 ".length; at < line.length - 3; at++) {
      if (line[at] === " ") continue;
      const typed = line.slice(0, at) + (line[at] === "0" ? "1" : "0") + line.slice(at + 1);
      if (typed === line) continue;
      tried += 1;
      try {
        readBackup([...lines.slice(0, row), typed, ...lines.slice(row + 1)].join("\n"));
      } catch (error) {
        expect(error).toMatchObject({ code: "ERR_KEY_FILE", details: { note: `Line ${row + 1} has a typing mistake.` } });
        caught += 1;
      }
    }
    // A check of one byte misses one mistake in 256.
    expect(tried).toBeGreaterThan(50);
    expect(caught / tried).toBeGreaterThan(0.95);
  });

  it("refuses what is no backup", () => {
    expect(() => readBackup("nothing here")).toThrow(expect.objectContaining({ code: "ERR_KEY_FILE" }));
  });
});

describe("work folder", () => {
  it("keeps envelopes by leaf hash, and lists nothing that an interrupted write left", async () => {
    const { holdings } = new WorkFolder(join(folder, "customs.key"), "wave-1");
    expect(await holdings.list()).toEqual([]);
    expect(await holdings.get("aa".repeat(32))).toBeNull();
    await holdings.put("aa".repeat(32), new Uint8Array([1, 2, 3]));
    await writeFile(join(folder, "customs.key.work", "wave-1", "envelopes", `${"bb".repeat(32)}.new`), "half");
    expect(await holdings.list()).toEqual(["aa".repeat(32)]);
    expect([...((await holdings.get("aa".repeat(32))) as Uint8Array)]).toEqual([1, 2, 3]);
    await holdings.remove("aa".repeat(32));
    expect(await holdings.list()).toEqual([]);
  });
});
