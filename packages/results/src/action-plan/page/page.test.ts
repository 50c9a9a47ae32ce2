import { describe, expect, it } from "vitest";
import { PLAN, Q1, RELEASES, say } from "../../../fixtures/plan.ts";
import {
  type ActionPlan,
  compilePlan,
  makeAnnouncement,
  type PlanFile,
  type PlanPagesInput,
  planFile,
  planFileNames,
} from "../../index.ts";

const HOSTILE = `<script>alert("1")</script>&'\`\u0001`;

const compiled = (file: PlanFile, previous: ActionPlan | null, now: string): ActionPlan =>
  compilePlan(file, { releases: RELEASES, previous, now: new Date(now) });

const UPDATES: PlanFile["updates"] = [
  {
    id: "U1",
    measure: "M1",
    date: "2027-02-05",
    event: "done",
    text: say(HOSTILE),
    evidence: [{ text: null, address: "https://example.org/a?b=1&c=2", sha256: "ab".repeat(32) }],
    measured: null,
  },
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
const first = compiled(PLAN, null, "2027-02-01T00:00:00Z");
const second = compiled(
  {
    ...PLAN,
    title: say(HOSTILE),
    updates: UPDATES,
    statements: PLAN.statements.map((each) => (each.id === "S2" ? { ...each, refusal: { by: "officials", reason: say(HOSTILE) } } : each)),
    measures: PLAN.measures.map((measure) => (measure.id === "M2" ? { ...measure, due: "2028-06-30" } : measure)),
  },
  first,
  "2028-12-24T10:00:00Z",
);
const INPUT: PlanPagesInput = {
  revisions: [first, second],
  announcements: [
    makeAnnouncement(
      { announcement: "a1", plan: PLAN.plan, title: say(HOSTILE), text: say("One.\n\nTwo.") },
      PLAN.locales,
      new Date("2027-03-01T00:00:00Z"),
    ),
  ],
  today: "2029-01-01",
  programmeId: "cd".repeat(32),
  programme: say("Programme"),
  trial: true,
  address: "https://feedback.example.org/",
};

const fileOf = (name: string, input: PlanPagesInput = INPUT): string => new TextDecoder().decode(planFile(input, name) ?? new Uint8Array());

/** A small reader of XML: names and nesting must fit, and nothing may stand in it that XML 1.0 has no place for. */
function wellFormed(text: string): boolean {
  const open: string[] = [];
  const body = text.replace(/^<\?xml[^>]*\?>\n/, "");
  if ([...body].some((each) => each < " " && !"\t\n\r".includes(each)) || /&(?!#\d+;)/.test(body)) return false;
  for (const [, close, name = "", , self] of body.matchAll(/<(\/?)([a-zA-Z]+)((?: [a-z:]+="[^"<]*")*)(\/?)>/g)) {
    if (close === "/" && open.pop() !== name) return false;
    if (close === "" && self === "") open.push(name);
  }
  return open.length === 0 && !/[<>]/.test(body.replace(/<\/?[a-zA-Z]+(?: [a-z:]+="[^"<]*")*\/?>/g, ""));
}

describe("the pages of a plan", () => {
  it("are a page and a feed for each language, a stylesheet, a table and every revision", () => {
    expect(planFileNames(INPUT)).toEqual([
      "index.html",
      "ar.html",
      "fr.html",
      "en.html",
      "feed-ar.atom",
      "feed-fr.atom",
      "feed-en.atom",
      "plan.css",
      "plan.csv",
      "plan.json",
      "revision-0.json",
      "revision-1.json",
    ]);
    expect(planFile(INPUT, "other.html")).toBeNull();
    expect(planFile(INPUT, "constructor")).toBeNull();
    expect(() => planFile({ ...INPUT, revisions: [] }, "index.html")).toThrow(TypeError);
    expect(planFileNames({ ...INPUT, revisions: [{ ...second, locales: ["es"] }] })).toContain("en.html");
  });

  it.each(["ar", "fr", "en"])("%s: escape everything that people wrote, run no script and load nothing", (locale) => {
    const page = fileOf(`${locale}.html`);
    expect(page).not.toMatch(/<script|<style|\son[a-z]+=|style="|javascript:|<img|<iframe/i);
    expect(page).toContain("&#60;script&#62;");
    expect(page).toContain(`<html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}">`);
    const loaded = [...page.matchAll(/<link[^>]* href="([^"]+)"/g)].map(([, address = ""]) => address);
    expect(loaded.every((address) => address === "data:," || /^[a-z.-]+$/.test(address))).toBe(true);
    expect(page).not.toMatch(/undefined|\[object|\{[a-z]+\}/);
  });

  it("say where each measure stands, what both sides think and what was changed", () => {
    const page = fileOf("en.html");
    for (const words of [
      "done, and the effect is shown",
      "overdue",
      "common ground",
      "rejected by both sides",
      "due day moved from",
      "change ",
      "Refused by ",
    ])
      expect(page).toContain(words);
    expect(page).toContain('<a href="https://example.org/a?b=1&#38;c=2" rel="noreferrer noopener nofollow">');
    expect(page).toContain("amana verify https://feedback.example.org/");
    expect(page).toContain('<p dir="auto">Two.</p>');
  });

  it("let every number be followed to its cell in a signed release", () => {
    const page = fileOf("en.html");
    const figures = [...page.matchAll(/class="figure" href="([^"]+)"><b><bdi dir="ltr">(\d+)/g)];
    expect(figures.map(([, address, value]) => `${address} ${value}`)).toEqual([
      "../../releases/wave-1/results.json#/audiences/0/items/0/favourable 65",
      "../../releases/wave-1/results.json#/audiences/0/items/0/favourable 65",
      "../../releases/wave-2/results.json#/audiences/0/items/0/favourable 80",
      "../../releases/wave-1/results.json#/audiences/1/factors/0/index 66",
    ]);
    for (const release of ["01", "02", "03"]) expect(page).toContain(release.repeat(32));
  });

  it("of a plan without updates, statements and announcements say so", () => {
    const page = fileOf("en.html", { ...INPUT, revisions: [{ ...first, statements: [] }], announcements: [], trial: false });
    expect(page).toContain("Nothing was reported yet.");
    expect(page).not.toContain('id="statements"');
    expect(page).not.toContain("trial");
  });
});

describe("the feed of a plan", () => {
  it.each(["ar", "fr", "en"])("%s is well-formed, with all that RFC 4287 asks for", (locale) => {
    const feed = fileOf(`feed-${locale}.atom`);
    expect(wellFormed(feed)).toBe(true);
    expect(feed).toContain(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${locale}">`);
    const entries = feed.split("<entry>").slice(1);
    expect(entries).toHaveLength(5);
    for (const part of [feed.split("<entry>")[0] ?? "", ...entries]) {
      expect(part).toMatch(/<id>urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}<\/id>/);
      expect(part).toMatch(/<title>[^<]+<\/title>/);
      expect(part).toMatch(/<updated>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<\/updated>/);
      expect(part).toMatch(/<link rel="alternate" type="text\/html"/);
    }
    expect(feed).toContain("<author><name>");
    const moments = [...feed.matchAll(/<updated>([^<]+)/g)].map(([, at = ""]) => at);
    expect(moments.slice(1)).toEqual(moments.slice(1).sort().reverse());
    expect(moments[0]).toBe("2028-12-24T10:00:00Z");
  });

  it("keeps the ids of its entries, whatever is added later and wherever it is served", () => {
    const ids = (text: string): string[] => [...text.matchAll(/<id>([^<]+)/g)].map(([, id = ""]) => id);
    const now = ids(fileOf("feed-en.atom"));
    expect(new Set(now).size).toBe(now.length);
    expect(
      ids(fileOf("feed-en.atom", { ...INPUT, revisions: [first], announcements: [], address: "https://other.example/" })).every((id) =>
        now.includes(id),
      ),
    ).toBe(true);
    expect(ids(fileOf("feed-en.atom", { ...INPUT, programmeId: "ce".repeat(32) })).some((id) => now.includes(id))).toBe(false);
  });
});

describe("the table of a plan", () => {
  it("has every figure with its release and place, and no cell that a spreadsheet would run", () => {
    const table = fileOf("plan.csv", {
      ...INPUT,
      revisions: [{ ...second, findings: [{ ...second.findings[0], text: say("=1+1") }] } as ActionPlan],
    });
    const [header = "", ...lines] = table.split("\r\n");
    expect(header).toBe(
      "plan,revision,table,id,of,status,owner,partner,start,due,effort,round,release,pointer,value,low,high,n,target,evidence,text_ar,text_fr,text_en",
    );
    expect(lines[0]).toContain('"\'=1+1"');
    expect(lines.find((line) => line.includes(",measure,M1,"))).toContain(
      `effect-shown,officials,private-sector,2027-02-01,2027-09-30,medium,wave-1,${"01".repeat(32)},/audiences/0/items/0/favourable,65,58,71,220,80`,
    );
    expect(lines.filter((line) => line.includes(",update,"))).toHaveLength(2);
  });
});
