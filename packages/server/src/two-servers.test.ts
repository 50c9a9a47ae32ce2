import { newSecretCode, toHex } from "@amana/core/bytes";
import { decodeEntryBundle } from "@amana/core/ledger";
import { manifestId } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { ENROLMENT, enrol, enrolment, fetchBody, goLive, SUBMISSION, submission } from "../fixtures/client.ts";
import { HOUR, START } from "../fixtures/drafts.ts";
import { type Holder, newHolders } from "../fixtures/keys.ts";
import { sharedPostgres } from "../fixtures/postgres.ts";
import { type Running, startOn } from "../fixtures/server.ts";
import type { Store } from "./index.ts";
import { createProgramme, programmeFor } from "./services/programme.ts";
import { postgresStore } from "./stores/postgres/index.ts";

/** Two servers, each as its own process would be, on one database with a trial programme. */
async function withServers(
  use: (servers: readonly [Running<Store>, Running<Store>], holders: readonly Holder[]) => Promise<void>,
): Promise<void> {
  const url = await (await sharedPostgres()).empty();
  const holders = newHolders();
  const organisations = holders.map(({ organisation, signing }) => ({
    id: organisation,
    name: { en: organisation },
    key: toHex(signing.publicKey),
  }));
  const store = await postgresStore(url);
  await createProgramme(store, programmeFor({ name: { en: "Trial" }, trial: true, organisations, origin: "http://127.0.0.1/feedback" }));
  const servers = [await startOn(store), await startOn(await postgresStore(url))] as const;
  try {
    await use(servers, holders);
  } finally {
    for (const server of servers) await server.close();
  }
}

describe("two servers behind a load balancer", () => {
  it("are one: a round that is made, answered, sealed, closed and fetched at both by turns", () =>
    withServers(async ([first, second], holders) => {
      const both = [first, second] as const;
      let turn = 0;
      // Every other request goes to the other one.
      const balanced: Running<Store> = { ...first, call: (...request) => (both[turn++ % 2] as Running<Store>).call(...request) };
      const live = await goLive(balanced, holders);
      // Reading is behind by a tick at most; writing never.
      for (const server of both) await server.amana.tick();
      for (const server of both) expect(((await server.call("rounds")).json() as { rounds: unknown[] }).rounds).toHaveLength(1);

      // One enrolment, sent to both at once: one draw, one answer.
      const { request } = enrolment(live.manifest, live.codes[7] as Uint8Array as never, newSecretCode(randomBytes));
      const answers = await Promise.all([0, 1, 2, 3].map(() => balanced.call("issuers/customs/enrolments", request, ENROLMENT)));
      expect(new Set(answers.map(({ status, body }) => `${status} ${toHex(body)}`)).size).toBe(1);

      // Twenty posts of one submission: one promise.
      const people = [await enrol(first, live, 0), await enrol(second, live, 1), await enrol(first, live, 2)];
      const sent = people.map((person) => submission(live.manifest, person));
      const promises = await Promise.all(Array.from({ length: 20 }, () => balanced.call("submissions", sent[0], SUBMISSION)));
      expect(new Set(promises.map(({ status, body }) => `${status} ${toHex(body)}`)).size).toBe(1);
      expect(promises[0]?.status).toBe(200);
      for (const body of sent.slice(1)) expect((await balanced.call("submissions", body, SUBMISSION)).status).toBe(200);
      expect((await balanced.call("submissions", submission(live.manifest, people[1] as never, { O01: 2 }, 1), SUBMISSION)).status).toBe(
        200,
      );

      // Both tick at once, for an hour and more: everything is sealed, drawn and closed once.
      for (const seconds of [600, 1200, HOUR, HOUR + 1, 3 * HOUR]) {
        for (const server of both) server.clock.seconds = START + seconds;
        await Promise.all(both.map((server) => server.amana.tick()));
        if (seconds < HOUR) continue;
        expect((await balanced.call("submissions", submission(live.manifest, people[2] as never, { O01: 1 }, 1), SUBMISSION)).code).toBe(
          "ERR_ROUND_CLOSED",
        );
      }
      for (const server of both) await server.amana.tick();
      const [one, two] = await Promise.all(both.map(async (server) => (await server.call("ledger/checkpoint")).body));
      expect(toHex(one as Uint8Array)).toBe(toHex(two as Uint8Array));
      const size = Number(new TextDecoder().decode(one).split("\n")[1]);
      const bundle = await second.call(`ledger/tile/entries/000.p/${size}`);
      const entries = decodeEntryBundle(bundle.body, size).map((entry) =>
        entry[0] === 0x7b ? (JSON.parse(new TextDecoder().decode(entry)) as { type: string }).type : "leaf",
      );
      const count = (type: string): number => entries.filter((entry) => entry === type).length;
      expect([count("programme"), count("manifest"), count("draws"), count("close"), count("leaf")]).toEqual([1, 1, 1, 1, 4]);

      // A nonce of one is good at the other, once.
      const id = toHex(manifestId(live.manifest));
      const epochs = (await first.store.index(id)).map(({ epoch }) => epoch ?? -1);
      const body = await fetchBody(first, live.manifest, 0, holders[0] as Holder, Math.max(...epochs));
      const path = `rounds/wave-1/epochs/${Math.max(...epochs)}/envelopes`;
      expect((await second.call(path, body)).status).toBe(200);
      expect((await first.call(path, body)).code).toBe("ERR_FETCH_REFUSED");
      expect([first.log, second.log]).toEqual([[], []]);
    }));
});
