import { encodeJson, toHex } from "@amana/core/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENROLMENT, enrol, enrolment, goLive, SUBMISSION, submission } from "../fixtures/client.ts";
import { reportsDraft, surveyDraft } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { forAnotherRound, newHolders } from "../fixtures/keys.ts";
import { rawRequest, snapshot } from "../fixtures/raw.ts";
import { startServer, trialProgramme } from "../fixtures/server.ts";

/** How often each property is tried: more for a long run. */
const RUNS = Number(process.env.AMANA_FUZZ_RUNS ?? "300");

const TYPES = [
  "application/json",
  "application/octet-stream",
  ENROLMENT,
  SUBMISSION,
  "application/vnd.amana.report",
  "application/vnd.amana.chunks",
  "application/vnd.amana.reveal",
  "message/ohttp-req",
];

const segment = fc.oneof(
  fc.constantFrom(
    "wave-1",
    "wave-2",
    "reports",
    "customs",
    "0",
    "1",
    "99",
    "000",
    "__proto__",
    "constructor",
    "%zz",
    "%2e%2e",
    "index.html",
    "tile",
    "entries",
  ),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
);
const route = fc
  .tuple(
    fc.constantFrom(
      "programme",
      "rounds",
      "rounds/*",
      "files",
      "files/*",
      "ledger/checkpoint",
      "ledger/tile/*/*",
      "ledger/tile/entries/*",
      "issuers/*/enrolments",
      "submissions",
      "nonces",
      "rounds/*/epochs/*/envelopes",
      "rounds/*/reports",
      "rounds/*/uploads",
      "rounds/*/chunks",
      "rounds/*/inbox",
      "rounds/*/cases",
      "rounds/*/case-records",
      "entries",
      "rounds/*/reveals",
      "rounds/*/reveals/*",
      "drafts",
      "drafts/*",
      "drafts/*/shares",
      "drafts/*/cosignatures",
      "rounds/*/release",
      "releases/*/*",
      "releases/*/",
      "rounds/*/replies",
      "rounds/*/promises",
      "gateway",
      "*/*",
      "*",
    ),
    fc.array(segment, { minLength: 2, maxLength: 2 }),
  )
  .map(([path, segments]) => segments.reduce((text, each) => text.replace("*", () => each), path));

describe("random requests", () => {
  it("never cause a failure of the server, and change nothing on the disk", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      try {
        const live = await goLive(server, holders);
        const handlers = forAnotherRound(holders);
        await goLive(server, handlers, reportsDraft(handlers));
        await server.amana.operator.createDraft(surveyDraft(forAnotherRound(holders), "wave-2"));
        await server.amana.operator.createInvitations({ round: "wave-2", audience: "officials", count: 2 });
        const person = await enrol(server, live, 0);
        await server.call("rounds/reports/replies");
        // Real messages, to be cut, spoiled and sent to the wrong place.
        const real = [
          enrolment(live.manifest, live.codes[1] as never, person.secret).request,
          submission(live.manifest, person),
          encodeJson({ holder: 0, nonce: "0".repeat(64), signature: "0".repeat(128) }),
          encodeJson({ holder: 0, share: "0".repeat(66) }),
          encodeJson({ release: "00", holder: 0, signature: "0".repeat(128) }),
        ];
        const body = fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          fc.json().map((text) => new TextEncoder().encode(text)),
          fc.tuple(fc.constantFrom(...real), fc.nat(), fc.nat(255), fc.nat(40)).map(([bytes, at, bit, cut]) => {
            const copy = new Uint8Array(bytes.subarray(0, Math.max(0, bytes.length - cut)));
            if (copy.length > 0) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (bit | 1);
            return copy;
          }),
        );
        const before = await snapshot(folder);
        await fc.assert(
          fc.asyncProperty(
            route,
            fc.constantFrom("GET", "POST", "POST", "PUT", "HEAD", "OPTIONS"),
            fc.constantFrom(...TYPES),
            body,
            async (path, method, type, bytes) => {
              const sent = method === "POST" || method === "PUT" ? { headers: { "Content-Type": type }, body: bytes } : {};
              const got = await rawRequest(server.url, `/feedback/${path}`, { method, ...sent });
              expect([path, method, got.status < 500]).toEqual([path, method, true]);
              if (got.status >= 400 && method !== "HEAD") expect(got.text.length % 512).toBe(0);
            },
          ),
          { numRuns: RUNS },
        );
        expect(await snapshot(folder)).toEqual(before);
        expect(server.log).toEqual([]);
        expect((await server.call("submissions", submission(live.manifest, person), SUBMISSION)).status).toBe(200);
      } finally {
        await server.close();
      }
    }));
});
