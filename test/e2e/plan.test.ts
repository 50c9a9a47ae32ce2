import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compilePlan, makeAnnouncement, type PlanFile, type PlanPagesInput, planFile, planFileNames } from "@amana/results";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLAN, Q1, RELEASES, say } from "../../packages/results/fixtures/plan.ts";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { fits } from "./support/visit.ts";

let browser: Browser;
let folder: string;

/** A plan with everything that its page can show: done and measured, overdue, refused, moved, announced. */
function input(): PlanPagesInput {
  const evidence = [
    {
      text: null,
      address: "https://customs.example.org/news/one-list-of-all-documents-and-fees-for-every-office",
      sha256: "ab".repeat(32),
    },
  ];
  const updates: PlanFile["updates"] = [
    { id: "U1", measure: "M1", date: "2027-09-05", event: "done", text: say("The list is online."), evidence, measured: null },
    {
      id: "U2",
      measure: "M1",
      date: "2028-12-01",
      event: "measured",
      text: say("The second wave."),
      evidence: [],
      measured: { ...Q1, round: "wave-2" },
    },
  ];
  const first = compilePlan(PLAN, { releases: RELEASES, previous: null, now: new Date("2027-02-01T00:00:00Z") });
  const file: PlanFile = {
    ...PLAN,
    updates,
    statements: PLAN.statements.map((each) =>
      each.id === "S2" ? { ...each, refusal: { by: "officials", reason: say("Two offices are by law.") } } : each,
    ),
    measures: PLAN.measures.map((measure) => (measure.id === "M2" ? { ...measure, due: "2028-06-30" } : measure)),
  };
  const second = compilePlan(file, { releases: RELEASES, previous: first, now: new Date("2028-12-24T00:00:00Z") });
  const told = { announcement: "a1", plan: PLAN.plan, title: say("Half of it is done"), text: say("One.\n\nTwo.") };
  return {
    revisions: [first, second],
    announcements: [makeAnnouncement(told, PLAN.locales, new Date("2027-10-01T00:00:00Z"))],
    today: "2029-01-01",
    programmeId: "cd".repeat(32),
    programme: say("Programme"),
    trial: true,
    address: "https://feedback.example.org/",
  };
}

beforeAll(async () => {
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), "amana-plan-"));
  const pages = input();
  for (const name of planFileNames(pages)) await writeFile(join(folder, name), planFile(pages, name) ?? "");
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("the page of a joint action plan", () => {
  it("fits a telephone in three languages, without a violation of accessibility, and every feed is read by a parser of XML", async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    for (const language of ["ar", "fr", "en"]) {
      await page.goto(pathToFileURL(join(folder, `${language}.html`)).href);
      await fits(page);
      // One of each direction: the pages differ in words alone.
      if (language !== "en") expect(await axeViolations(page), language).toEqual([]);
      const feed = new TextDecoder().decode(planFile(input(), `feed-${language}.atom`) ?? new Uint8Array());
      const read = await page.evaluate((text) => {
        const document = new DOMParser().parseFromString(text, "application/xml");
        return {
          wrong: document.querySelector("parsererror") !== null,
          entries: document.getElementsByTagNameNS("http://www.w3.org/2005/Atom", "entry").length,
        };
      }, feed);
      expect(read).toEqual({ wrong: false, entries: 5 });
    }
    await page.close();
  });
});
