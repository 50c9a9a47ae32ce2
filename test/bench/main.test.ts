import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { table } from "./table.ts";

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL("../dist/bench/main.js", import.meta.url)), ...args], { encoding: "utf8" });

describe("npm run bench", () => {
  it("says what there is, and ends with 2 when it is asked for something else", () => {
    expect(bench("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("linkage") });
    expect(bench()).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("Which benchmark?") });
    expect(bench("speed")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("No such benchmark: speed") });
    expect(bench("linkage", "--jsno")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("--jsno") });
  });
});

describe("the table", () => {
  it("has the members as columns, and another head for other members", () => {
    const row = { name: "a", value: 0.5, unit: "share", limit: 1, ratio: 0.5, passed: true };
    expect(table([row, { ...row, limit: null, ratio: null, passed: null }, { ...row, passed: false, n: 50 }])).toBe(
      [
        "name  value  unit   limit  ratio  passed",
        "a     0.500  share  1      0.500  yes",
        "a     0.500  share  –      –      –",
        "",
        "name  value  unit   limit  ratio  passed  n",
        "a     0.500  share  1      0.500  NO      50",
        "",
      ].join("\n"),
    );
  });
});
