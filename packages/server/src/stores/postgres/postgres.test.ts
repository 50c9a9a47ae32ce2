import { readdir, readFile } from "node:fs/promises";
import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { sharedPostgres } from "../../../fixtures/postgres.ts";
import { admission, draw, hashOf, ISSUER, ROUND, waitingRecords } from "../../../fixtures/records.ts";
import type { Store } from "../store.ts";
import { newestVersion } from "./migrations.ts";
import { postgresStore } from "./store.ts";

/** Several processes of a server, each with connections, locks and a memory of its own. */
async function withStores(count: number, use: (stores: Store[], url: string) => Promise<void>): Promise<void> {
  const url = await (await sharedPostgres()).empty();
  const stores = await Promise.all(Array.from({ length: count }, () => postgresStore(url)));
  try {
    await use(stores, url);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

const outcomesOf = (done: readonly { readonly outcome: string }[], outcome: string): number =>
  done.filter((each) => each.outcome === outcome).length;

describe("two servers on one database", () => {
  it("200 posts of one credential at both: one is admitted, the others have the same answer; one invitation is drawn once", () =>
    withStores(2, async (stores) => {
      const at = (i: number): Store => stores[i % 2] as Store;
      const posts = await Promise.all(Array.from({ length: 200 }, (_, i) => at(i).admitSubmission(ROUND, admission("ana"))));
      expect([outcomesOf(posts, "admitted"), outcomesOf(posts, "same")]).toEqual([1, 199]);
      const rivals = await Promise.all(
        Array.from({ length: 200 }, (_, i) => at(i).admitSubmission(ROUND, admission("ben", { content: `${i}`, audience: i % 2 }))),
      );
      expect(outcomesOf(rivals, "admitted")).toBe(1);
      expect(outcomesOf(rivals, "other") + outcomesOf(rivals, "audience")).toBe(199);
      await at(0).addInvitations(ROUND, ISSUER, [hashOf("code")]);
      const claims = await Promise.all(
        Array.from({ length: 200 }, (_, i) => at(i).claimInvitation(ROUND, ISSUER, hashOf("code"), hashOf(`request ${i % 4}`), draw())),
      );
      expect(claims.filter((claim) => claim === "claimed")).toHaveLength(1);
      expect(await at(1).draws(ROUND, ISSUER)).toHaveLength(1);
      const uses = await Promise.all(Array.from({ length: 20 }, (_, i) => at(i).useOnce("nonce", { now: 0, until: 60 })));
      expect(uses.filter((used) => used)).toHaveLength(1);
      expect(await at(0).sharedKey(new Uint8Array(32).fill(1))).toEqual(await at(1).sharedKey(new Uint8Array(32).fill(2)));
    }));

  it("a seal of one while both admit: every answer that has its place is in one seal, and none in two", () =>
    withStores(2, async ([first, second]) => {
      if (first === undefined || second === undefined) throw new TypeError("two stores");
      const admitted: number[] = [];
      const posting = [first, second].map(async (store, which) => {
        for (let i = 0; i < 20; i++) {
          const done = await Promise.all(
            [0, 1, 2].map((each) => store.admitSubmission(ROUND, admission(`${which} ${i} ${each}`, { epoch: 0 }))),
          );
          admitted.push(...done.flatMap((each) => (each.outcome === "admitted" ? [each.epoch] : [])));
        }
      });
      const leaves: string[] = [];
      for (let epoch = 0; epoch < 3; epoch++) {
        leaves.push(...(await first.prepareEpoch(ROUND, epoch, "drop")).map((leaf) => Buffer.from(leaf).toString()));
        await first.finishEpoch(ROUND, epoch, "drop");
      }
      await Promise.all(posting);
      await first.endAdmissions(ROUND);
      expect((await second.admitSubmission(ROUND, admission("late"))).outcome).toBe("closed");
      leaves.push(...(await second.prepareEpoch(ROUND, 9, "drop")).map((leaf) => Buffer.from(leaf).toString()));
      await second.finishEpoch(ROUND, 9, "drop");
      expect([admitted.length, new Set(leaves).size, leaves.length]).toEqual([120, 120, 120]);
      expect(await waitingRecords(first, ROUND)).toEqual([]);
    }));

  it("one writes at a time, and the other takes in first what was written", () =>
    withStores(2, async (stores) => {
      let inside = 0;
      const refreshed = [0, 0];
      const write = (which: number): Promise<void> => {
        const store = stores[which] as Store;
        const refresh = async (): Promise<void> => {
          refreshed[which] = (refreshed[which] ?? 0) + 1;
        };
        return store.alone(refresh, async () => {
          const kept = (await store.readDocument("programme")) as { count: number } | null;
          expect(++inside).toBe(1);
          await store.writeDocument("programme", { count: (kept?.count ?? 0) + 1 });
          inside--;
        });
      };
      for (let i = 0; i < 5; i++) await Promise.all([write(0), write(1)]);
      expect(await stores[0]?.readDocument("programme")).toEqual({ count: 10 });
      expect(Math.min(...refreshed)).toBeGreaterThan(1);
      // Without the turn both would read the same count.
      const lost = stores.map(async (store) => {
        const kept = (await store.readDocument("programme")) as { count: number };
        await store.writeDocument("programme", { count: kept.count + 1 });
      });
      await Promise.all(lost);
      expect(await stores[0]?.readDocument("programme")).toEqual({ count: 11 });
    }));
});

describe("whoever copies the cluster's files", () => {
  const people = Array.from({ length: 16 }, (_, i) => `person ${String(i).padStart(2, "0")}`);
  /** In which order the answers stand in each file that has any. */
  const orders = async (url: string, text: string): Promise<number[][]> => {
    const files = await (await sharedPostgres()).files(url);
    const found = files.map((bytes) =>
      people
        .map((person, which) => ({ which, at: bytes.lastIndexOf(`${text} of ${person}`) }))
        .filter(({ at }) => at >= 0)
        // PostgreSQL fills its pages from their ends.
        .sort((a, b) => Math.floor(a.at / 8192) - Math.floor(b.at / 8192) || b.at - a.at)
        .map(({ which }) => which),
    );
    return found.filter((order) => order.length > 0);
  };
  const arrival = people.map((_, which) => which);
  const byHash = [...arrival].sort((a, b) => (admission(people[a] ?? "").leafHash < admission(people[b] ?? "").leafHash ? -1 : 1));

  it("finds the order of answers and draws while an epoch is open, and no trace of it after the seal", () =>
    withStores(1, async ([store], url) => {
      if (store === undefined) throw new TypeError("a store");
      await store.addInvitations(ROUND, ISSUER, people.map(hashOf));
      for (const person of people) {
        const drawn = Buffer.alloc(608, `draw of ${person}; `);
        await store.claimInvitation(ROUND, ISSUER, hashOf(person), hashOf(`request ${person}`), drawn);
        await store.admitSubmission(ROUND, admission(person));
      }
      for (const text of ["leaf", "envelope", "draw"]) expect(await orders(url, text), text).toEqual([arrival]);
      await store.prepareEpoch(ROUND, 0, "drop");
      await store.finishEpoch(ROUND, 0, "drop");
      await store.mergeClaims(ROUND);
      for (const text of ["leaf", "envelope"]) expect(await orders(url, text), text).toEqual([byHash]);
      const invited = [...arrival].sort((a, b) => (hashOf(people[a] ?? "") < hashOf(people[b] ?? "") ? -1 : 1));
      expect(await orders(url, "draw")).toEqual([invited]);
      const server = await sharedPostgres();
      const [tables] = await server.ask<{ submissions: string; invitations: string }>(
        "SELECT submissions, invitations FROM amana.round JOIN amana.enrolment ON round = id",
        url,
      );
      for (const table of [tables?.submissions, tables?.invitations])
        expect(await server.ask(`SELECT count(DISTINCT xmin::text)::int AS count FROM ${table}`, url)).toEqual([{ count: 1 }]);
    }));
});

describe("a PostgreSQL that ends in the middle of the load", () => {
  it("as an operator ends it, and as a lost power does, loses nothing that was acknowledged, and the server goes on by itself", async () => {
    const server = await sharedPostgres();
    const store = await postgresStore(await server.empty());
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    let stop = false;
    const posting = Array.from({ length: 8 }, async (_, who) => {
      for (let i = 0; !stop; i++) {
        try {
          await store.admitSubmission(ROUND, admission(`${who} ${i}`));
          acknowledged.push(admission(`${who} ${i}`).leafHash);
        } catch (error) {
          refused.push(error);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    });
    const untilMore = async (): Promise<void> => {
      const before = acknowledged.length;
      while (acknowledged.length < before + 50) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    try {
      for (const signal of ["SIGINT", "SIGKILL"] as const) {
        await untilMore();
        await server.end(signal);
        await server.run();
      }
      await untilMore();
    } finally {
      stop = true;
      await Promise.all(posting);
    }
    // Whoever was not answered was told to come again.
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(isAmanaError(error, "ERR_OVERLOADED") && (error.details.retryAfter ?? 0) > 0).toBe(true);
    const kept = new Set((await store.index(ROUND)).map(({ leafHash }) => leafHash));
    expect(acknowledged.filter((leafHash) => !kept.has(leafHash))).toEqual([]);
    await store.close();
  });
});

describe("a database", () => {
  it("that may forget what was acknowledged is refused; one that records when answers come says so to its operator", async () => {
    const server = await sharedPostgres();
    const url = await server.empty();
    const set = (setting: string) => server.ask(`ALTER DATABASE ${new URL(url).pathname.slice(1)} ${setting}`);
    try {
      await set("SET synchronous_commit = off");
      const error = await postgresStore(url).catch((reason: unknown) => reason);
      expect(isAmanaError(error, "ERR_CONFIG_INVALID") && error.details.problems?.[0]?.message).toContain("synchronous_commit is off");
      expect(JSON.stringify(error)).not.toContain("postgres://");
      await set("SET synchronous_commit = local");
      await set("SET log_min_duration_statement = 0");
      const store = await postgresStore(url);
      expect(store.telling).toEqual(["log_min_duration_statement logs statements with the moment of each answer"]);
      await store.close();
    } finally {
      await set("RESET ALL");
    }
  });

  it("of each version is kept as a fixture, and is brought to the present with all that it has", async () => {
    const folder = new URL("../../../fixtures/databases/", import.meta.url);
    const names = (await readdir(folder)).sort();
    expect(names).toEqual(Array.from({ length: await newestVersion() }, (_, i) => `${i + 1}.sql`));
    const server = await sharedPostgres();
    for (const name of names) {
      const url = await server.database();
      await server.ask(await readFile(new URL(name, folder), "utf8"), url);
      const store = await postgresStore(url);
      expect(await store.readDocument("drafts/wave-1")).toEqual({ a: 1 });
      expect(await store.getFile(hashOf("a questionnaire"))).toHaveLength(15);
      expect([await store.readTile("tile/0/000.p/1"), await store.readCheckpoint()]).toEqual([Uint8Array.of(1, 2, 3), "a note\n"]);
      const drawn = ["code", "other", "spare"].map(async (code) => (await store.invitation(ROUND, ISSUER, hashOf(code)))?.drawnBy);
      expect(await Promise.all(drawn)).toEqual([hashOf("request"), hashOf("second"), null]);
      expect(await store.draws(ROUND, ISSUER)).toHaveLength(2);
      await store.recoverRound(ROUND, [{ to: 0, count: 2 }], "drop");
      expect(await store.pendingCounts(ROUND)).toEqual(new Map([[1, { records: 1, newKeys: 0 }]]));
      await store.prepareEpoch(ROUND, 1, "drop");
      await store.finishEpoch(ROUND, 1, "drop");
      const kept = (await store.index(ROUND)).map(({ leafHash }) => leafHash);
      const envelopes = (await store.records(ROUND, new Set(kept))).filter(({ envelope }) => envelope !== null);
      expect(envelopes.map(({ sequence }) => sequence).sort()).toEqual([0, 1]);
      await store.close();
    }
  });

  it("has these columns and no others, each with its reason (docs/storage.md), and none counts up or tells a time", async () => {
    const server = await sharedPostgres();
    const url = await server.empty();
    await (await postgresStore(url)).close();
    const columns = await server.ask<{ name: string; type: string }>(
      `SELECT replace(table_name, '_template', '_<random>') || '.' || column_name AS name, data_type AS type
       FROM information_schema.columns WHERE table_schema = 'amana' AND table_name !~ '_[0-9a-f]{16}$' ORDER BY 1`,
      url,
    );
    const table = /<!-- postgres:begin -->\n([\s\S]*?)<!-- postgres:end -->/.exec(
      await readFile(new URL("../../../../../docs/storage.md", import.meta.url), "utf8"),
    )?.[1];
    const rows = (table ?? "")
      .split("\n")
      .slice(2, -1)
      .map((row) => row.split("|").map((cell) => cell.trim()));
    expect(rows.map(([, name, type]) => `${name} ${type}`).sort()).toEqual(columns.map(({ name, type }) => `\`${name}\` ${type}`).sort());
    for (const [, name, , why = ""] of rows) expect(why.length, name).toBeGreaterThan(7);
    expect(columns.filter(({ type }) => /time|date|interval/.test(type))).toEqual([]);
    expect(await server.ask("SELECT FROM information_schema.sequences", url)).toEqual([]);
  });

  it("of a newer program is left alone; one that is not there is a reason to come again, and no error names the address", async () => {
    const server = await sharedPostgres();
    const url = await server.empty();
    await (await postgresStore(url)).close();
    const [{ version } = { version: 0 }] = await server.ask<{ version: number }>("SELECT version FROM amana.version", url);
    expect(version).toBe(await newestVersion());
    await server.ask("UPDATE amana.version SET version = version + 1", url);
    await expect(postgresStore(url)).rejects.toMatchObject({ code: "ERR_STORE_NEWER" });
    await server.ask("UPDATE amana.version SET version = version - 1", url);
    const gone = await postgresStore("postgres://someone:secret@127.0.0.1:1/nothing").catch((reason: unknown) => reason);
    expect(gone).toMatchObject({ code: "ERR_OVERLOADED", details: { retryAfter: 2 } });
    expect(String((gone as Error).stack) + JSON.stringify(gone)).not.toContain("secret");
  });
});
