import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's root, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** A text file of the repository. */
export function read(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

/** The documents that are checked: those at the root, in docs/, and the packages' and examples' READMEs. */
export function documents(): string[] {
  const markdown = (folder: string): string[] =>
    readdirSync(ROOT + folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}${name}`);
  const nested = ["packages/", "examples/"].flatMap((folder) => readdirSync(ROOT + folder).map((name) => `${folder}${name}/`));
  return [...markdown(""), ...markdown("docs/"), ...markdown("docs/decisions/"), ...nested.flatMap(markdown)];
}

/** The rows of the table between `<!-- name:begin -->` and `<!-- name:end -->`: cells without code marks. */
export function tableOf(text: string, name: string): string[][] {
  const [, table = ""] = new RegExp(`<!-- ${name}:begin -->\\n([\\s\\S]*?)\\n<!-- ${name}:end -->`).exec(text) ?? [];
  return table
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1")));
}

/** A fenced block and the words after its fence: ```` ```ts run ```` has the words `ts` and `run`. */
export interface Block {
  readonly document: string;
  readonly line: number;
  readonly words: readonly string[];
  readonly text: string;
  /** What stands in `<!-- given: … -->` on the lines before the fence. */
  readonly given: string;
}

/** Every fenced block of a document. */
export function blocksOf(document: string): Block[] {
  const text = read(document);
  return [...text.matchAll(/(?:<!-- given: ([\s\S]*?) -->\n)?^```([^\n`]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [whole, given = "", words = "", body = ""] = match;
    const line = text.slice(0, match.index + whole.indexOf("```")).split("\n").length;
    return { document, line, words: words.trim().split(/\s+/), text: body, given };
  });
}
