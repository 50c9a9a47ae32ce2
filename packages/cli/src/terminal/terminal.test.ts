import { afterEach, describe, expect, it, vi } from "vitest";
import { testIo } from "../../test-support/io.ts";
import { withBar } from "./bars.ts";
import { table } from "./columns.ts";
import { once } from "./once.ts";
import { oneLine, printable, quoted } from "./printable.ts";
import { processIo } from "./process-io.ts";

const isTTY = process.stderr.isTTY;
afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.restoreAllMocks();
});

describe("text of others", () => {
  it("cannot give orders to a terminal", () => {
    expect(printable("a\u001b[2Jb\u009b31mc\rd\u0007e\u007ff")).toBe("a\ufffd[2Jb\ufffd31mc\ufffdd\ufffde\ufffdf");
    expect(printable("\u202egnp.exe\u2066")).toBe("\ufffdgnp.exe\ufffd");
    const forged = `It happened.\n\n2026-11-20  observatory (feedback)\n${" ".repeat(70)}${"x".repeat(160)}`;
    // Printed as it is, it would have a line like those of ours.
    expect(printable(forged)).toMatch(/^2026-11-20 {2}observatory/m);
    expect(quoted(forged).split("\n").length).toBeGreaterThan(6);
    for (const line of quoted(forged).split("\n")) expect(line).toMatch(/^ {2}│ .{0,77}$/u);
    expect(printable("Zeile\n\tنص عربي, été")).toBe("Zeile\n\tنص عربي, été");
  });

  it("cannot look like a line of ours", () => {
    expect(oneLine("Customs\nDigits     0000 0000\u001b[1A")).toBe("Customs Digits 0000 0000\ufffd[1A");
  });
});

describe("a bar", () => {
  it("begins with the first step and ends with the work, also when it fails", async () => {
    const log: string[] = [];
    const { io } = testIo({
      progress: (label, total) => {
        log.push(`${label} of ${total}`);
        return { update: (done) => void log.push(String(done)), stop: () => void log.push("stop") };
      },
    });
    await withBar(io, "Counting", async () => undefined);
    expect(log).toEqual([]);
    const failing = withBar(io, "Counting", async (progress) => {
      progress(1, 2);
      progress(2, 2);
      throw new TypeError("inside");
    });
    await expect(failing).rejects.toThrow(TypeError);
    expect(log).toEqual(["Counting of 2", "1", "2", "stop"]);
  });
});

describe("a bar of the process", () => {
  const shown = (terminal: boolean, json: boolean): string => {
    process.stderr.isTTY = terminal;
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const bar = processIo(json).progress("Counting", 2);
    bar.update(1);
    bar.stop();
    return write.mock.calls.map(([text]) => String(text)).join("");
  };

  it("is shown on a terminal with its rate and the time left, and neither in a file or pipe nor with --json", () => {
    expect(shown(true, false)).toMatch(/Counting \[.*% · \d\/2 · \d+\/s · .* left/);
    vi.restoreAllMocks();
    expect(shown(false, false)).toBe("");
    expect(shown(true, true)).toBe("");
  });
});

describe("one result", () => {
  it("is the first one, or one that says how it ended", () => {
    const results = (work: (io: ReturnType<typeof once>) => void): unknown[] => {
      const { io, written } = testIo();
      work(once(io));
      return written.results;
    };
    expect(
      results((io) => {
        io.result(1);
        io.result(2);
        io.finish(0);
      }),
    ).toEqual([1]);
    expect(results((io) => io.finish(0))).toEqual([{}]);
    expect(results((io) => io.finish(2))).toMatchObject([{ error: "ERR_INTERNAL" }]);
  });
});

describe("a table", () => {
  it("aligns its columns but the last", () => {
    expect(
      table([
        ["A", "LONG", "C"],
        ["wide", "x", ""],
      ]),
    ).toEqual(["A     LONG  C", "wide  x"]);
  });
});
