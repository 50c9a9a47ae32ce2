import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../../test-support/folder.ts";
import { Trial, WAVE } from "../../../test-support/trial.ts";
import { cosignedManifests } from "../../keys/work-folder.ts";

describe("trustee cosign", () => {
  it("signs what it checked: a draft that is another one after the rehearsal is refused, and nothing is signed", () =>
    withFolder(async (folder) => {
      const trial = new Trial(folder);
      let asked = 0;
      trial.between = async (url, send) => {
        const response = await send();
        if (!url.endsWith(`/drafts/${WAVE}`) || ++asked % 2 === 1) return response;
        const shown = (await response.json()) as { draft: { title: object } };
        return Response.json({ ...shown, draft: { ...shown.draft, title: { en: "Another" } } });
      };
      try {
        await expect(trial.launch()).rejects.toThrow("Another manifest already exists");
        expect(await cosignedManifests(trial.key("customs"), {}).get(WAVE)).toBeNull();
      } finally {
        await trial.stop();
      }
    }));

  it("keeps what it signed beside the key, and takes no part in a round of that name that is another", () =>
    withFolder(async (folder) => {
      const trial = new Trial(folder);
      try {
        await trial.launch();
        const path = join(`${trial.key("customs")}.work`, WAVE, "cosigned");
        const signed = await readFile(path, "utf8");
        const { rounds } = (await (await fetch(`${trial.url}rounds`)).json()) as { rounds: { name: string; manifest: string }[] };
        expect(signed).toBe(rounds.find(({ name }) => name === WAVE)?.manifest);
        expect((await trial.next("customs")).at(-1)?.step).toBe("wait");
        await writeFile(path, "ab".repeat(32));
        await expect(trial.next("customs")).rejects.toThrow("Another manifest already exists");
        await writeFile(path, "damaged");
        await expect(trial.next("customs")).rejects.toThrow("damaged");
      } finally {
        await trial.stop();
      }
    }));
});
