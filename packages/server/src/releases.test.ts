import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import type { ShareListEntry } from "@amana/core/entries";
import { signEntry } from "@amana/core/entries";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { encodeRelease, signRelease } from "@amana/core/release";
import { figureAt } from "@amana/results";
import { describe, expect, it } from "vitest";
import { PLAN as PLAN_FILE, results, say } from "../../results/fixtures/plan.ts";
import { goLive } from "../fixtures/client.ts";
import { HOUR, PLAN, START, surveyDraft } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { type Holder, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";
import type { DraftInput } from "./index.ts";
import { openLedger } from "./services/ledger.ts";
import { loadProgramme } from "./services/programme.ts";
import { PROPOSALS_LIMIT, RELEASE_LIMIT } from "./services/releases.ts";

interface File {
  readonly name: string;
  readonly sha256: string;
  readonly length: number;
}

interface Closed {
  readonly server: Running;
  readonly manifest: Manifest;
  readonly holders: readonly Holder[];
  propose(holder: number, files: readonly File[], counted?: number): Promise<string>;
}

/** A closed round whose trustees have all committed: releases may be proposed. */
function closedRound(use: (closed: Closed) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    try {
      const { manifest } = await goLive(server, holders);
      server.clock.seconds = START + HOUR + 61;
      await server.amana.tick();
      const ledgerSize = (await server.amana.operator.status()).ledgerSize;
      for (const [holder, { signing }] of holders.entries()) {
        const entry = { type: "share-list", holder, ledgerSize, commitment: toHex(randomBytes(32)) } as const;
        expect((await server.call("entries", encodeJson(signEntry<ShareListEntry>(manifest, entry, signing)))).code).toBe("");
      }
      const propose: Closed["propose"] = async (holder, files, counted = 0) => {
        const bytes = encodeRelease({
          protocol: PROTOCOL,
          type: "release",
          manifest: toHex(manifestId(manifest)),
          ledgerSize,
          totals: [{ audience: "officials", counted, withdrawn: 0, invalid: 0, unopened: 0, missing: 0 }],
          wanting: [],
          files,
        });
        const signature = toHex(signRelease(bytes, manifest, holder, (holders[holder] as Holder).signing));
        return (await server.call("rounds/wave-1/release", JSON.stringify({ release: toHex(bytes), holder, signature }))).code;
      };
      await use({ server, manifest, holders, propose });
    } finally {
      await server.close();
    }
  });
}

function file(bytes: Uint8Array, name = "index.html"): File {
  return { name, sha256: toHex(SHA256(bytes)), length: bytes.length };
}

describe("one trustee that proposes releases of its own", () => {
  it("hides no questionnaire, no list and no plan, of any round", () =>
    closedRound(async ({ server, manifest, holders, propose }) => {
      const { ledgerKey: key, programme } = await loadProgramme(server.store);
      const { documents } = await openLedger({ store: server.store, origin: programme.ledger.origin, key });
      const listed = documents.flatMap(({ entry }) => ("sha256" in entry ? [entry.sha256] : []));
      const plan = { ...PLAN, minimumGroup: 6 };
      const planned = toHex(SHA256(encodeJson(plan)));
      await server.amana.operator.createDraft(nextWave(surveyDraft(holders), plan, planned));
      const wanted = [manifest.audiences[0]?.questionnaire ?? "", manifest.analysisPlan ?? "", planned, ...listed];
      expect(wanted.length).toBeGreaterThan(4);
      const files = wanted.map((sha256, at) => ({ name: `f${String(at).padStart(2, "0")}`, sha256, length: 1 }));
      const secret = new TextEncoder().encode("<p>Early results</p>");
      expect(await propose(0, [...files, file(secret, "z.html")])).toBe("");
      expect((await server.call("files", secret, "application/octet-stream")).code).toBe("");
      for (const sha256 of wanted) expect((await server.call(`files/${sha256}`)).status).toBe(200);
      expect((await server.call(`files/${file(secret).sha256}`)).code).toBe("ERR_NOT_FOUND");
    }));

  it("keeps nobody from publishing what k others sign", () =>
    closedRound(async ({ server, propose }) => {
      const page = new TextEncoder().encode("<p>Results</p>");
      const other = new TextEncoder().encode("<p>Mine</p>");
      expect(await propose(0, [file(other)])).toBe("");
      expect(await propose(1, [file(page)])).toBe("");
      expect(await propose(2, [file(page)])).toBe("");
      expect(await propose(0, [file(other)], 7)).toBe("");
      expect((await server.call("files", page, "application/octet-stream")).status).toBe(200);
      expect((await server.call("rounds/wave-1")).json()).toMatchObject({ state: "released" });
      expect(new TextDecoder().decode((await server.call("releases/wave-1/")).body)).toBe("<p>Results</p>");
      // What was opened is not kept: the envelopes go, and the ledger says so.
      await server.amana.tick();
      await server.amana.tick();
      const { ledgerKey: key, programme } = await loadProgramme(server.store);
      const { documents } = await openLedger({ store: server.store, origin: programme.ledger.origin, key });
      expect(documents.slice(-2).map(({ entry }) => entry)).toMatchObject([{ type: "release" }, { type: "retention", count: 0 }]);
    }));

  it("names no more than a release may have, and tries no more releases than a count could need", () =>
    closedRound(async ({ propose }) => {
      const large = (count: number) =>
        Array.from({ length: count }, (_, at) => ({ ...file(Uint8Array.of(at), `f${String(at).padStart(2, "0")}`), length: 2 ** 24 }));
      expect(await propose(0, large(RELEASE_LIMIT / 2 ** 24 + 1))).toBe("ERR_RELEASE_INVALID");
      for (let i = 0; i < PROPOSALS_LIMIT; i++) expect(await propose(0, [], i)).toBe("");
      expect(await propose(0, [], PROPOSALS_LIMIT)).toBe("ERR_OVERLOADED");
      expect(await propose(0, [], 3)).toBe("");
      expect(await propose(1, [], PROPOSALS_LIMIT)).toBe("");
    }));
});

