import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { encodeRelease } from "@amana/core/release";
import { encodeResults, groupedAnalysisPlan, type Results, tabulate } from "@amana/results";
import { describe, expect, it } from "vitest";
import { scaleQuestionnaire } from "../../../../results/fixtures/scales.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";

const OFFICES = { north: 60, centre: 41, port: 7 } as const;

function wave(round: string, port: number, earlier: readonly Results[]): Results {
  const answers = Object.entries({ ...OFFICES, port }).flatMap(([office, people]) =>
    Array.from({ length: people }, (_, i) => ({ S1: office, Q1: [5, 3, 1][i % 3] as number })),
  );
  const plan = groupedAnalysisPlan([{ audience: "officials", by: ["S1"] }]);
  const questionnaire = scaleQuestionnaire(1, Object.keys(OFFICES));
  const audience = { id: "officials", title: { en: "Officials" }, questionnaire, rosterSize: 200, minimumGroup: 10, answers };
  return tabulate({ round, plan, audiences: [audience], earlier });
}

/** A folder with releases as a server serves them. */
async function mirror(folder: string, releases: readonly (readonly [Results, counted: number])[]): Promise<void> {
  for (const [results, counted] of releases) {
    const json = encodeResults(results);
    const totals = [{ audience: "officials", counted, withdrawn: 0, invalid: 0, unopened: 0, missing: 0 }];
    const files = [{ name: "results.json", sha256: toHex(SHA256(json)), length: json.length }];
    const release = { protocol: PROTOCOL, type: "release", manifest: "ab".repeat(32), ledgerSize: 9, totals, wanting: [], files } as const;
    await mkdir(join(folder, "releases", results.round), { recursive: true });
    await writeFile(join(folder, "releases", results.round, "results.json"), json);
    await writeFile(join(folder, "releases", results.round, "release.json"), encodeRelease(release));
  }
}

async function audit(...line: string[]) {
  const { io, written } = testIo({});
  return { code: await run(["results", "audit", ...line], io), ...written };
}

describe("amana results audit", () => {
  it("finds nothing in two waves of which the second looks at the first", () =>
    withFolder(async (folder) => {
      const first = wave("wave-1", 7, []);
      await mirror(folder, [
        [first, 108],
        [wave("wave-2", 15, [first]), 116],
      ]);
      const found = await audit("wave-1", "wave-2", "wave-3", "--from", folder);
      expect(found).toMatchObject({ code: 0, results: [{ rounds: ["wave-1", "wave-2"], exposures: [] }] });
      expect(found.said.join("\n")).toContain("✓ wave-1: 1 tables by groups");
      expect(found.warned).toEqual(["wave-3 has no release yet."]);
    }));

  it("names each group that a later wave shows although an earlier one hides it, and ends with 1", () =>
    withFolder(async (folder) => {
      await mirror(folder, [
        [wave("wave-1", 7, []), 108],
        [wave("wave-2", 15, []), 116],
      ]);
      const found = await audit("wave-1", "wave-2", "--from", folder);
      expect(found.code).toBe(1);
      expect(found.warned.join("\n")).toContain("S1 = port, people is shown, but hidden in wave-1");
    }));

  it("names a small group that the total gives away, and numbers that contradict each other", () =>
    withFolder(async (folder) => {
      const careless = JSON.parse(JSON.stringify(wave("wave-1", 7, [])), (key, value) =>
        key === "groups"
          ? value.map((group: { of: unknown[] }) => (group.of[0] === "centre" ? { ...group, counted: { n: 40 } } : group))
          : value,
      ) as Results;
      await mirror(folder, [[careless, 108]]);
      const found = await audit("wave-1", "--from", folder);
      expect(found.code).toBe(1);
      expect(found.warned.join("\n")).toContain("S1 = port, people is hidden, but follows from sums that are shown");
      await mirror(folder, [[careless, 300]]);
      expect((await audit("wave-1", "--from", folder)).warned.join("\n")).toContain("contradict each other");
    }));

  it("wants names for a folder, and results that the release lists", () =>
    withFolder(async (folder) => {
      expect((await audit("--from", folder)).code).toBe(2);
      await mirror(folder, [[wave("wave-1", 7, []), 108]]);
      await writeFile(join(folder, "releases/wave-1/results.json"), "{}");
      const found = await audit("wave-1", "--from", folder);
      expect(found.code).not.toBe(0);
      expect(found.warned.join("\n")).toContain("not the one that it lists");
    }));
});
