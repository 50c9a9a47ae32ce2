import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { everything, testIo } from "../test-support/io.ts";
import { COMMANDS, findCommand } from "./commands/table.ts";
import { run } from "./run.ts";
import type { Command } from "./terminal/command.ts";
import { helpOf, parseCommandLine } from "./terminal/command.ts";

async function load(name: string): Promise<Command> {
  const found = await findCommand(name.split(" "));
  if (found === null) throw new Error(`no command ${name}`);
  return found.command;
}

/** A line as a shell would split it. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string));

describe("every command", () => {
  it.each(Object.keys(COMMANDS))("%s has its own name, a help with examples, and examples that parse", async (name) => {
    const command = await load(name);
    expect(command.name).toBe(name);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const line = words(example).slice(words(example).indexOf("amana") + 1);
      expect(line.slice(0, name.split(" ").length).join(" ")).toBe(name);
      expect(() => parseCommandLine(command, line.slice(name.split(" ").length))).not.toThrow();
    }
    for (const flag of [["--help"], ["-h"], ["--help", "--json"]]) {
      const { io, written } = testIo();
      expect(await run([...name.split(" "), ...flag], io)).toBe(0);
      expect(written).toMatchObject({ said: [helpOf(command)], warned: [], results: [{ help: helpOf(command) }] });
    }
    for (const part of [`Usage: amana ${name}`, "Options:", "--json", "Examples:", command.examples[0]])
      expect(helpOf(command)).toContain(part);
  });

  it.each(Object.keys(COMMANDS))("%s ends a line that lacks everything with 2 and one JSON result", async (name) => {
    const { io, written } = testIo({ environment: { AMANA_PINS: "/nonexistent/pins.json", AMANA_DATA: "/nonexistent" } });
    expect(await run([...name.split(" "), "--json"], io)).toBe(2);
    expect(written.results).toHaveLength(1);
    expect(written.results[0]).toMatchObject({ error: expect.stringMatching(/^ERR_/), message: expect.stringMatching(/./) });
    expect(written.said).toEqual([]);
    expect(written.warned.length).toBeGreaterThan(0);
  });

  it.each(["../README.md", "../../../docs/operating.md"])("is called in %s as its options are", async (path) => {
    const readme = await readFile(new URL(path, import.meta.url), "utf8");
    const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block.replaceAll("\\\n", " "));
    const lines = blocks.flatMap((block) => block.trim().split("\n")).map((line) => words(line.replace(/ #.*$/, "")).slice(1));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      const found = await findCommand(line);
      expect(found, line.join(" ")).not.toBeNull();
      if (found !== null) expect(() => parseCommandLine(found.command, found.rest), line.join(" ")).not.toThrow();
    }
  });

  it("names in its help only commands that exist", async () => {
    for (const name of Object.keys(COMMANDS)) {
      for (const [, line = ""] of helpOf(await load(name)).matchAll(/^ {2}(?:[A-Z_]+=\S+ )*amana (.*)$|`amana ([^`]*)`/gm)) {
        if (line !== "") expect(await findCommand(words(line)), line).not.toBeNull();
      }
    }
  });

  it("is in the overview, as `amana`, `amana help`, `amana --help` and with --json", async () => {
    for (const line of [[], ["help"], ["--help"], ["-h"], ["--json"], ["help", "--json"]]) {
      const { io, written } = testIo();
      expect(await run(line, io), line.join(" ")).toBe(0);
      for (const name of Object.keys(COMMANDS)) expect(written.said.join("\n")).toContain(`  ${name} `);
      expect(written.results).toEqual([{ help: written.said.join("\n") }]);
    }
  });

  it("is shown by `amana help COMMAND`, and a group by its first word", async () => {
    const one = testIo();
    expect(await run(["help", "trustee", "join"], one.io)).toBe(0);
    expect(one.written.said).toEqual([helpOf(await load("trustee join"))]);
    const group = testIo();
    expect(await run(["trustee", "--help"], group.io)).toBe(0);
    expect(group.written.said.join()).toContain("trustee hold");
    expect(group.written.said.join()).not.toContain("invitations create");
  });
});

describe("a command line", () => {
  it("may begin with --json", async () => {
    const { io, written } = testIo();
    expect(await run(["--json", "verify", "--help"], io)).toBe(0);
    expect(written.results).toHaveLength(1);
  });

  it("is refused in one line for a missing, unknown, empty or superfluous argument, and no value is repeated", async () => {
    for (const [line, reason] of [
      [["verify"], "Missing: URL"],
      [["verify", "http://127.0.0.1:1/", "--what=SECRET"], "Unknown option '--what'"],
      [["verify", "http://127.0.0.1:1/", "SECRET"], "Too many arguments"],
      [["verify", "http://127.0.0.1:1/", "--programme"], "Option '--programme <value>' argument missing"],
      [["verify", "http://127.0.0.1:1/", "--json=SECRET"], "Option '--json' does not take an argument"],
      [["trustee", "next", "--key", ""], "Missing: --key"],
    ] as const) {
      const { io, written } = testIo();
      expect(await run(line, io), line.join(" ")).toBe(2);
      const name = line[0] === "trustee" ? "trustee next" : "verify";
      expect(written.warned).toEqual([`amana ${name}: ${reason}. See: amana ${name} --help`]);
      expect(written.results).toEqual([{ error: "ERR_USAGE", message: reason, problems: [] }]);
      expect(everything(written)).not.toContain("SECRET");
    }
  });
});

describe("exit codes", () => {
  it("2 for an unknown command, with nothing repeated but what can be a command's name", async () => {
    for (const [line, said] of [
      [["frobnicate", "SECRET-CODE"], '"frobnicate"'],
      [["frobnicate", "--help"], '"frobnicate"'],
      [["trustee", "frobnicate", "--help", "x"], null],
      [["trustee", "frobnicate"], '"trustee frobnicate"'],
      [["trustee"], "needs one more word"],
    ] as const) {
      const { io, written } = testIo();
      expect(await run(line, io), line.join(" ")).toBe(said === null ? 0 : 2);
      if (said !== null) expect(written.warned.join()).toContain(said);
      expect(everything(written)).not.toContain("SECRET-CODE");
      expect(written.results).toHaveLength(1);
    }
  });

  it("2 with a code when the server cannot be reached, nothing is pinned, a key file or a data folder is not there", async () => {
    for (const [line, code] of [
      [["verify", "http://127.0.0.1:1/", "--programme", "00".repeat(32)], "ERR_NETWORK"],
      [["verify", "http://127.0.0.1:1/"], "ERR_PROGRAMME_MISMATCH"],
      [["trustee", "next", "--key", "/nonexistent/key", "--passphrase-file", import.meta.filename], "ERR_KEY_FILE"],
      [["status", "--data", "/nonexistent/data"], "ERR_PROGRAMME_MISSING"],
    ] as const) {
      const { io, written } = testIo({ environment: { AMANA_PINS: "/nonexistent/pins.json" } });
      expect(await run(line, io)).toBe(2);
      expect(written.warned).toHaveLength(1);
      expect(written.warned[0]).toMatch(new RegExp(`^amana: .*\\(${code}\\)$`));
      expect(written.results).toMatchObject([{ error: code }]);
    }
  });

  it("2 with the system's own words when a file cannot be written", async () => {
    const { io, written } = testIo({ environment: { AMANA_PINS: "/dev/null/pins.json" } });
    expect(await run(["verify", "http://127.0.0.1:1/"], io)).toBe(2);
    expect(written.warned[0]).toMatch(/^amana: The system refused: ENOTDIR/);
    expect(written.results).toMatchObject([{ error: "ERR_SYSTEM" }]);
  });

  it("2 and one sentence for a mistake of ours; message and stack only when asked for", async () => {
    const now = (): Date => {
      throw new TypeError("SECRET inside");
    };
    const line = ["round", "create", "/dev/null", "--preview"];
    const quiet = testIo({ now });
    expect(await run(line, quiet.io)).toBe(2);
    expect(quiet.written.warned).toHaveLength(1);
    expect(everything(quiet.written)).not.toMatch(/SECRET|\n {4}at /);
    expect(quiet.written.results).toMatchObject([{ error: "ERR_INTERNAL" }]);
    const loud = testIo({ now, environment: { AMANA_DEBUG: "1" } });
    expect(await run(line, loud.io)).toBe(2);
    expect(loud.written.warned[1]).toMatch(/TypeError: SECRET inside\n {4}at /);
  });
});
