import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { encodeRelease } from "@amana/core/release";
import { describe, expect, it } from "vitest";
import { results } from "../../../../results/fixtures/plan.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";

const EXAMPLE = fileURLToPath(new URL("../../../../../examples/plan/plan.yaml", import.meta.url));
const NOW = new Date("2027-02-10T12:00:00Z");

/** A folder with the example, and a mirror of a server with the release of its wave. */
async function prepared(folder: string): Promise<{ file: string; mirror: string }> {
  const mirror = join(folder, "mirror");
  const wave = results("wave-2026", { value: 41, low: 35, high: 48 });
  const audiences = wave.audiences.map((audience) => ({
    ...audience,
    factors: [{ id: "F03", n: 220, index: { value: 48, low: 44, high: 52 } }],
    items: audience.items.map((item) => (item.id === "Q1" ? { ...item, id: "P05" } : item)),
  }));
  const json = encodeJson({ ...wave, audiences });
  const files = [{ name: "results.json", sha256: toHex(SHA256(json)), length: json.length }];
  const release = encodeRelease({
    protocol: PROTOCOL,
    type: "release",
    manifest: "ab".repeat(32),
    ledgerSize: 9,
    totals: [],
    wanting: [],
    files,
  });
  await mkdir(join(mirror, "releases/wave-2026"), { recursive: true });
  await writeFile(join(mirror, "releases/wave-2026/results.json"), json);
  await writeFile(join(mirror, "releases/wave-2026/release.json"), release);
  const file = join(folder, "plan.yaml");
  await cp(EXAMPLE, file);
  return { file, mirror };
}

async function amana(...line: string[]) {
  const { io, written } = testIo({ now: () => NOW });
  return { code: await run(line, io), ...written };
}

describe("amana plan", () => {
  it("checks the example, adds to it with its comments kept, and shows where its measures stand", () =>
    withFolder(async (folder) => {
      const { file, mirror } = await prepared(folder);
      const checked = await amana("plan", "check", file, "--from", mirror);
      expect(checked, checked.said.join("\n")).toMatchObject({ code: 0, results: [{ plan: "integrity-2027", revision: 0, gaps: [] }] });

      const texts = ["ar", "fr", "en"].flatMap((locale) => ["--text", `${locale}=Half of the lists are in.`]);
      const updated = await amana(
        "plan",
        "update",
        file,
        "--measure",
        "M1",
        "--event",
        "progress",
        ...texts,
        "--evidence",
        "https://example.org/half",
      );
      expect(updated.code, updated.warned.join("\n")).toBe(0);
      expect(updated.results).toMatchObject([{ update: { id: "U2", date: "2027-02-10", event: "progress" } }]);
      expect(await readFile(file, "utf8")).toContain("# An owner is a role, never a person.");

      await writeFile(join(folder, "statement.yaml"), "id: S2\ntext: { ar: ب, fr: b, en: b }\n");
      const added = await amana("plan", "add", file, "--statement", join(folder, "statement.yaml"));
      expect(added).toMatchObject({ code: 0, results: [{ added: { kind: "statement", id: "S2" } }] });

      const shown = await amana("plan", "show", file, "--from", mirror);
      expect(shown.results).toMatchObject([
        {
          today: "2027-02-10",
          measures: [
            { id: "M1", status: "under-way", baseline: 41 },
            { id: "M2", status: "planned" },
          ],
        },
      ]);
      expect(shown.said.join("\n")).toContain("under-way");
    }));

  it("names every gap at once with exit code 1, and says what it was given wrong", () =>
    withFolder(async (folder) => {
      const { file, mirror } = await prepared(folder);
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace("target: 75", "target: 43").replace("due: 2027-09-30", "due: 2027-01-30"));
      const checked = await amana("plan", "check", file, "--from", mirror);
      expect(checked.code).toBe(1);
      expect(checked.said.join("\n")).toMatch(
        /2 gaps[\s\S]*\/measures\/0\/due {2}is before its start\n.*\/measures\/0\/indicator\/target {2}is too near: with 300/,
      );

      await writeFile(join(mirror, "releases/wave-2026/results.json"), "{}");
      expect((await amana("plan", "check", file, "--from", mirror)).results).toMatchObject([{ error: "ERR_RELEASE_INVALID" }]);
      expect((await amana("plan", "check", file)).results).toMatchObject([{ error: "ERR_USAGE", message: "Missing: --from" }]);
      const before = await readFile(file, "utf8");
      expect((await amana("plan", "update", file, "--measure", "M9", "--event", "done")).results).toMatchObject([
        { message: "--measure takes one of: M1, M2" },
      ]);
      expect((await amana("plan", "update", file, "--measure", "M1", "--event", "green")).code).toBe(2);
      expect((await amana("plan", "update", file, "--measure", "M1", "--event", "done", "--text", "en=x")).code).toBe(2);
      expect((await amana("plan", "add", file, "--measure", file)).results).toMatchObject([{ error: "ERR_PLAN_INVALID" }]);
      expect(await readFile(file, "utf8")).toBe(before);
    }));
});
