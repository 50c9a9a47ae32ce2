import { stat, writeFile } from "node:fs/promises";
import { printBackup, readBackup, typingCheck } from "@amana/client/keys";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../test-support/folder.ts";
import { KEY_FILE } from "../../test-support/keys.ts";
import { backupPath, forgetInBackup, writeBackup } from "./backup-file.ts";

const printed = printBackup(KEY_FILE);
const lines = printed.split("\n");
const rows = lines.flatMap((line, index) => (index >= 3 && line !== "" ? [index] : []));

const refusal = (note: string) => expect.objectContaining({ code: "ERR_KEY_FILE", details: { note } });
const withLine = (index: number, line: string): string => lines.map((each, at) => (at === index ? line : each)).join("\n");

/** Mistakes that change nothing: capitals where there are none, and spaces. */
function reads(index: number, line: string): boolean {
  try {
    return JSON.stringify(readBackup(withLine(index, line))) === JSON.stringify(KEY_FILE);
  } catch {
    return false;
  }
}

describe("typing check", () => {
  it("is CRC-16/CCITT-FALSE: its published check value", () => {
    expect(typingCheck("123456789")).toBe("29b1");
  });
});

describe("backup", () => {
  it("reads back, with other line ends, capitals, further spaces, and in another order", () => {
    const read = (text: string) => expect(readBackup(text)).toEqual(KEY_FILE);
    read(printed);
    read(printed.replaceAll("\n", "  \r\n"));
    read(printed.replaceAll(" ", "   "));
    read(withLine(rows[2] as number, (lines[rows[2] as number] as string).toUpperCase()));
    read(withLine(rows[2] as number, (lines[rows[2] as number] as string).replace(/(?<=signing .*) /g, "")));
    expect(readBackup([...lines].reverse().join("\n"))).toEqual(KEY_FILE);
  });

  it("finds every wrong character in any line, and names the line", () => {
    let tried = 0;
    for (const index of rows) {
      const line = lines[index] as string;
      for (let at = 0; at < line.length; at++) {
        for (const typed of "0123456789abcdefghijklmnopqrstuvwxyz-/.:") {
          const mistake = line.slice(0, at) + typed + line.slice(at + 1);
          // A letter for a space puts one more into a word; the same letter is none.
          if (mistake === line) continue;
          tried += 1;
          expect(() => readBackup(withLine(index, mistake)), mistake).toThrow(refusal(`Line ${index + 1} has a typing mistake.`));
        }
      }
    }
    expect(tried).toBeGreaterThan(10_000);
  });

  it("finds every character left out or typed twice, and every two that were swapped", () => {
    for (const index of rows) {
      const line = lines[index] as string;
      for (let at = 0; at < line.length; at++) {
        const [one, next] = [line[at] as string, line[at + 1] ?? ""];
        const mistakes = [line.slice(0, at) + line.slice(at + 1), line.slice(0, at) + one + line.slice(at)];
        if (next !== one) mistakes.push(line.slice(0, at) + next + one + line.slice(at + 2));
        for (const mistake of mistakes) {
          if (reads(index, mistake)) expect(mistake.replaceAll(" ", ""), mistake).toBe(line.replaceAll(" ", ""));
          else expect(() => readBackup(withLine(index, mistake)), mistake).toThrow(refusal(`Line ${index + 1} has a typing mistake.`));
        }
      }
    }
  });

  it("names a line that is missing or there twice, and what is no backup", () => {
    for (const [at, name] of ["organisation", "server", "signing"].entries())
      expect(() => readBackup(withLine(rows[at] as number, ""))).toThrow(refusal(`The line "${name}" is missing.`));
    expect(() => readBackup(`${printed}${lines[rows[3] as number]}\n`)).toThrow(refusal(`Line ${lines.length} repeats another.`));
    expect(() => readBackup("nothing here")).toThrow(refusal("Line 1 has a typing mistake."));
    expect(() => readBackup("")).toThrow(refusal('The line "organisation" is missing.'));
  });

  it("is a file of its owner's alone, in which a destroyed key is forgotten", () =>
    withFolder(async (folder) => {
      const path = `${folder}/customs.key`;
      expect(await forgetInBackup(path, KEY_FILE)).toBe(false);
      await writeBackup(path, KEY_FILE);
      expect((await stat(backupPath(path))).mode & 0o777).toBe(0o600);
      await writeFile(`${backupPath(path)}.new`, "left");
      expect(await forgetInBackup(path, { ...KEY_FILE, rounds: {} })).toBe(true);
      await expect(stat(`${backupPath(path)}.new`)).rejects.toThrow();
    }));
});