describe("a joint action plan", () => {
  it("is published with figures of this ledger's releases alone, continues what was published, and every number leads to its signed cell", () =>
    closedRound(async ({ server, propose }) => {
      const { operator } = server.amana;
      const { statements: _, ...rest } = PLAN_FILE;
      const plan = { ...rest, statements: [], measures: PLAN_FILE.measures.map((measure) => ({ ...measure, statements: [] })) };
      const text = async (path: string): Promise<string> => new TextDecoder().decode((await server.call(path)).body);
      // Before the release there is no figure that it could stand on, and no page.
      await expect(operator.publishPlan(plan)).rejects.toMatchObject({ code: "ERR_PLAN_INVALID" });
      expect((await server.call("plans/plan-2027/")).code).toBe("ERR_NOT_FOUND");
      await expect(operator.announce({ plan: "plan-2027" })).rejects.toMatchObject({ code: "ERR_PLAN_INVALID" });

      const json = encodeJson(results("wave-1", { value: 65, low: 58, high: 71 }));
      const files = [{ name: "results.json", sha256: toHex(SHA256(json)), length: json.length }];
      expect([await propose(0, files), await propose(1, files)]).toEqual(["", ""]);
      expect((await server.call("files", json, "application/octet-stream")).status).toBe(200);
      const first = await operator.publishPlan(plan);
      expect(first).toMatchObject({ plan: "plan-2027", revision: 0 });
      expect(await operator.publishPlan(plan)).toEqual(first);

      const page = await server.call("plans/plan-2027/");
      expect(page.status).toBe(200);
      const [, href = "", pointer = ""] =
        /href="(\.\.\/\.\.\/releases\/wave-1\/results\.json)#([^"]+)"/.exec(new TextDecoder().decode(page.body)) ?? [];
      const signed = JSON.parse(await text(href.replace("../../", ""))) as unknown;
      expect(figureAt(signed, pointer)).toEqual({ value: 65, low: 58, high: 71, n: 220 });
      const release = toHex(SHA256((await server.call("releases/wave-1/release.json")).body));
      expect(new TextDecoder().decode(page.body)).toContain(release);
      expect(toHex(SHA256((await server.call("plans/plan-2027/plan.json")).body))).toBe(first.sha256);
      expect((await server.call(`files/${first.sha256}`)).status).toBe(200);

      // A later revision: moved, and told; what was published stays to be read.
      const moved = {
        ...plan,
        measures: plan.measures.map((measure) => (measure.id === "M2" ? { ...measure, due: "2028-06-30" } : measure)),
      };
      expect(await operator.publishPlan(moved)).toMatchObject({ revision: 1 });
      const {
        findings: [finding],
      } = plan;
      await expect(
        operator.publishPlan({
          ...moved,
          findings: [{ ...finding, id: "F2" }],
          measures: moved.measures.map((measure) => ({ ...measure, finding: "F2" })),
        }),
      ).rejects.toMatchObject({ code: "ERR_PLAN_INVALID" });
      const announcement = { announcement: "moved", plan: "plan-2027", title: say("Moved"), text: say("By three months.") };
      await operator.announce(announcement);
      await expect(operator.announce(announcement)).rejects.toMatchObject({ code: "ERR_PLAN_INVALID" });
      await expect(operator.announce({ ...announcement, announcement: "other", text: { en: "x" } })).rejects.toMatchObject({
        code: "ERR_PLAN_INVALID",
      });
      const feed = await server.call("plans/plan-2027/feed-en.atom");
      expect(new TextDecoder().decode(feed.body)).toContain("due day moved from 2028-03-31 to 2028-06-30");
      expect(new TextDecoder().decode(feed.body)).toContain("<title>Moved</title>");
      expect(await text("plans/plan-2027/revision-0.json")).not.toBe(await text("plans/plan-2027/revision-1.json"));

      const { ledgerKey: key, programme } = await loadProgramme(server.store);
      const { documents } = await openLedger({ store: server.store, origin: programme.ledger.origin, key });
      expect(documents.map(({ entry }) => entry.type).slice(-3)).toEqual(["plan", "plan", "announcement"]);
    }));
});

/** The same survey two hours later, with another plan: a draft that nobody has signed. */
function nextWave({ manifest, ...draft }: DraftInput, analysisPlan: unknown, planned: string): DraftInput {
  const later = <T extends object>(times: T): T =>
    Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time < START ? time : time + 2 * HOUR])) as T;
  const times = { windows: later(manifest.windows), deadlines: later(manifest.deadlines) };
  return { ...draft, analysisPlan, manifest: { ...manifest, ...times, round: "wave-2", analysisPlan: planned } };
}
