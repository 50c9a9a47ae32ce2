import { describe, expect, it } from "vitest";
import { testIo } from "../test-support/io.ts";
import { COMMANDS, findCommand } from "./commands/table.ts";
import { run } from "./run.ts";
import { helpOf, parseCommandLine } from "./terminal/command.ts";

describe("every command", () => {
  it.each(Object.keys(COMMANDS))("%s has its own name, a help with examples, and examples that parse", async (name) => {
    const found = await findCommand(name.split(" "));
    expect(found?.command.name).toBe(name);
    const command = found?.command as NonNullable<typeof found>["command"];
    expect(helpOf(command)).toContain("Usage: amana");
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string));
      const line = words.slice(words.indexOf("amana") + 1);
      expect(line.slice(0, name.split(" ").length).join(" ")).toBe(name);
      expect(() => parseCommandLine(command, line.slice(name.split(" ").length))).not.toThrow();
    }
  });

  it("is in the overview", async () => {
    const { io, written } = testIo();
    expect(await run([], io)).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(written.said.join("\n")).toContain(name);
  });
});

describe("exit codes", () => {
  it("2 for an unknown command, with one JSON result and nothing typed repeated but plain words", async () => {
    const { io, written } = testIo();
    expect(await run(["frobnicate", "SECRET-CODE"], io)).toBe(2);
    expect(written.warned.join()).toContain("frobnicate");
    expect(written.warned.join()).not.toContain("SECRET-CODE");
    expect(written.results).toHaveLength(1);
  });

  it("2 for a missing argument and for an unknown option, naming the help", async () => {
    for (const line of [["verify"], ["verify", "http://127.0.0.1:1/", "--what"]]) {
      const { io, written } = testIo();
      expect(await run(line, io)).toBe(2);
      expect(written.warned.join()).toContain("amana verify --help");
      expect(written.results).toEqual([{ error: "ERR_USAGE", problems: [] }]);
    }
  });

  it("2 with a code when the server cannot be reached", async () => {
    const { io, written } = testIo();
    expect(await run(["verify", "http://127.0.0.1:1/", "--programme", "00".repeat(32)], io)).toBe(2);
    expect(written.warned.join()).toContain("ERR_NETWORK");
    expect(written.results).toEqual([{ error: "ERR_NETWORK", problems: [] }]);
  });

  it("2 with a code when nothing is pinned, the key file is missing, or a data folder is not there", async () => {
    const pins = { environment: { AMANA_PINS: "/nonexistent/pins.json" } };
    for (const [line, code] of [
      [["verify", "http://127.0.0.1:1/"], "ERR_PROGRAMME_MISMATCH"],
      [["trustee", "next", "--key", "/nonexistent/key", "--passphrase-file", import.meta.filename], "ERR_KEY_FILE"],
      [["status", "--data", "/nonexistent/data"], "ERR_PROGRAMME_MISSING"],
    ] as const) {
      const { io, written } = testIo(pins);
      expect(await run(line, io)).toBe(2);
      expect(written.warned.join()).toContain(code);
    }
  });

  it("2 and one sentence for a mistake of ours; the stack only when asked for", async () => {
    const broken = {
      say: () => {
        throw new TypeError("inside");
      },
    };
    const programme = ["trust", "http://127.0.0.1:1/"];
    const fetch = () => Promise.resolve(new Response(new Uint8Array(0), { status: 200 }));
    const { io, written } = testIo({ fetch, ...broken });
    expect(await run(programme, io)).toBe(2);
    expect(written.warned.join()).not.toContain(" at ");
  });
});
