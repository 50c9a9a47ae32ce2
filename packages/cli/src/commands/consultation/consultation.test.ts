import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { checkQuestionnaire, decodeQuestionnaire } from "@amana/core/questionnaire";
import { encodeRelease } from "@amana/core/release";
import { analysisPlanHash, consultationAnalysisPlan, DEFAULT_RULES, encodeAnalysisPlan } from "@amana/results";
import { describe, expect, it } from "vitest";
import { results, statement } from "../../../../results/fixtures/plan.ts";
import { newCard, writeDocument } from "../../../test-support/cards.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";
import { readRoundFile } from "../operator/round-file.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../../examples/", import.meta.url));

async function amana(...line: string[]) {
  const { io, written } = testIo();
  return { code: await run(line, io), ...written };
}

const share = (value: number) => ({ value, low: value - 6, high: value + 6 });

/** What a server would publish of the round `talk-1`: S1 is common ground, S2 needs a bridge. */
async function mirrorOf(folder: string, plan = consultationAnalysisPlan()): Promise<string> {
  const base = results("talk-1", share(50));
  const audiences = base.audiences.map((audience, side) => ({
    ...audience,
    items: [
      statement("S1", share(80), [share(12), share(8)], 220),
      statement("S2", share(side === 0 ? 20 : 85), [share(side === 0 ? 70 : 8), share(7)], 220),
    ],
  }));
  const json = encodeJson({ ...base, plan: toHex(analysisPlanHash(plan)), audiences });
  const files = [{ name: "results.json", sha256: toHex(SHA256(json)), length: json.length }];
  const release = {
    protocol: PROTOCOL,
    type: "release",
    manifest: "ab".repeat(32),
    ledgerSize: 9,
    totals: [],
    wanting: [],
    files,
  } as const;
  const mirror = join(folder, "mirror");
  await mkdir(join(mirror, "releases/talk-1"), { recursive: true });
  await mkdir(join(mirror, "files"));
  await writeFile(join(mirror, "releases/talk-1/results.json"), json);
  await writeFile(join(mirror, "releases/talk-1/release.json"), encodeRelease(release));
  await writeFile(join(mirror, "files", toHex(analysisPlanHash(plan))), encodeAnalysisPlan(plan));
  return mirror;
}

describe("amana consultation", () => {
  it("makes a round's questionnaire and manifest, says what came of it by rules fixed beforehand, and makes the next round", () =>
    withFolder(async (folder) => {
      const statements = join(folder, "statements.yaml");
      await cp(join(EXAMPLES, "consultation/statements.yaml"), statements);
      const questionnaire = join(folder, "talk-1.json");
      expect(await amana("consultation", "questionnaire", statements, "--out", questionnaire)).toMatchObject({
        code: 0,
        results: [{ statements: 2 }],
      });
      expect(decodeQuestionnaire(new Uint8Array(await readFile(questionnaire))).id).toBe("talk-1");

      // The round's own file: the same as a survey's, but for its kind and its rules.
      await cp(join(EXAMPLES, "consultation/round.yaml"), join(folder, "round.yaml"));
      for (const id of ["customs", "federation", "observatory"])
        await writeDocument(join(folder, `cards/${id}.key.talk-1.card.json`), newCard(id, "talk-1"));
      const read = () => readRoundFile(join(folder, "round.yaml"), new Date("2026-10-01T00:00:00Z"));
      const draft = await read();
      expect(draft.manifest.kind).toBe("consultation");
      expect(draft.analysisPlan).toMatchObject({ consultation: DEFAULT_RULES });
      const text = await readFile(join(folder, "round.yaml"), "utf8");
      await writeFile(join(folder, "round.yaml"), text.replace(/consultation:\n[\s\S]*?\naudiences:/, "audiences:"));
      expect((await read()).manifest.analysisPlan).toBe(draft.manifest.analysisPlan);
      await writeFile(join(folder, "round.yaml"), text.replace("agree: 70", "agree: 40"));
      await expect(read()).rejects.toMatchObject({ code: "ERR_ANALYSIS_PLAN_INVALID" });
      await writeFile(join(folder, "round.yaml"), text.replace("kind: consultation", "kind: survey"));
      await expect(read()).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });

      const mirror = await mirrorOf(folder);
      const outcome = await amana("consultation", "outcome", "--round", "talk-1", "--from", mirror);
      expect(outcome).toMatchObject({
        code: 0,
        results: [
          {
            rules: DEFAULT_RULES,
            statements: [
              { id: "S1", class: "common ground", outcome: "settled" },
              { id: "S2", class: "bridge needed", outcome: "again" },
            ],
          },
        ],
      });
      expect(outcome.said.join("\n")).toContain("officials 20 %, private-sector 85 %");

      expect((await amana("consultation", "priorities", "--round", "talk-1", "--from", mirror)).results).toMatchObject([
        { priorities: [{ factor: "F03", sides: [null, null] }] },
      ]);

      const next = join(folder, "statements-2.yaml");
      const line = ["consultation", "next", statements, "--round", "talk-1", "--name", "talk-2", "--out", next, "--from", mirror];
      expect(await amana(...line)).toMatchObject({ code: 0, results: [{ over: false, statements: ["S2"] }] });
      expect(await readFile(next, "utf8")).toContain("In the round before: officials: agree 20 %");
      expect((await amana("consultation", "questionnaire", next, "--out", questionnaire)).code).toBe(0);

      await writeFile(join(mirror, "releases/talk-1/results.json"), "{}");
      expect((await amana(...line)).results).toMatchObject([{ error: "ERR_RELEASE_INVALID" }]);
      expect((await amana("consultation", "outcome", "--round", "talk-9", "--from", mirror)).results).toMatchObject([
        { error: "ERR_NOT_FOUND" },
      ]);
    }));

  it("takes no rules that were not fixed with the round", () =>
    withFolder(async (folder) => {
      const { consultation: _, ...plan } = consultationAnalysisPlan();
      const mirror = await mirrorOf(folder, plan);
      expect((await amana("consultation", "outcome", "--round", "talk-1", "--from", mirror)).results).toMatchObject([
        { error: "ERR_CONSULTATION_INVALID" },
      ]);
    }));
});

