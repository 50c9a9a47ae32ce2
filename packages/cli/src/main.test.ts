import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { withFolder } from "../test-support/folder.ts";
import { amanaProcess, build, MAIN, start } from "../test-support/process.ts";
import { readKeyFile } from "./keys/key-file.ts";
import { WorkFolder } from "./keys/work-folder.ts";

beforeAll(build);

const JOIN = ["trustee", "join", "--organisation", "customs", "--round", "wave-1", "--url", "http://127.0.0.1:1/"];

/** `script` runs a command in a terminal of its own. */
const SCRIPT = ["/usr/bin/script", "/bin/script"].find((path) => existsSync(path));
const inTerminal = (line: readonly string[], answers: readonly [prompt: string, answer: string][]) => {
  const left = [...answers];
  return start(SCRIPT as string, ["-qec", [process.execPath, MAIN, ...line].join(" "), "/dev/null"], {}, (output, child) => {
    const [next] = left;
    if (next === undefined || !output.includes(next[0])) return;
    left.shift();
    child.stdin?.write(next[1]);
  });
};

describe("the amana process", () => {
  it("writes results to stdout and everything else to stderr", async () => {
    const help = await amanaProcess(["trustee", "join", "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("Usage: amana trustee join");
    for (const line of [["frobnicate"], ["verify"], ["verify", "http://127.0.0.1:1/", "--programme", "00".repeat(32)], ["trustee"]]) {
      const { code, stdout, stderr } = await amanaProcess(line);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^amana/);
      expect(stderr).not.toMatch(/\n {4}at /);
    }
  });

  it("writes exactly one JSON object to stdout with --json, errors included", async () => {
    const none = "/nonexistent";
    for (const line of [
      ["frobnicate"],
      ["verify"],
      ["status", "--data", none],
      ["trustee"],
      ["--help"],
      ["serve", "--data", none],
      ["verify", "--what"],
    ]) {
      const { stdout } = await amanaProcess([...line, "--json"]);
      expect(stdout.split("\n"), line.join(" ")).toHaveLength(2);
      expect(Object.keys(JSON.parse(stdout)).some((key) => key === "error" || key === "help")).toBe(true);
    }
  });

  it("ends quietly when whoever reads its output stops reading", async () => {
    const { stderr } = await start("sh", ["-c", `"${process.execPath}" "${MAIN}" --help | true`]);
    expect(stderr).toBe("");
  });

  it("without a terminal asks nobody", () =>
    withFolder(async (folder) => {
      const { code, stdout, stderr } = await amanaProcess([...JOIN, "--key", join(folder, "a.key")]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain("ERR_PASSPHRASE");
      expect(await readdir(folder)).toEqual([]);
    }));

  it("makes a key file or none when it is interrupted at any moment, never a part of one", () =>
    withFolder(async (folder) => {
      const passphrase = join(folder, "passphrase.txt");
      await writeFile(passphrase, "a passphrase\n");
      let made = 0;
      // From before it has begun to after it has ended.
      for (const after of [50, 250, 400, 500, 600, 700, 800, 1500]) {
        const path = join(folder, `${after}.key`);
        const child = spawn(process.execPath, [MAIN, ...JOIN, "--key", path, "--passphrase-file", passphrase], { stdio: "ignore" });
        setTimeout(() => child.kill("SIGINT"), after);
        await new Promise((resolve) => child.on("close", resolve));
        if (!existsSync(path)) continue;
        made += 1;
        expect(Object.keys((await readKeyFile(path, "a passphrase")).rounds)).toEqual(["wave-1"]);
        expect(await readFile(`${path}.backup.txt`, "utf8")).toContain("round/wave-1");
      }
      expect(made).toBeLessThan(8);
    }));

  it("leaves a key file and envelopes whole when it is stopped while writing them again and again", () =>
    withFolder(async (folder) => {
      const path = join(folder, "a.key");
      const program = `
        import { writeWhole } from ${JSON.stringify(MAIN.replace("main.js", "keys/write-whole.js"))};
        import { WorkFolder } from ${JSON.stringify(MAIN.replace("main.js", "keys/work-folder.js"))};
        const { holdings } = new WorkFolder(${JSON.stringify(path)}, "wave-1");
        for (let i = 0; ; i++) {
          const bytes = Buffer.alloc(200_000, i % 256);
          await writeWhole(${JSON.stringify(path)}, bytes);
          await holdings.put("ab".repeat(32), bytes);
          if (i === 0) process.stdout.write("begun");
        }`;
      const { holdings } = new WorkFolder(path, "wave-1");
      for (let round = 0; round < 12; round++) {
        const signal = round % 2 === 0 ? "SIGINT" : "SIGKILL";
        await start(process.execPath, ["--input-type=module", "-e", program], {}, (_output, child) => {
          setTimeout(() => child.kill(signal), 7 * round);
        });
        for (const bytes of [await readFile(path), await holdings.get((await holdings.list())[0] as string)]) {
          expect(bytes?.length).toBe(200_000);
          expect(new Set(bytes).size).toBe(1);
        }
      }
    }));

  if (SCRIPT !== undefined) {
    it("asks for a new passphrase twice at a terminal, and shows neither", () =>
      withFolder(async (folder) => {
        const path = join(folder, "a.key");
        const { code, stdout } = await inTerminal(
          [...JOIN, "--key", path],
          [
            ["Choose a passphrase: ", "four SECRET words here\r"],
            ["The same passphrase again: ", "four SECRET words here\r"],
          ],
        );
        expect(code).toBe(0);
        expect(stdout).not.toContain("SECRET");
        expect((await readKeyFile(path, "four SECRET words here")).organisation).toBe("customs");
      }));

    it("makes nothing when the two differ, or when Ctrl-C or Ctrl-D is typed instead", () =>
      withFolder(async (folder) => {
        const line = [...JOIN, "--key", join(folder, "a.key")];
        const first = "Choose a passphrase: ";
        const differ = await inTerminal(line, [
          [first, "short\r"],
          ["The same passphrase again: ", "another\r"],
        ]);
        expect(differ.code).toBe(2);
        expect(differ.stdout).toContain("This passphrase is short");
        expect(differ.stdout).toContain("ERR_PASSPHRASE");
        expect((await inTerminal(line, [[first, "\u0003"]])).code).toBe(130);
        expect((await inTerminal(line, [[first, "\u0004"]])).code).toBe(2);
        expect(await readdir(folder)).toEqual([]);
      }));
  }
});
