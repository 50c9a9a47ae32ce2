import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { parseInvitationLink } from "@amana/client";
import { formatCode, newInvitationCode } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";
import { readCodeList } from "./code-list.ts";
import { cardsOf, csvOf } from "./output.ts";

const BASE = "https://feedback.example.org/";

/** A list as an issuer writes it. */
function list(
  count: number,
  { spares = 0, base = BASE, round = "wave-1", audience = "officials", people = null as readonly string[] | null } = {},
) {
  const codes = Array.from({ length: count }, () => newInvitationCode(randomBytes));
  const cards = cardsOf(codes, spares, (code) => `${base}${round}#${audience}.${code}`);
  return { codes: codes.map(formatCode), csv: csvOf(cards.map((card, at) => ({ ...card, person: people?.[at] ?? null }))) };
}

/** Runs `invitations join` over files of these contents, without a network. */
function joined(contents: readonly string[], ...options: string[]) {
  return withFolder(async (folder) => {
    const paths = contents.map((_, at) => joinPath(folder, `${at}.csv`));
    for (const [at, path] of paths.entries()) await writeFile(path, contents[at] ?? "");
    const out = joinPath(folder, "out.csv");
    const { io, written } = testIo({ environment: { AMANA_PINS: joinPath(folder, "pins.json") } });
    const line = options.map((each) => (each === "OUT" ? out : each === "SHEET" ? joinPath(folder, "sheet.html") : each));
    const code = await run(["invitations", "join", ...paths, ...(line.length === 0 ? ["--out", out] : line)], io);
    const names = (await readdir(folder)).filter((name) => !/^\d\.csv$/.test(name));
    const files = await Promise.all(
      names.map(
        async (name) => [name, await readFile(joinPath(folder, name), "utf8"), (await stat(joinPath(folder, name))).mode & 0o777] as const,
      ),
    );
    return { code, written, files, text: files.find(([name]) => name === "out.csv")?.[1] ?? "" };
  });
}

const links = (csv: string): string[] => readCsv(csv).map(([, link = ""]) => link);
const readCsv = (csv: string): string[][] =>
  csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

describe("amana invitations join", () => {
  it("makes one link for each person, with a code of every issuer, readable by its owner alone", async () => {
    const [one, two, three] = [list(5, { spares: 2 }), list(3), list(4, { spares: 1 })];
    const { code, text, files, written } = await joined([one.csv, two.csv, three.csv]);
    expect(code).toBe(0);
    expect(files.map(([, , mode]) => mode)).toEqual([0o600]);
    const read = links(text).map((link) => parseInvitationLink(link));
    expect(read.map(({ codes }) => codes.map(formatCode))).toEqual([0, 1, 2].map((at) => [one, two, three].map(({ codes }) => codes[at])));
    expect(new Set(read.map(({ base, round, audience }) => `${base} ${round} ${audience}`))).toEqual(new Set([`${BASE} wave-1 officials`]));
    expect(written.results[0]).toMatchObject({ count: 3, issuers: 3, spares: 3, checked: false });
    expect(written.said.join("\n")).toContain("Left out 3 spares");
    expect(written.said.join("\n")).toContain("Not compared with the ledger");
  });

  it("goes by the column person where every list has one, whatever its order and commas", async () => {
    const people = ["N-17", "a, b", 'the "third"'];
    const [one, two] = [list(3, { people }), list(3, { people: [...people].reverse() })];
    const { code, text } = await joined([one.csv, two.csv]);
    expect(code).toBe(0);
    expect(links(text).map((link) => parseInvitationLink(link).codes.map(formatCode))).toEqual(
      [0, 1, 2].map((at) => [one.codes[at], two.codes[2 - at]]),
    );
    expect(text).toContain(',"a, b"\n');
    expect(text).toContain(',"the ""third"""\n');
  });

  it("prints cards with the programme's digits", async () => {
    const { code, files } = await joined(
      [list(2).csv, list(2).csv],
      "--sheet",
      "SHEET",
      "--programme",
      "ab".repeat(32),
      "--languages",
      "fr",
    );
    expect(code).toBe(0);
    const [[name, html] = ["", ""]] = files;
    expect([name, html.match(/<article/g)?.length]).toEqual(["sheet.html", 2]);
  });

  it("refuses lists that do not go together, names file and line, writes nothing and shows no code", async () => {
    const good = list(3);
    const people = ["a", "b", "c"];
    const cases: [readonly string[], string][] = [
      [[good.csv, list(2).csv], "2 codes to hand out"],
      [[good.csv, list(3, { round: "wave-2" }).csv], "another server, round or audience"],
      [[good.csv, list(3, { audience: "traders" }).csv], "another server, round or audience"],
      [[good.csv, list(3, { base: "https://other.example.org/" }).csv], "another server, round or audience"],
      [[good.csv, good.csv], "is a file given twice?"],
      [[good.csv, list(3, { people }).csv], "do not both have a column person"],
      [[list(3, { people }).csv, list(3, { people: ["a", "b", "d"] }).csv], "has no code for a person"],
      [[list(3, { people: ["a", "a", "c"] }).csv, list(3, { people }).csv], "A person stands twice"],
      [[list(3, { people }).csv, list(3, { people: ["a", "c", "c"] }).csv], "A person stands twice"],
      [[good.csv, list(3, { spares: 3 }).csv], "no codes to hand out"],
      [[good.csv, "name;code\nx;y\n"], "line 1"],
      [[good.csv, good.csv.replace(/,$/m, "")], "line 2"],
      [[good.csv, good.csv.replace(good.codes[1] as string, list(1).codes[0] as string)], "line 3"],
      [[good.csv, list(3).csv.replace(/,$/m, ',"')], "line 2"],
      [[list(3, { people: ["a", " ", "c"] }).csv, list(3, { people }).csv], "line 3"],
    ];
    for (const [contents, says] of cases) {
      const { code, files, written } = await joined(contents);
      expect([code, files.length]).toEqual([2, 0]);
      expect(written.warned.join("\n")).toContain(says);
      for (const each of good.codes) expect(JSON.stringify(written)).not.toContain(each);
    }
  });

  it("wants two files, and somewhere to write to", async () => {
    expect((await joined([list(1).csv])).code).toBe(2);
    expect((await joined([list(1).csv, list(1).csv], "--check")).code).toBe(2);
    expect((await joined([list(1).csv, list(1).csv], "--sheet", "SHEET")).code).toBe(2);
  });

  it("reads back what it writes, and throws nothing but its error on anything else", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1 }).filter((text) => !/[\r\n]/.test(text) && text.trim() === text && text !== ""),
          { minLength: 1, maxLength: 4 },
        ),
        (people) => {
          const { csv, codes } = list(people.length, { people });
          const read = readCodeList(csv.replaceAll("\n", "\r\n"), "list.csv");
          expect(read.codes.map(({ code, person }) => [formatCode(code), person])).toEqual(people.map((person, at) => [codes[at], person]));
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'code,link\n"use#.AZ-019 ') }), (text) => {
        try {
          readCodeList(`code,link,use\n${text}`, "list.csv");
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_CONFIG_INVALID" });
        }
      }),
    );
  });
});
