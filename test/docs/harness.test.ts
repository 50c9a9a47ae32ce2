import { describe, expect, it } from "vitest";
import { read, tableOf } from "./markdown.ts";

const document = read("test/adversary/README.md");

/** What a server and a trustee that lie were to be caught at. */
const CASES = {
  server: [
    "tailored programme",
    "tailored manifest",
    "tailored key",
    "tailored form bytes",
    "second manifest",
    "split view",
    "dropped submission",
    "late minting",
    "padded draws",
    "stuffing by one of two issuers",
    "one key for two audiences",
    "lost store at the close",
    "envelope nobody can fetch",
    "vote-taking issuer",
    "rollback to an older disk",
  ],
  reports: [
    "code guessing",
    "mailbox enumeration",
    "size and timing of polling",
    "chunk swapping",
    "one report with two stories",
    "filler against real reply",
    "forged and replayed replies",
    "reply of a removed handler",
    "nonsense in a mailbox",
    "one reply with two stories",
    "flood of junk",
  ],
  trustee: ["garbage list", "selective lie", "commitment after reading", "silence", "unconfirmed key"],
} as const;

describe.each(Object.entries(CASES))("the table of %s", (who, cases) => {
  const rows = tableOf(document, who);

  it("has every case, once", () => {
    expect(rows.map(([name]) => name)).toEqual(cases);
  });

  it("names who catches it, by what, and tests that are there", () => {
    for (const [name, caught = "", by = "", tests = "", remains = ""] of rows) {
      expect(caught === "remainder" ? [remains] : [by, tests], name).not.toContain("");
      for (const [, file = "", title = ""] of tests.matchAll(/`([^`]+\.test\.ts)`: "([^"]+)"/g))
        expect(read(file).includes(title), `${name}: ${file} has no “${title}”`).toBe(true);
      if (caught !== "remainder") expect(tests, name).toMatch(/`[^`]+\.test\.ts`: "/);
    }
  });
});
