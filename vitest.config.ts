import { defineConfig } from "vitest/config";

/**
 * Tests run on the sources, not on a build: the condition picks `src/` in every package's exports. "import" is not among them:
 * Node would apply it to `require` as well, and Express would get the wrong half of its dependencies.
 */
const conditions = ["@amana/source", "node", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "examples/*/src/**/*.test.ts"],
    // Generous: a slow machine is no failure. What must be quick is measured, by benchmarks.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // Files share their worker: loading the same modules anew for each would be a third of all the time.
    isolate: false,
    coverage: {
      provider: "v8",
      include: ["packages/core/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/index.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
});
