import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { newCard, writeDocument } from "../../../test-support/cards.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { readRoundFile } from "./round-file.ts";

const NOW = new Date("2026-11-01T00:00:00Z");
const QUESTIONNAIRE = fileURLToPath(new URL("../../../../../examples/questionnaires/officials.json", import.meta.url));

const WAVE = {
  round: "wave-1",
  kind: "survey",
  title: { en: "Wave" },
  audiences: [
    { id: "officials", title: { en: "O" }, questionnaire: "q/one.json", roster: 40, issuers: [{ name: "i", handedOutBy: "customs" }] },
  ],
  trustees: ["cards/customs.json", "cards/federation.json"],
  windows: { answeringOpen: "2026-12-01T08:00Z", answeringClose: "2026-12-10T09:00+01:00" },
};

/** A wave's folder: `wave.yaml`, its questionnaire and cards beside it. */
async function written(folder: string, wave: unknown): Promise<string> {
  await writeDocument(join(folder, "q", "one.json"), await readFile(QUESTIONNAIRE, "utf8"));
  for (const id of ["customs", "federation"]) await writeDocument(join(folder, "cards", `${id}.json`), newCard(id, "wave-1"));
  return writeDocument(join(folder, "wave.yaml"), wave);
}

const problemsOf = (path: string): Promise<unknown> =>
  readRoundFile(path, NOW).then(
    () => [],
    (error) => [error.code, ...error.details.problems],
  );

