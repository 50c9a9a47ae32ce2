import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

it("the README's example is the one that is compiled and run", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const example = await readFile(new URL("../../../examples/embed-express/src/main.ts", import.meta.url), "utf8");
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(example);
  expect(example.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
});
