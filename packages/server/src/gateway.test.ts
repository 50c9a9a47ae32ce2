import { existsSync } from "node:fs";
import { join } from "node:path";
import { concat, fromHex, newSecretCode, toHex } from "@amana/core/bytes";
import { leafHash } from "@amana/core/ledger";
import { manifestId } from "@amana/core/manifest";
import { encodeBinaryRequest, responseOverhead } from "@amana/core/ohttp";
import { randomBytes } from "@amana/core/primitives";
import {
  decodePromise,
  decodeSubmission,
  encodeSubmissionLeaf,
  GATEWAY_RESPONSE_LENGTH,
  gatewayRequestLength,
  NO_TOKEN,
  relayRequestLength,
  SUBMISSION_TYPE,
  verifyPromise,
} from "@amana/core/submission";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enrol, goLive, type Live, submission } from "../fixtures/client.ts";
import { HOUR, START } from "../fixtures/drafts.ts";
import { encapsulate, encapsulateBytes, OHTTP_REQUEST, relayDraft, SUITE } from "../fixtures/encapsulate.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { forAnotherRound, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";

interface Stage {
  readonly server: Running;
  readonly live: Live;
  /** Sends a submission through the gateway; the status is the inner one. */
  through(bytes: Uint8Array): Promise<{ status: number; body: Uint8Array; code: string }>;
}

const withGateway = <T>(use: (stage: Stage) => Promise<T>): Promise<T> =>
  withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    try {
      const live = await goLive(server, holders, relayDraft(holders));
      const through = async (bytes: Uint8Array) => {
        const { request, open } = encapsulate(bytes, live.manifest);
        const outer = await server.call("gateway", request, OHTTP_REQUEST);
        expect([outer.status, outer.headers.get("content-type")]).toEqual([200, "message/ohttp-res"]);
        expect(outer.body.length).toBe(GATEWAY_RESPONSE_LENGTH + responseOverhead(SUITE));
        const { status, content, fields } = open(outer.body);
        const problem = fields[0]?.[1] === "application/problem+json";
        const code = problem ? String((JSON.parse(new TextDecoder().decode(content)) as { code: unknown }).code) : "";
        return { status, body: content, code };
      };
      return await use({ server, live, through });
    } finally {
      await server.close();
    }
  });

const tokenless = { secret: newSecretCode(randomBytes), token: NO_TOKEN };

describe("a round with a relay", () => {
  it("is answered through the gateway, with the promise inside the encapsulation, and every answer of one size", () =>
    withGateway(async ({ server, live, through }) => {
      const person = await enrol(server, live, 0);
      const bytes = submission(live.manifest, person);
      const first = await through(bytes);
      expect(first.status).toBe(200);
      const promise = decodePromise(first.body);
      expect(verifyPromise(promise, fromHex(server.amana.programme.promiseKey))).toBe(true);
      const leaf = encodeSubmissionLeaf(decodeSubmission(bytes, live.manifest));
      expect(toHex(promise.leafHash)).toBe(toHex(leafHash(leaf)));
      // The same bytes, under another encapsulation: the same promise. A relay that replays changes nothing.
      expect((await through(bytes)).body).toEqual(first.body);
      expect(await through(submission(live.manifest, person, { O01: 2 }))).toMatchObject({ status: 409, code: "ERR_SEQUENCE_USED" });
      expect(await through(submission(live.manifest, person, { O01: 2 }, 3))).toMatchObject({ status: 200 });
      // Nothing shows that these two came, until their epoch is complete: with others, or at the close.
      expect((await server.call("rounds/wave-1/promises")).body.length).toBe(0);
      server.clock.seconds = START + HOUR;
      await server.amana.tick();
      const promises = (await server.call("rounds/wave-1/promises")).body;
      expect(promises.length).toBe(2 * 136);
      const hashes = [0, 1].map((at) => toHex(decodePromise(promises.slice(136 * at, 136 * (at + 1))).leafHash));
      expect(hashes).toEqual([...hashes].sort());
      expect(hashes).toContain(toHex(promise.leafHash));
      // After the seal promises name the epoch that was sealed, in the list as in the answer.
      for (const at of [0, 1]) expect(decodePromise(promises.slice(136 * at, 136 * (at + 1))).epoch).toBe(0);
    }));

  it("is not answered directly", () =>
    withGateway(async ({ server, live }) => {
      const bytes = submission(live.manifest, await enrol(server, live, 0));
      expect(await server.call("submissions", bytes, SUBMISSION_TYPE)).toMatchObject({ status: 409, code: "ERR_RELAY_REQUIRED" });
    }));

  it("takes no answer without tokens, also of a key that it knows", () =>
    withGateway(async ({ server, live, through }) => {
      expect(await through(submission(live.manifest, tokenless))).toMatchObject({ status: 403, code: "ERR_TOKEN_MISSING" });
      const person = await enrol(server, live, 0);
      await through(submission(live.manifest, person));
      const revision = submission(live.manifest, { secret: person.secret, token: NO_TOKEN }, { O01: 1 }, 1);
      expect(await through(revision)).toMatchObject({ status: 403, code: "ERR_TOKEN_MISSING" });
    }));

  it("has no list of promises unless it has a relay", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      await goLive(server, holders);
      expect(await server.call("rounds/wave-1/promises")).toMatchObject({ status: 404 });
      expect(await server.call("gateway", new Uint8Array(0), OHTTP_REQUEST)).toMatchObject({ status: 400, code: "ERR_ENCAPSULATION" });
      await server.close();
    }));
});

