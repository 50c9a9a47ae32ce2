import { describe, expect, it } from "vitest";
import {
  backupGroup,
  checkedBackup,
  isExposed,
  keyCard,
  newKeyFile,
  parseKeyFile,
  readBackup,
  serverAddress,
  withRoundKey,
} from "./index.ts";

const file = withRoundKey(newKeyFile("customs", "https://x.test/"), "wave-1");

describe("a key file", () => {
  it("gets one key for a round, and none where one was destroyed", () => {
    expect(() => withRoundKey(file, "wave-1")).toThrow("key file");
    const record = { cosigned: {}, amended: {}, released: {}, destroyed: ["wave-2"] };
    expect(() => withRoundKey({ ...file, record }, "wave-2")).toThrow("key file");
    expect(Object.keys(withRoundKey({ ...file, record }, "wave-3").rounds)).toEqual(["wave-1", "wave-3"]);
  });

  it("gives a card with public keys alone", () => {
    const card = JSON.stringify(keyCard(file, "wave-1"));
    for (const seed of [file.signingSeed, file.rounds["wave-1"] as string]) expect(card).not.toContain(seed);
  });

  it("has a backup without what its tools remember, and a group of it to type", () => {
    const record = { cosigned: { "wave-1": "ab".repeat(32) }, amended: {}, released: {}, destroyed: [] };
    const printed = checkedBackup({ ...file, programme: "cd".repeat(32), record });
    expect(readBackup(printed)).toEqual(file);
    expect(printed).toContain(backupGroup(file, "wave-1"));
    expect(backupGroup(file, "wave-2")).toBeNull();
  });

  it("is refused when what it remembers is damaged: to go on without it could mean to sign twice", () => {
    const record = { cosigned: { "wave-1": "ab".repeat(32) }, amended: { "wave-1/0": "ab".repeat(32) }, released: {}, destroyed: [] };
    expect(parseKeyFile(JSON.stringify({ ...file, record })).record).toEqual(record);
    for (const wrong of [
      { cosigned: { "wave-1": "ab" } },
      { amended: { "wave-1": "ab".repeat(32) } },
      { more: 1 },
      { destroyed: ["../x"] },
    ])
      expect(() => parseKeyFile(JSON.stringify({ ...file, record: { ...record, ...wrong } }))).toThrow("key file");
  });
});

describe("a server's address", () => {
  it("ends with one slash, and is http or https with nothing around it", () => {
    expect(serverAddress("https://x.test/a")).toBe("https://x.test/a/");
    for (const wrong of ["x.test", "ftp://x.test/", "https://u@x.test/", "https://x.test/?a", "javascript:alert(1)"])
      expect(() => serverAddress(wrong)).toThrow();
  });

  it("is exposed without encryption, unless it is this machine or an onion service", () => {
    const exposed = ["http://x.test/", "http://192.168.1.4:8080/", "http://127.0.0.1.x.test/", "http://localhost.x.test/"];
    const hidden = ["https://x.test/", "http://localhost:3000/", "http://127.0.0.1/", "http://[::1]:8080/", "http://abc.onion/"];
    expect(exposed.map(isExposed)).toEqual(exposed.map(() => true));
    expect(hidden.map(isExposed)).toEqual(hidden.map(() => false));
  });
});
