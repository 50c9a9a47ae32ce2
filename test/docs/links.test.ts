import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { documents, ROOT, read } from "./markdown.ts";

/** How a heading is named in a link, as Git hosts do it. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

const anchors = (text: string): string[] => [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => slug(heading));

/** Code is no prose: links and headings inside it are not looked at. */
const prose = (path: string): string => read(path).replace(/^```[\s\S]*?^```$/gm, "");

/** Paths of the repository in code marks: `packages/…`, `test/…`, `docs/…`, `examples/…`, without placeholders. */
const PATH = /`((?:packages|test|docs|examples)\/[A-Za-z0-9_./-]+\.[a-z]+|(?:packages|test|docs|examples)\/[A-Za-z0-9_./-]+\/)`/g;

describe.each(documents())("%s", (document) => {
  const text = prose(document);

  it("links to what is there", () => {
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? document : normalize(join(dirname(document), path));
      expect(existsSync(ROOT + file), target).toBe(true);
      if (anchor !== undefined && file.endsWith(".md")) expect(anchors(prose(file)), target).toContain(anchor);
    }
  });

  it("names files and folders that are there", () => {
    for (const [, path = ""] of text.matchAll(PATH)) expect(existsSync(ROOT + path), path).toBe(true);
  });
});