describe("a round's file", () => {
  it("names questionnaires and cards beside itself, and gets the defaults of a survey", () =>
    withFolder(async (folder) => {
      const { manifest, questionnaires, analysisPlan } = await readRoundFile(await written(folder, WAVE), NOW);
      const close = Date.parse("2026-12-10T08:00Z") / 1000;
      expect(manifest).toMatchObject({
        round: "wave-1",
        threshold: 2,
        windows: { enrolmentOpen: manifest.windows.answeringOpen, enrolmentClose: close, answeringClose: close },
        deadlines: { objection: 259_200, sealBy: close + 86_400, missingBy: close + 3 * 86_400, commitBy: close + 10 * 86_400 },
        epoch: { minimumKeys: 10, minimumSeconds: 86_400 },
        separation: [],
        handlers: [],
      });
      expect(manifest.trustees.map(({ organisation }) => organisation)).toEqual(["customs", "federation"]);
      expect(questionnaires).toHaveLength(1);
      expect(analysisPlan).toMatchObject({ type: "analysis-plan" });
    }));

  it("makes the plan of tables by groups, and names what does not fit the questionnaire", () =>
    withFolder(async (folder) => {
      const background = JSON.parse(await readFile(QUESTIONNAIRE, "utf8"))
        .sections.filter(({ showIf }: { showIf: unknown }) => showIf === null)
        .flatMap(({ items }: { items: { id: string; kind: string; showIf: unknown; options: unknown[] }[] }) => items)
        .find(({ kind, showIf }: { kind: string; showIf: unknown }) => kind === "single" && showIf === null);
      const tables = [{ audience: "officials", by: [background.id] }];
      const populations = [{ audience: "officials", item: background.id, people: background.options.map(() => 10) }];
      const { analysisPlan } = await readRoundFile(await written(folder, { ...WAVE, tables, populations }), NOW);
      expect(analysisPlan).toMatchObject({ tables, populations, families: { gaps: "holm" } });
      const wrong = await written(folder, {
        ...WAVE,
        tables: [...tables, { audience: "officials", by: ["C1"] }],
        populations: [{ ...populations[0], people: [1] }],
      });
      const [code, ...problems] = (await problemsOf(wrong)) as [string, ...{ path: string }[]];
      expect([code, problems.map(({ path }) => path)]).toEqual(["ERR_CONFIG_INVALID", ["/tables/1/by/0", "/populations/0/people"]]);
    }));

  it("takes moments from now", () =>
    withFolder(async (folder) => {
      const windows = { answeringOpen: "+0", answeringClose: "+3600" };
      const { manifest } = await readRoundFile(await written(folder, { ...WAVE, windows }), NOW);
      expect(manifest.windows).toMatchObject({ answeringOpen: 1_793_491_200, answeringClose: 1_793_494_800 });
    }));

  it("refuses moments that are not the same everywhere, or are none", () =>
    withFolder(async (folder) => {
      for (const wrong of ["2026-12-01", "2026-12-01T08:00", "2026-02-31T08:00Z", "2026-13-01T08:00Z", "2026-12-01T25:00Z", "soon", 3600]) {
        const path = await written(folder, { ...WAVE, windows: { answeringOpen: wrong, answeringClose: "+3600" } });
        expect(await problemsOf(path), String(wrong)).toEqual([
          "ERR_CONFIG_INVALID",
          { path: "/windows/answeringOpen", message: expect.stringMatching(/^expected a moment with its zone, like/) },
        ]);
      }
    }));

  it("names every wrong field at once", () =>
    withFolder(async (folder) => {
      const path = await written(folder, {
        ...WAVE,
        round: "Wave 1",
        kind: "poll",
        audiences: [{ ...WAVE.audiences[0], roster: "many" }],
        separation: ["nothing"],
        colour: "blue",
      });
      expect(await problemsOf(path)).toEqual([
        "ERR_CONFIG_INVALID",
        { path: "/round", message: "expected small letters, digits and hyphens, at most 64" },
        { path: "/kind", message: 'expected ("survey" | "consultation" | "reports")' },
        { path: "/audiences/0/roster", message: "expected a whole number" },
        { path: "/separation/0", message: 'expected ("phases" | "relay")' },
        { path: "/colour", message: "there is no such field" },
      ]);
    }));

  it("names every mistake in what it names at once: cards of other rounds, twice, missing, none; questionnaires", () =>
    withFolder(async (folder) => {
      const audience = WAVE.audiences[0];
      const trustees = ["cards/customs.json", "cards/other.json", "cards/customs.json", "cards/none.json", "q/one.json"];
      const audiences = [
        audience,
        { ...audience, id: "two", questionnaire: "q/two.json" },
        { ...audience, id: "three", questionnaire: "q/none.json" },
      ];
      const path = await written(folder, { ...WAVE, audiences, trustees });
      await writeDocument(join(folder, "cards", "other.json"), newCard("federation", "wave-0"));
      await writeDocument(join(folder, "q", "two.json"), { protocol: "amana/1", type: "questionnaire" });
      const [code, ...problems] = (await problemsOf(path)) as [string, ...{ path: string; message: string }[]];
      expect(code).toBe("ERR_CONFIG_INVALID");
      expect(problems.filter(({ path }) => path.startsWith("/audiences/1/questionnaire → /")).length).toBeGreaterThan(3);
      const others = problems.filter(({ path }) => !path.startsWith("/audiences/1"));
      expect(others).toEqual([
        { path: "/audiences/2/questionnaire", message: expect.stringMatching(/^There is no file .*none\.json/) },
        { path: "/trustees/1", message: "a card for another round: wave-0" },
        { path: "/trustees/2", message: "a second card of customs" },
        { path: "/trustees/3", message: expect.stringMatching(/^There is no file/) },
        { path: "/trustees/4", message: expect.stringMatching(/is not a card of amana trustee join/) },
      ]);
    }));

  it("is refused when it is not there, or neither YAML nor JSON", () =>
    withFolder(async (folder) => {
      await expect(readRoundFile(join(folder, "none.yaml"), NOW)).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
      for (const content of ["a: [", "a: &x 1\nb: *x", "", "- 1"]) {
        const path = await writeDocument(join(folder, "wrong.yaml"), content);
        await expect(readRoundFile(path, NOW), content).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
      }
    }));
});
