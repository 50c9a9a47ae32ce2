import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { operatorClient } from "@amana/server";
import { describe, expect, it } from "vitest";
import { newCard, writeDocument } from "../../../test-support/cards.ts";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { run } from "../../run.ts";
import { readRoundFile } from "./round-file.ts";

/** Before every moment in the examples. */
const NOW = new Date("2026-10-01T00:00:00Z");
const EXAMPLES = fileURLToPath(new URL("../../../../../examples/", import.meta.url));

/** A copy of examples/operator with the cards that it names. */
async function copied(folder: string): Promise<string> {
  await mkdir(join(folder, "operator"));
  for (const name of ["operator", "questionnaires"]) await cp(join(EXAMPLES, name), join(folder, name), { recursive: true });
  const cards = join(folder, "operator", "cards");
  for (const id of ["customs", "federation", "observatory"]) {
    const card = newCard(id, "wave-2026");
    await writeDocument(join(cards, `${id}.key.wave-2026.card.json`), card);
    await writeDocument(join(cards, `${id}.key.reports-2026-12.card.json`), {
      ...newCard(id, "reports-2026-12"),
      signingKey: card.signingKey,
    });
  }
  return join(folder, "operator");
}

describe("examples/operator", () => {
  it("are files that init and round create take as they are", () =>
    withFolder(async (folder) => {
      const operator = await copied(folder);
      const data = join(folder, "data");
      const { io, written } = testIo({ now: () => NOW });
      const lines = [
        ["init", data, "--config", join(operator, "programme.yaml")],
        ["round", "create", join(operator, "wave.yaml"), "--data", data],
        ["round", "create", join(operator, "reports.yaml"), "--data", data],
      ];
      for (const line of lines) expect(await run(line, io), written.warned.join("\n")).toBe(0);
      // A plan and what is announced of it go through the same folder. Without a release there is no figure for it to stand on.
      for (const line of [
        ["publish", "plan.yaml"],
        ["announce", "announcement.yaml"],
      ]) {
        const [verb = "", name = ""] = line;
        const refused = testIo({ now: () => new Date("2027-02-10T00:00:00Z") });
        expect(await run(["plan", verb, join(EXAMPLES, "plan", name), "--data", data], refused.io)).toBe(2);
        expect(refused.written.results).toMatchObject([{ error: "ERR_PLAN_INVALID" }]);
      }
      const client = await operatorClient(data);
      const { drafts, trial } = await client.status().finally(() => client.close());
      expect(trial).toBe(false);
      expect(drafts.map(({ round }) => round)).toEqual(["reports-2026-12", "wave-2026"]);
    }));

  it("say of what may be left out what the defaults are", () =>
    withFolder(async (folder) => {
      const operator = await copied(folder);
      const whole = (await readRoundFile(join(operator, "wave.yaml"), NOW)).manifest;
      const { readDocument } = await import("./files.ts");
      const {
        deadlines: _deadlines,
        epoch: _epoch,
        threshold: _threshold,
        previous: _previous,
        ...short
      } = (await readDocument(join(operator, "wave.yaml"))) as Record<string, unknown>;
      await writeDocument(join(operator, "short.yaml"), short);
      expect((await readRoundFile(join(operator, "short.yaml"), NOW)).manifest).toEqual(whole);
    }));
});
