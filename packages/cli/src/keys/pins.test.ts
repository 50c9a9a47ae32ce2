import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../test-support/folder.ts";
import { testIo } from "../../test-support/io.ts";
import { pinKey, pinnedProgramme, readPins, writePin } from "./pins.ts";

const ONE = "11".repeat(32);
const TWO = "22".repeat(32);

describe("pins", () => {
  it("are kept by address, one programme each", () =>
    withFolder(async (folder) => {
      const { io } = testIo({ environment: { AMANA_PINS: join(folder, "new", "pins.json") } });
      expect(await readPins(io)).toEqual({});
      await writePin(io, "https://one.example.org/feedback", ONE);
      await writePin(io, "https://two.example.org", TWO);
      await writePin(io, "https://one.example.org/feedback/", TWO);
      expect(await readPins(io)).toEqual({ "https://one.example.org/feedback/": TWO, "https://two.example.org/": TWO });
      expect(await pinnedProgramme(io, "https://two.example.org/", undefined)).toBe(TWO);
      expect(await pinnedProgramme(io, "https://two.example.org/", ONE)).toBe(ONE);
      await expect(pinnedProgramme(io, "https://three.example.org/", undefined)).rejects.toMatchObject({ code: "ERR_PROGRAMME_MISMATCH" });
    }));

  it("lie where XDG says, unless AMANA_PINS does", () =>
    withFolder(async (folder) => {
      const { io } = testIo({ environment: { XDG_CONFIG_HOME: folder } });
      await writePin(io, "https://one.example.org/", ONE);
      expect(JSON.parse(await readFile(join(folder, "amana", "pins.json"), "utf8"))).toEqual({ "https://one.example.org/": ONE });
    }));

  it("refuse a damaged file instead of taking every server for a new one, and do not write over it", () =>
    withFolder(async (folder) => {
      const path = join(folder, "pins.json");
      const { io } = testIo({ environment: { AMANA_PINS: path } });
      for (const content of ['{"https://one.example.org/"', '{"https://one.example.org/":"11"}', "[]x"]) {
        await writeFile(path, content);
        await expect(readPins(io)).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
        await expect(writePin(io, "https://two.example.org/", TWO)).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
        expect(await readFile(path, "utf8")).toBe(content);
      }
      await mkdir(join(folder, "folder"));
      await expect(readPins(testIo({ environment: { AMANA_PINS: join(folder, "folder") } }).io)).rejects.toMatchObject({ code: "EISDIR" });
    }));

  it("take a server's address, with or without its last slash", () => {
    expect(pinKey("https://one.example.org")).toBe("https://one.example.org/");
    expect(pinKey("https://ONE.example.org/feedback//")).toBe("https://one.example.org/feedback/");
    for (const url of [
      "",
      "one.example.org",
      "localhost:8080/",
      "ftp://one.example.org/",
      "https://a:b@one.example.org/",
      "https://one.example.org/#x",
    ])
      expect(() => pinKey(url), url).toThrow(expect.objectContaining({ code: "ERR_CONFIG_INVALID" }));
  });
});
