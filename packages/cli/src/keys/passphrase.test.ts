import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../test-support/folder.ts";
import { testIo } from "../../test-support/io.ts";
import { newPassphrase, passphrase } from "./passphrase.ts";

describe("passphrase", () => {
  it("is a file's first line, or what a person types", () =>
    withFolder(async (folder) => {
      const path = join(folder, "passphrase.txt");
      await writeFile(path, "from a file\r\nsecond line\n");
      expect(await passphrase({ "passphrase-file": path }, testIo().io)).toBe("from a file");
      expect(await passphrase({}, testIo({ answers: ["typed"] }).io)).toBe("typed");
    }));

  it("is refused when it is empty, or when there is nobody to ask and no file", () =>
    withFolder(async (folder) => {
      const path = join(folder, "empty.txt");
      await writeFile(path, "\n");
      for (const make of [passphrase, newPassphrase]) {
        await expect(make({ "passphrase-file": path }, testIo().io)).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
        await expect(make({ "passphrase-file": join(folder, "none") }, testIo().io)).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
        await expect(make({}, testIo().io)).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
        await expect(make({}, testIo({ answers: [""] }).io)).rejects.toMatchObject({ code: "ERR_PASSPHRASE" });
      }
    }));

  it("of a new key file is typed twice", async () => {
    const { io, written } = testIo({ answers: ["four words are good", "four words are good"] });
    expect(await newPassphrase({}, io)).toBe("four words are good");
    expect(written).toMatchObject({ warned: [], asked: ["Choose a passphrase: ", "The same passphrase again: "] });
    await expect(newPassphrase({}, testIo({ answers: ["four words are good", "four words"] }).io)).rejects.toMatchObject({
      code: "ERR_PASSPHRASE",
    });
  });

  it("is warned about when a person chooses a short one, and not when a file gives it", () =>
    withFolder(async (folder) => {
      const short = testIo({ answers: ["short", "short"] });
      expect(await newPassphrase({}, short.io)).toBe("short");
      expect(short.written.warned.join()).toContain("12 characters");
      const path = join(folder, "passphrase.txt");
      await writeFile(path, "short\n");
      const file = testIo();
      expect(await newPassphrase({ "passphrase-file": path }, file.io)).toBe("short");
      expect(file.written).toMatchObject({ warned: [], asked: [] });
    }));
});
