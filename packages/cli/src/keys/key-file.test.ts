import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kemKeyOf, parseKeyFile } from "@amana/client/keys";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../test-support/folder.ts";
import { KEY_FILE, PASSPHRASE, writtenKeyFile } from "../../test-support/keys.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";

describe("key file", () => {
  it("is read back, is its owner's alone, and shows nothing of its seeds", () =>
    withFolder(async (folder) => {
      const path = await writtenKeyFile(folder);
      expect(await readKeyFile(path, PASSPHRASE)).toEqual(KEY_FILE);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const bytes = await readFile(path, "latin1");
      for (const secret of [KEY_FILE.signingSeed, ...Object.values(KEY_FILE.rounds), "customs"]) expect(bytes).not.toContain(secret);
      expect(await readdir(folder)).toEqual(["customs.key"]);
    }));

  it("says whether the passphrase is wrong or the file is damaged", () =>
    withFolder(async (folder) => {
      const path = await writtenKeyFile(folder);
      await expect(readKeyFile(path, "wrong")).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
      const bytes = await readFile(path);
      const damaged = Buffer.from(bytes);
      damaged[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
      for (const content of [damaged, bytes.subarray(0, -5), bytes.subarray(0, 40), "hello", ""]) {
        await writeFile(path, content);
        await expect(readKeyFile(path, PASSPHRASE)).rejects.toMatchObject({ code: "ERR_KEY_FILE" });
      }
      await expect(readKeyFile(join(folder, "none"), PASSPHRASE)).rejects.toMatchObject({ code: "ERR_KEY_FILE" });
    }));

  it("is replaced whole or not at all, and takes away what an interrupted write left", () =>
    withFolder(async (folder) => {
      const path = await writtenKeyFile(folder);
      await writeFile(`${path}.new`, "an old secret", { mode: 0o644 });
      await writeKeyFile(path, { ...KEY_FILE, rounds: {} }, PASSPHRASE);
      expect((await readKeyFile(path, PASSPHRASE)).rounds).toEqual({});
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readdir(folder)).toEqual(["customs.key"]);
      await expect(writeKeyFile(join(folder, "no", "folder.key"), KEY_FILE, PASSPHRASE)).rejects.toMatchObject({ code: "ENOENT" });
    }));

  it("refuses contents that are not exactly a key file's", () => {
    for (const content of [
      "null",
      "{}",
      JSON.stringify({ ...KEY_FILE, signingSeed: "00" }),
      JSON.stringify({ ...KEY_FILE, signingSeed: KEY_FILE.signingSeed.toUpperCase() }),
      JSON.stringify({ ...KEY_FILE, rounds: { "../wave": KEY_FILE.signingSeed } }),
      JSON.stringify({ ...KEY_FILE, more: 1 }),
    ])
      expect(() => parseKeyFile(content), content).toThrow(expect.objectContaining({ code: "ERR_KEY_FILE" }));
  });

  it("has no key for a round it does not know", () => {
    expect(() => kemKeyOf(KEY_FILE, "wave-2")).toThrow(expect.objectContaining({ code: "ERR_KEY_FILE" }));
  });
});
