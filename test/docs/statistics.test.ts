import { describe, expect, it } from "vitest";
import type { Reference } from "../../packages/results/fixtures/reference/ours.ts";
import { tables } from "../../packages/results/fixtures/reference/table.ts";
import * as statistics from "../../packages/results/src/statistics/index.ts";
import { ROOT, read } from "./markdown.ts";

const reference = (name: string): Reference => JSON.parse(read(`packages/results/fixtures/reference/${name}`));
const references = { R: reference("r.json"), SciPy: reference("scipy.json") };

describe("docs/statistics.md", () => {
  it("shows ours beside R and SciPy as they are (npm run fixtures -- --write writes it)", async () => {
    const filled = Object.entries(tables(references)).reduce(
      (text, [name, table]) =>
        text.replace(
          new RegExp(`(<!-- ${name}:begin -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`),
          (_, begin, end) => `${begin}${table}\n${end}`,
        ),
      read("docs/statistics.md"),
    );
    await expect(filled).toMatchFileSnapshot(`${ROOT}docs/statistics.md`);
  });

  it("has a reference for every function, or says where its figures come from", () => {
    const compared = new Set(Object.values(references).flatMap(({ cases }) => cases.map(({ name }) => name)));
    const text = read("docs/statistics.md");
    for (const [name, value] of Object.entries(statistics))
      if (typeof value === "function" && !compared.has(name)) expect(text, name).toContain(`\n- \`${name}\`: `);
  });
});
