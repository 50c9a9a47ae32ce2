import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Block, blocksOf, documents, ROOT } from "./markdown.ts";

/*
 * The examples in the READMEs and in docs/embedding.md are programs. Every block ```ts is type-checked; ```ts run is also run, and what it
 * prints is compared with the comments `// → …` on its lines. What an example takes for granted stands in a comment in front of it:
 *
 *     <!-- given: declare const link: string; -->
 */
const FOLDER = join(ROOT, "test", "docs", ".generated");
const DOCUMENTS = documents().filter((document) => /(^|\/)README\.md$|^docs\/embedding\.md$/.test(document));

/** A program with a mistake: where it is not found, nothing was checked. */
const CONTROL = join(FOLDER, "control.ts");

interface Example extends Block {
  readonly file: string;
}

const examples: Example[] = DOCUMENTS.flatMap((document) =>
  blocksOf(document)
    .filter(({ words }) => words[0] === "ts")
    .map((block, index) => ({ ...block, file: join(FOLDER, `${document.replace(/\W+/g, "-").toLowerCase()}-${index}.ts`) })),
);
const runnable = examples.filter(({ words }) => words.includes("run"));

/** An example as a module. The given part is put into its first line, so that lines are counted as in the document. */
function moduleOf({ given, text }: Example): string {
  return `${given.replaceAll("\n", " ")}\n${text}\nexport {};\n`;
}

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const example of examples) writeFileSync(example.file, moduleOf(example));
  writeFileSync(CONTROL, 'import { seal } from "@amana/core/envelope";\nseal("not bytes");\n');
  const compilerOptions = { noUnusedLocals: false, types: ["node"], typeRoots: ["../../../node_modules/@types"] };
  writeFileSync(
    join(FOLDER, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.tests.json", compilerOptions, include: ["./*.ts"] }),
  );
});

describe("examples in the documents", () => {
  it("are there for every package", () => {
    for (const name of ["core", "results", "client", "cli"])
      expect(
        examples.some(({ document }) => document === `packages/${name}/README.md`),
        name,
      ).toBe(true);
  });

  it("have a marker that is known", () => {
    for (const { document, line, words } of examples) expect(["", "check", "run"], `${document}:${line}`).toContain(words[1] ?? "");
  });

  it("compile against the packages", () => {
    const { stdout } = spawnSync(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", FOLDER, "--pretty", "false"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    // Mistakes of the packages themselves are found by other checks.
    const mistakes = stdout.split("\n").filter((line) => / error TS\d+/.test(line) && (line.includes(".generated") || !line.includes("(")));
    expect(mistakes.filter((line) => line.includes("control.ts"))).toHaveLength(1);
    expect(mistakes.filter((line) => !line.includes("control.ts")).map(inDocument)).toEqual([]);
  });

  it.each(runnable.map((example) => [`${example.document}:${example.line}`, example] as const))(
    "%s prints what it says",
    async (_, example) => {
      const printed: string[] = [];
      const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => void printed.push(values.map(String).join(" ")));
      try {
        await import(/* @vite-ignore */ example.file);
      } finally {
        log.mockRestore();
      }
      const said = [...example.text.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line);
      expect(said.length).toBeGreaterThan(0);
      expect(printed).toEqual(said);
    },
  );
});

/** A compiler's line about a generated file, said of the document. */
function inDocument(message: string): string {
  const [, name, line] = /\.generated\/([^(]+)\((\d+),/.exec(message) ?? [];
  const example = examples.find(({ file }) => file.endsWith(`/${name}`));
  return example === undefined ? message : `${example.document}:${example.line + Number(line) - 1} ${message.replace(/^[^:]*: /, "")}`;
}
