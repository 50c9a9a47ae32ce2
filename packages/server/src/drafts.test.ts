import { fromHex, SHA256, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { openShare } from "@amana/core/envelope";
import type { AmanaError } from "@amana/core/errors";
import { leafHash, merkleRoot } from "@amana/core/ledger";
import { cosignManifest, type Manifest, rehearsalContext } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { goLive } from "../fixtures/client.ts";
import { PLAN, QUESTIONNAIRE, reportsDraft, START, surveyDraft } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { forAnotherRound, type Holder, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";
import type { DraftInput } from "./index.ts";
import { makeOffer } from "./issuer/offer.ts";

function withServer(use: (server: Running, holders: Holder[]) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    try {
      await use(server, holders);
      expect(server.log).toEqual([]);
    } finally {
      await server.close();
    }
  });
}

async function problemsOf(task: Promise<unknown>): Promise<string[]> {
  const error = await task.then(
    () => null,
    (thrown: AmanaError) => thrown,
  );
  expect(error?.code).toBe("ERR_MANIFEST_INVALID");
  return (error?.details.problems ?? []).map(({ path }) => path);
}

describe("a draft", () => {
  it("with one invitation in two issuers' offers is refused: the audit of the whole ledger would fail for ever", () =>
    withServer(async ({ amana: { operator, programme } }, holders) => {
      const good = surveyDraft(holders);
      const [first] = good.manifest.audiences;
      if (first === undefined) throw new TypeError("no audience");
      const names = { programme: toHex(programmeId(programme)), round: good.manifest.round, name: "university" };
      const offer = async (audience: string) => {
        const rest = { origin: "http://localhost:9/", handedOutBy: holders[0]?.organisation ?? "", count: 5, spares: 0 };
        return (await makeOffer({ ...names, ...rest, audience }, randomBytes)).offer;
      };
      const [one, other] = await Promise.all([offer("officials"), offer("traders")]);
      const copied = { ...other, issuer: { ...other.issuer, invitations: one.issuer.invitations }, invitations: one.invitations };
      const draft = (second: typeof other): DraftInput => ({
        ...good,
        manifest: {
          ...good.manifest,
          audiences: [
            { ...first, issuers: [{ offer: one }] },
            { ...first, id: "traders", issuers: [{ offer: second }] },
          ],
        },
      });
      expect(await problemsOf(operator.createDraft(draft(copied)))).toEqual(["/manifest/audiences/1/issuers/0/offer"]);
      await operator.createDraft(draft(other));
    }));

  it("names every mistake at once", () =>
    withServer(async ({ amana: { operator }, clock }, holders) => {
      const good = surveyDraft(holders);
      const bad: DraftInput = {
        manifest: {
          ...good.manifest,
          round: "ledger",
          threshold: 3,
          size: good.manifest.size + 1,
          windows: { ...good.manifest.windows, answeringClose: START - 10 },
          analysisPlan: "0".repeat(64),
          audiences: good.manifest.audiences.map((audience) => ({ ...audience, questionnaire: "1".repeat(64) })),
        },
        questionnaires: [QUESTIONNAIRE, { ...QUESTIONNAIRE, locales: [] }],
        analysisPlan: PLAN,
      };
      const found = await problemsOf(operator.createDraft(bad));
      for (const path of [
        "/manifest/threshold",
        "/manifest/round",
        "/manifest/windows/answeringClose",
        "/manifest/analysisPlan",
        "/manifest/audiences/0/questionnaire",
      ]) {
        expect(found).toContain(path);
      }
      expect(found.some((path) => path.startsWith("/questionnaires/1"))).toBe(true);
      expect(found.some((path) => path.endsWith("spki"))).toBe(false);
      const larger = { ...good, manifest: { ...good.manifest, size: good.manifest.size + 1 } };
      expect(await problemsOf(operator.createDraft(larger))).toEqual(["/manifest/size"]);
      const shapeless = { ...good, manifest: { ...good.manifest, extra: 1, audiences: "none" } } as never;
      expect(await problemsOf(operator.createDraft(shapeless))).toContain("/manifest/audiences");
      for (const nothing of [{}, { manifest: null }, { manifest: { audiences: [null] }, questionnaires: 1 }]) {
        expect((await problemsOf(operator.createDraft(nothing as never))).length).toBeGreaterThan(0);
      }
      expect((await operator.status()).drafts).toEqual([]);
      clock.seconds = good.manifest.windows.answeringClose;
      expect(await problemsOf(operator.createDraft(good))).toEqual(["/manifest/windows/answeringClose"]);
    }));

  it("is shown when every audience has its invitations, whose codes the server does not know", () =>
    withServer(async (server, holders) => {
      const { operator } = server.amana;
      await operator.createDraft(surveyDraft(holders));
      await operator.createDraft(surveyDraft(holders));
      expect((await server.call("drafts")).json()).toEqual({ drafts: [] });
      expect((await server.call("drafts/wave-1")).code).toBe("ERR_DRAFT_UNKNOWN");
      const invitations = { round: "wave-1", audience: "officials" };
      expect(await problemsOf(operator.createInvitations({ ...invitations, audience: "others", count: 1 }))).toEqual(["/audience"]);
      expect(await problemsOf(operator.createInvitations({ ...invitations, issuer: "nobody", count: 1 }))).toEqual(["/issuer"]);
      expect(await problemsOf(operator.createInvitations({ ...invitations, count: 11 }))).toEqual(["/count"]);
      expect(await problemsOf(operator.createInvitations({ ...invitations, count: 0, spares: 2 }))).toEqual(["/count", "/spares"]);
      await expect(operator.createInvitations({ ...invitations, round: "none", count: 1 })).rejects.toMatchObject({
        code: "ERR_DRAFT_UNKNOWN",
      });
      const codes = await operator.createInvitations({ ...invitations, count: 5, spares: 1 });
      const { draft } = (await server.call("drafts/wave-1")).json() as { draft: Manifest };
      const hashes = codes.map((code) => invitedHash(programmeId(server.amana.programme), "wave-1", "customs", code));
      const list = [...hashes.slice(0, 4).sort(Buffer.compare), ...hashes.slice(4)];
      const root = toHex(merkleRoot(list.map((hash) => leafHash(hash))));
      expect(draft.audiences[0]?.issuers[0]?.invitations).toEqual({ count: 5, spares: 1, root });
      expect((await server.call(`files/${toHex(SHA256(Buffer.concat(list)))}`)).status).toBe(200);
      await expect(operator.createDraft(surveyDraft(holders))).rejects.toMatchObject({ code: "ERR_DRAFT_EXISTS" });
      await operator.discardDraft("wave-1");
      await expect(operator.discardDraft("wave-1")).rejects.toMatchObject({ code: "ERR_DRAFT_UNKNOWN" });
      await operator.createDraft(surveyDraft(holders));
    }));

  it("goes live with the last co-signature, and only with those of all", () =>
    withServer(async (server, holders) => {
      await server.amana.operator.createDraft(reportsDraft(holders));
      const shown = (await server.call("drafts/reports")).json() as { draft: Manifest; envelope: string };
      const share = openShare(fromHex(shown.envelope), 1, (holders[1] as Holder).kem, rehearsalContext(shown.draft)) as Uint8Array;
      const send = (what: string, body: unknown) => server.call(`drafts/reports/${what}`, JSON.stringify(body));
      expect((await send("shares", { holder: 0, share: toHex(share) })).code).toBe("ERR_COMMITMENT_MISMATCH");
      expect((await send("shares", { holder: 7, share: toHex(share) })).code).toBe("ERR_COMMITMENT_MISMATCH");
      expect((await send("shares", { holder: 1, share: toHex(share) })).status).toBe(200);
      expect((await send("shares", { holder: 1, share: toHex(share) })).status).toBe(200);
      const signature = (holder: number) => toHex(cosignManifest(shown.draft, holder, (holders[holder] as Holder).signing));
      expect((await send("cosignatures", { holder: 1, signature: signature(0) })).code).toBe("ERR_COSIGNATURE");
      expect((await send("cosignatures", { holder: 0, signature: signature(0) })).json()).toEqual({ live: false });
      expect((await send("cosignatures", { holder: 0, signature: signature(0) })).json()).toEqual({ live: false });
      expect((await server.call("rounds/reports")).code).toBe("ERR_ROUND_UNKNOWN");
      expect((await server.amana.operator.status()).drafts).toMatchObject([{ cosigned: ["customs"], missing: ["bar"] }]);
      expect((await send("cosignatures", { holder: 1, signature: signature(1) })).json()).toEqual({ live: true });
      expect((await send("cosignatures", { holder: 1, signature: signature(1) })).json()).toEqual({ live: true });
      expect((await send("cosignatures", { holder: 0, signature: "0".repeat(128) })).code).toBe("ERR_COSIGNATURE");
      expect((await server.call("rounds/reports")).json()).toMatchObject({ kind: "reports", state: "open" });
      await expect(server.amana.operator.createDraft(reportsDraft(holders))).rejects.toMatchObject({ code: "ERR_MANIFEST_SECOND" });
      expect((await server.amana.operator.status()).ledgerSize).toBe(2);
    }));

  it("whose issuer keys are lost does not go live", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      const losing: Running = {
        ...server,
        call: async (path, ...rest) => {
          if (path.endsWith("/cosignatures")) await server.store.removeDocument("drafts/wave-1/issuer-keys");
          return server.call(path, ...rest);
        },
      };
      await expect(goLive(losing, holders)).rejects.toThrow("ERR_STORE_DAMAGED");
      expect((await server.amana.operator.status()).rounds).toEqual([]);
      await server.close();
      const again = await startServer(folder);
      try {
        expect((await again.amana.operator.status()).drafts).toMatchObject([{ round: "wave-1", missing: [] }]);
        await again.amana.operator.discardDraft("wave-1");
      } finally {
        await again.close();
      }
    }));

  it("of a second round logs no second programme, and leaves no key behind", () =>
    withServer(async (server, holders) => {
      await goLive(server, holders);
      // A key holder's KEM key is for one round: with it again, witnesses would end the ledger.
      await expect(goLive(server, holders, surveyDraft(holders, "again"))).rejects.toThrow("ERR_MANIFEST_INVALID");
      const others = forAnotherRound(holders);
      await goLive(server, others, surveyDraft(others, "wave-2"));
      expect((await server.call("rounds")).json()).toMatchObject({
        rounds: [
          { name: "wave-1", entryIndex: 1 },
          { name: "wave-2", entryIndex: 3 },
        ],
      });
      expect(await server.store.readDocument("drafts/wave-1")).toBeNull();
      expect(await server.store.readDocument("drafts/wave-1/issuer-keys")).toBeNull();
    }));
});
