import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { encodeRelease, signRelease } from "@amana/core/release";
import { type ActionPlan, compilePlan, encodeActionPlan, encodeAnnouncement, makeAnnouncement, type Releases } from "@amana/results";
import { describe, expect, it } from "vitest";
import { PLAN, results, say } from "../../../results/fixtures/plan.ts";
import { makeRound, makeWorld } from "../../test-support/world.ts";
import { Transport } from "../wire/transport.ts";
import type { AuditedEntry } from "./audited-round.ts";
import { PlansCheck } from "./plans.ts";

const world = makeWorld();
const { manifest } = makeRound(world);
const json = encodeJson(results("wave-1", { value: 65, low: 58, high: 71 }));
const release = encodeRelease({
  protocol: PROTOCOL,
  type: "release",
  manifest: "ab".repeat(32),
  ledgerSize: 9,
  totals: [],
  wanting: [],
  files: [{ name: "results.json", sha256: toHex(SHA256(json)), length: json.length }],
});
const hashOf = (bytes: Uint8Array): string => toHex(SHA256(bytes));
const RELEASES: Releases = new Map([["wave-1", { release: hashOf(release), results: JSON.parse(new TextDecoder().decode(json)) }]]);
const FILE = { ...PLAN, statements: [], measures: PLAN.measures.map((measure) => ({ ...measure, statements: [] })) };
const first = compilePlan(FILE, { releases: RELEASES, previous: null, now: new Date("2027-02-01T00:00:00Z") });
const second = compilePlan(
  { ...FILE, title: say("Later") },
  { releases: RELEASES, previous: first, now: new Date("2027-03-01T00:00:00Z") },
);
const announcement = encodeAnnouncement(
  makeAnnouncement({ announcement: "a1", plan: FILE.plan, title: say("A"), text: say("B") }, FILE.locales, new Date()),
);

/** What the check says of a ledger with these entries, in this order. */
async function judged(entries: readonly ("release" | "unsigned" | Uint8Array)[]): Promise<string> {
  const files = new Map([json, release, ...entries.filter((each) => typeof each !== "string")].map((bytes) => [hashOf(bytes), bytes]));
  const fetch = async (url: string): Promise<Response> => {
    const bytes = files.get(new URL(url).pathname.split("/").at(-1) ?? "");
    return bytes === undefined ? new Response("{}", { status: 404 }) : new Response(new Uint8Array(bytes));
  };
  const check = new PlansCheck({ transport: new Transport("http://server.example/", fetch) });
  for (const each of entries) {
    const signers = each === "release" ? [0, 1] : [0];
    const signatures = signers.map((holder) => ({
      holder,
      signature: toHex(signRelease(release, manifest, holder, (world.trustees[holder] as (typeof world.trustees)[0]).signing)),
    }));
    const entry =
      typeof each === "string"
        ? { type: "release", sha256: hashOf(release), length: release.length, signatures }
        : { type: each === announcement ? "announcement" : "plan", sha256: hashOf(each), length: each.length };
    check.entry({ entry, round: typeof each === "string" ? { manifest } : null } as unknown as AuditedEntry);
  }
  return check.end();
}

const changed = (plan: ActionPlan, value: number): ActionPlan => ({
  ...plan,
  measures: plan.measures.map((measure) => ({
    ...measure,
    indicator: { ...measure.indicator, cell: { ...measure.indicator.cell, figure: { ...measure.indicator.cell.figure, value } } },
  })),
});

describe("the plans of a ledger", () => {
  it("hold where every figure is that of a signed release, and every revision continues the one before", async () => {
    expect(await judged([])).toBe("none is published");
    expect(await judged(["release", encodeActionPlan(first), announcement, encodeActionPlan(second)])).toBe(
      "2 revisions of 1 plans, every figure that of a signed release",
    );
  });

  it("fail on a figure that the release does not say, although the plan names its place", async () => {
    await expect(judged(["release", encodeActionPlan(changed(first, 35))])).rejects.toThrow(
      "/measures/0/indicator/cell is not what the signed release says",
    );
  });

  it("fail on a release that too few signed, or that came later", async () => {
    await expect(judged(["unsigned", encodeActionPlan(first)])).rejects.toThrow("no release of the round wave-1");
    await expect(judged([encodeActionPlan(first), "release"])).rejects.toThrow("no release of the round wave-1");
  });

  it("fail on a history that was rewritten: exchanged, left out, begun anew", async () => {
    const other = compilePlan(
      { ...FILE, title: say("Other") },
      { releases: RELEASES, previous: null, now: new Date("2027-02-01T00:00:00Z") },
    );
    await expect(judged(["release", encodeActionPlan(other), encodeActionPlan(second)])).rejects.toThrow(
      "/previous is not the revision before",
    );
    await expect(judged(["release", encodeActionPlan(second)])).rejects.toThrow("is not the first revision");
    await expect(judged(["release", encodeActionPlan(first), encodeActionPlan(first)])).rejects.toThrow("/revision is not the next one");
  });
});