describe("the gateway", () => {
  it("refuses what was not encapsulated to it, and what has not the one size", () =>
    withGateway(async ({ server, live }) => {
      const { request } = encapsulateBytes(new Uint8Array(gatewayRequestLength(live.manifest)), live.manifest);
      expect(request.length).toBe(relayRequestLength(live.manifest));
      const outer = (bytes: Uint8Array, type = OHTTP_REQUEST) => server.call("gateway", bytes, type);
      expect(await outer(request)).toMatchObject({ status: 200 });
      const changed = request.slice();
      changed[request.length - 1] = (changed[request.length - 1] ?? 0) ^ 1;
      expect(await outer(changed)).toMatchObject({ status: 400, code: "ERR_ENCAPSULATION" });
      expect(await outer(concat(new Uint8Array([9]), request.slice(1)))).toMatchObject({ status: 400, code: "ERR_ENCAPSULATION" });
      expect(await outer(request.slice(0, -1))).toMatchObject({ status: 413, code: "ERR_BODY_SIZE" });
      expect(await outer(concat(request, new Uint8Array(1)))).toMatchObject({ status: 413, code: "ERR_BODY_SIZE" });
      expect(await outer(request, SUBMISSION_TYPE)).toMatchObject({ status: 415, code: "ERR_MEDIA_TYPE" });
    }));

  it("does nothing but take submissions, whatever is asked inside", () =>
    withGateway(async ({ server, live }) => {
      const ask = async (path: string, method = "POST") => {
        const fields = [["content-type", "application/json"]] as const;
        const inner = { method, scheme: "https", authority: "", path, fields, content: new Uint8Array(2) };
        const { request, open } = encapsulateBytes(encodeBinaryRequest(inner, gatewayRequestLength(live.manifest)), live.manifest);
        return open((await server.call("gateway", request, OHTTP_REQUEST)).body).status;
      };
      expect(await ask("/entries")).toBe(404);
      expect(await ask("/programme", "GET")).toBe(404);
      expect(await ask("/submissions", "GET")).toBe(405);
      expect(await ask("/submissions")).toBe(415);
    }));

  it("takes only submissions of the round whose key opened them", () =>
    withGateway(async ({ server, live }) => {
      const person = await enrol(server, live, 0);
      const bytes = submission(live.manifest, person);
      const other = concat(bytes.slice(0, 4), randomBytes(32), bytes.slice(36));
      const { request, open } = encapsulate(other, live.manifest);
      expect(open((await server.call("gateway", request, OHTTP_REQUEST)).body).status).toBe(404);
      const none = encapsulate(new Uint8Array(bytes.length), live.manifest);
      expect(none.open((await server.call("gateway", none.request, OHTTP_REQUEST)).body).status).toBe(400);
    }));

  it("never fails on random bytes, outside or inside", () =>
    withGateway(async ({ server, live }) => {
      const bytes = submission(live.manifest, await enrol(server, live, 0));
      const { request } = encapsulate(bytes, live.manifest);
      const length = gatewayRequestLength(live.manifest);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(request.length - 1), fc.boolean(), async (noise, at, inside) => {
          const spoiled = request.slice();
          spoiled.set(noise.subarray(0, request.length - at), at);
          const inner = new Uint8Array(length);
          inner.set(noise);
          const body = inside ? encapsulateBytes(inner, live.manifest).request : spoiled;
          expect((await server.call("gateway", body, OHTTP_REQUEST)).status).toBeLessThan(500);
        }),
        { numRuns: Number(process.env.AMANA_FUZZ_RUNS ?? "60") },
      );
      expect(server.log).toEqual([]);
    }));

  it("loses its key with the close of the round, also over a restart", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      let server = await startServer(folder);
      const { manifest } = await goLive(server, holders, relayDraft(holders));
      const key = join(folder, `rounds/${toHex(manifestId(manifest))}/gateway-key.json`);
      expect([existsSync(key), existsSync(join(folder, "drafts/wave-1/gateway-key.json"))]).toEqual([true, false]);
      await server.close();
      server = await startServer(folder);
      const { request } = encapsulate(new Uint8Array(9), manifest);
      expect(await server.call("gateway", request, OHTTP_REQUEST)).toMatchObject({ status: 200 });
      server.clock.seconds = START + HOUR;
      await server.amana.tick();
      expect(existsSync(key)).toBe(false);
      expect(await server.call("gateway", request, OHTTP_REQUEST)).toMatchObject({ status: 413 });
      await server.close();
      server = await startServer(folder);
      await server.close();
    }));

  it("gives each round a key and an identifier of its own", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      const configurations = [];
      for (const round of ["wave-1", "wave-2"]) {
        const own = forAnotherRound(holders);
        const { manifest } = await goLive(server, own, relayDraft(own, round));
        configurations.push(manifest.relay?.keyConfiguration ?? "");
      }
      expect(configurations.map((hex) => hex.slice(0, 6))).toEqual(["00647a", "01647a"]);
      expect(configurations[0]?.slice(6, 2438)).not.toBe(configurations[1]?.slice(6, 2438));
      await server.close();
    }));
});
