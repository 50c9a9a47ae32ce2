import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { difference, ours, type Reference } from "../../fixtures/reference/ours.ts";

const read = (name: string): Reference => JSON.parse(readFileSync(new URL(`../../fixtures/reference/${name}`, import.meta.url), "utf8"));
const references = { R: read("r.json"), SciPy: read("scipy.json") };

describe.each(Object.entries(references))("%s", (_, { cases }) => {
  const byName = [...new Set(cases.map(({ name }) => name))].map((name) => [name, cases.filter((each) => each.name === name)] as const);
  it.each(byName)("agrees on %s to 1e-9", (_name, own) => {
    for (const each of own)
      expect(difference(ours(each), each.result), JSON.stringify([each.args, ours(each), each.result]).slice(0, 600)).toBeLessThan(1e-9);
  });
});
