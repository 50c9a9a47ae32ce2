import { TAGS } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { read, tableOf } from "./markdown.ts";

const rows = tableOf(read("docs/protocol.md"), "tags");

describe("docs/protocol.md §1.2", () => {
  it("lists the tags of the code, all of them and in its order", () => {
    expect(rows.map(([name, tag]) => [name, tag])).toEqual(Object.entries(TAGS));
  });

  it("says of each what it is for, and where", () => {
    for (const [name, , use] of rows) expect(use, name).toMatch(/\(\d+(\.\d+)?\)/);
  });

  it("has no tag that is a prefix of another", () => {
    const tags = Object.values(TAGS);
    for (const tag of tags) expect(tags.filter((other) => other.startsWith(tag))).toEqual([tag]);
  });

  it("names a use that its section has", () => {
    const sections = read("docs/protocol.md").split(/^## /m);
    for (const [name, tag = "", use = ""] of rows) {
      const number = /\((\d+)/.exec(use)?.[1];
      const section = sections.find((each) => each.startsWith(`${number}. `)) ?? "";
      const isReserved = use.endsWith("reserved");
      expect(isReserved || section.includes(`"${tag}"`), `${name} in §${number}`).toBe(true);
    }
  });
});
