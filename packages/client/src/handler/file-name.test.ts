import { join, normalize } from "node:path/posix";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeFileName } from "./file-name.ts";

describe("a stranger's file name", () => {
  it.each([
    ["photo (1).jpg", "photo (1).jpg"],
    ["تقرير المعبر.pdf", "تقرير المعبر.pdf"],
    ["déclaration d’août.docx", "déclaration d’août.docx"],
  ])("%j is used as it is", (name, safe) => expect(safeFileName(name)).toEqual({ name: safe, changed: false }));

  it.each([
    ["../../.ssh/authorized_keys", "_.._.ssh_authorized_keys"],
    ["..\\..\\boot.ini", "_.._boot.ini"],
    ["/etc/passwd", "_etc_passwd"],
    ["C:\\Windows\\win.ini", "C__Windows_win.ini"],
    ["report.txt:hidden.exe", "report.txt_hidden.exe"],
    [".bashrc", "bashrc"],
    ["--help", "help"],
    ["~root", "root"],
    ["photo\u202egpj.exe", "photogpj.exe"],
    ["a\u0000b\u001b[2Jc\n.txt", "ab[2Jc.txt"],
    ["zero\u200bwidth\ufeff.txt", "zerowidth.txt"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["con .txt", "_con .txt"],
    ["Desktop.ini", "Desktop.ini_"],
    ["holiday.jpg.lnk", "holiday.jpg.lnk_"],
    ["office.library-ms", "office.library-ms_"],
    ["Com1.log", "_Com1.log"],
    ["trailing. . ", "trailing"],
    ['what?*<>|".txt', "what______.txt"],
    ["\ud800.txt", "txt"],
    ["", "attachment"],
    ["...", "attachment"],
    ["e\u0301te\u0301.txt", "été.txt"],
  ])("%j becomes %j, and that is said", (name, safe) => expect(safeFileName(name)).toEqual({ name: safe, changed: true }));

  it("would leave the folder, or take a hidden name, were it used as it is", () => {
    const path = (name: string): string => normalize(join("/cases/3f9a01c2", name));
    expect([path("../../.ssh/authorized_keys"), path(safeFileName("../../.ssh/authorized_keys").name)]).toEqual([
      "/.ssh/authorized_keys",
      "/cases/3f9a01c2/_.._.ssh_authorized_keys",
    ]);
  });

  it("is cut in the middle, so that its ending stays", () => {
    const { name } = safeFileName(`${"ط".repeat(200)}.jpeg`);
    expect(name.endsWith("ط.jpeg")).toBe(true);
    expect(Buffer.from(name).length).toBeLessThanOrEqual(120);
    expect(Buffer.from(safeFileName("x".repeat(300)).name).length).toBe(120);
  });

  it("never leaves a folder, names no device and is nothing unseen, whatever it was", () => {
    const hostile = fc.constantFrom("/", "\\", "..", "\u0000", "\u202e", "CON", ".", " ", ":", "a", "é", "\n", "😀", "-", "~");
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 40 }), (parts) => {
        const { name } = safeFileName(parts.join(""));
        expect(name).not.toMatch(/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Surrogate}]/u);
        expect(name).not.toMatch(/^[ .~-]|[ .]$/);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i);
        expect(name.length).toBeGreaterThan(0);
        expect(Buffer.from(name).length).toBeLessThanOrEqual(140);
        expect(safeFileName(name).changed).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