describe("amana comments", () => {
  it("lists what was opened, and lets out what many say in other words and nothing else", () =>
    withFolder(async (folder) => {
      const ballots = join(folder, "ballots.json");
      const words = [
        "coffee money at the gate is usual",
        "One pays a little at each gate",
        "Small sums, always",
        "Small sums, always",
        "\u001b[2Jpaying speeds things up",
        "it costs extra to be quick",
      ];
      await writeFile(
        ballots,
        JSON.stringify([{ audience: "officials", answers: [], comments: words.map((text) => ({ item: "C1", text })) }]),
      );
      const listed = await amana("comments", "list", ballots);
      const [{ comments }] = listed.results as [{ comments: { ref: string; text: string }[] }];
      expect(new Set(comments.map(({ ref }) => ref)).size).toBe(6);
      expect(listed.said.join("\n")).not.toContain("\u001b");
      expect((await amana("comments", "list", ballots, "--audience", "traders")).results).toEqual([{ comments: [] }]);

      const statements = join(folder, "statements.yaml");
      await cp(join(EXAMPLES, "consultation/statements.yaml"), statements);
      const before = await readFile(statements, "utf8");
      const redact = (count: number, text: string, ...more: string[]) =>
        amana(
          "comments",
          "redact",
          ballots,
          ...comments.slice(0, count).flatMap(({ ref }) => ["--comment", ref]),
          "--id",
          "S3",
          ...["ar", "fr", "en"].flatMap((locale) => ["--text", `${locale}=${text}`]),
          "--to",
          statements,
          ...more,
        );
      expect((await redact(6, "Payments for speed should end.")).results).toMatchObject([{ error: "ERR_CONSULTATION_INVALID" }]);
      expect((await redact(6, "Payments for speed should end.", "--minimum", "4")).results).toMatchObject([{ error: "ERR_USAGE" }]);
      expect((await redact(5, "Coffee money at the gate should end.", "--minimum", "5")).results).toMatchObject([
        { error: "ERR_CONSULTATION_INVALID" },
      ]);
      expect((await amana("comments", "redact", ballots, "--comment", "none", "--id", "S3", "--to", statements)).results).toMatchObject([
        { error: "ERR_USAGE" },
      ]);
      expect(await readFile(statements, "utf8")).toBe(before);
      expect(await redact(5, "Payments for speed should end.", "--minimum", "5")).toMatchObject({
        code: 0,
        results: [{ statement: "S3", statements: 3 }],
      });
      const after = await readFile(statements, "utf8");
      expect(after).toContain("source: comments");
      expect(after).toContain("One thing in each statement");
      for (const { ref } of comments) expect(after).not.toContain(ref);
    }));
});

describe("amana questionnaire import", () => {
  it("takes the example, and names what it cannot carry", () =>
    withFolder(async (folder) => {
      const out = join(folder, "out.json");
      await cp(join(EXAMPLES, "questionnaires/xlsform"), join(folder, "form"), { recursive: true });
      expect(await amana("questionnaire", "import", join(folder, "form"), "--out", out)).toMatchObject({
        code: 0,
        results: [{ questionnaire: "officials-short", items: 6, sections: 2, locales: ["fr", "en", "ar"] }],
      });
      checkQuestionnaire(JSON.parse(await readFile(out, "utf8")));
      const survey = join(folder, "form/survey.csv");
      await writeFile(survey, `${await readFile(survey, "utf8")}geopoint,G1,Where?,Où ?,أين؟\n`);
      const refused = await amana("questionnaire", "import", join(folder, "form"), "--out", out);
      expect(refused.results).toMatchObject([{ error: "ERR_IMPORT_INVALID", problems: [{ path: "survey/14/type" }] }]);
      await writeFile(survey, Uint8Array.of(0xff, 0xfe));
      expect((await amana("questionnaire", "import", join(folder, "form"), "--out", out)).results).toMatchObject([
        { error: "ERR_CONFIG_INVALID" },
      ]);
      expect((await amana("questionnaire", "import", folder, "--out", out)).results).toMatchObject([{ error: "ERR_CONFIG_INVALID" }]);
    }));
});
