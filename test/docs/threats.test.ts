import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ROOT, read, tableOf } from "./markdown.ts";

const document = read("docs/threat-model.md");
const attacks = document.slice(document.indexOf("## Attacks"), document.indexOf("## The attack list"));
/** Rows of the tables of attacks: attack, defence, test, what remains. */
const rows = attacks
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| attack |"))
  .map((line) => line.split("|").slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim()) as [string, string, string, string]);
const LIST = tableOf(document, "attack-list");
const PAIRS = tableOf(document, "pairs");

/** Known attacks on systems of this kind, by their numbers, without those on constructions that Amana does not use; and those of its own design. */
const NOT_USED = [23, 24, 25, 45];
const KNOWN = Array.from({ length: 45 }, (_, at) => at + 1).filter((number) => !NOT_USED.includes(number));
const OWN = 24;

describe("the tables of attacks", () => {
  it("have four cells in each row, and one row for each attack", () => {
    for (const cells of rows) expect(cells, cells[0]).toHaveLength(4);
    expect(new Set(rows.map(([attack]) => attack)).size).toBe(rows.length);
  });

  it("name for each attack a test that is there, or say that there is none and what remains", () => {
    for (const [attack, , test, remains] of rows) {
      const files = [...test.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = ""]) => file);
      for (const file of files) expect(existsSync(ROOT + file), `${attack}: ${file}`).toBe(true);
      if (files.length > 0) continue;
      expect(test, attack).toMatch(/^(no test: .{10,}|by format|by configuration .+)$/);
      expect(remains === "" && test !== "by format", `${attack} has no test and says nothing of what remains`).toBe(false);
    }
    expect(attacks).not.toMatch(/not yet/i);
  });
});

describe("the attack list", () => {
  it("has every number, and each its rows", () => {
    const numbers = LIST.map(([number]) => number);
    expect(numbers).toEqual([...KNOWN.map(String), ...Array.from({ length: OWN }, (_, at) => `D${at + 1}`)]);
    const known = new Set(rows.map(([attack]) => attack));
    for (const [number, , covered = ""] of LIST)
      for (const attack of covered.split(" · ")) expect(known.has(attack), `${number}: ${attack}`).toBe(true);
  });
});

describe("what two parties together surrender", () => {
  it("is said of every two", () => {
    const parties = ["operator", "issuer", "trustee", "handler", "relay", "witness"];
    const wanted = parties.flatMap((one, at) => parties.slice(at).map((other) => `${one} + ${other}`));
    expect(PAIRS.map(([pair]) => pair)).toEqual(wanted.filter((pair) => pair !== "operator + operator"));
    for (const [pair, ...cells] of PAIRS) for (const cell of cells) expect(cell.length, pair).toBeGreaterThan(3);
  });
});
