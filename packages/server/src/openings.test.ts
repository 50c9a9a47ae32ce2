import { encodeJson, toHex } from "@amana/core/bytes";
import type {
  AbsentEntry,
  HeldEntry,
  HolderEntry,
  HolderFields,
  KeyDestroyedEntry,
  OpeningFaultEntry,
  ShareListEntry,
} from "@amana/core/entries";
import { signEntry } from "@amana/core/entries";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { sealReveal, shareList } from "@amana/core/opening";
import { randomBytes } from "@amana/core/primitives";
import { encodeRelease, signRelease } from "@amana/core/release";
import { describe, expect, it } from "vitest";
import { enrol, fetchBody, goLive, SUBMISSION, submission } from "../fixtures/client.ts";
import { HOUR, reportsDraft, START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { type Holder, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";
import { checkFetch } from "./services/holder.ts";
import { Nonces } from "./services/nonces.ts";
import { liveRound } from "./services/round.ts";
import { memoryStore } from "./stores/memory/index.ts";

const CLOSE = START + HOUR;
const COMMIT_BY = CLOSE + 600;
const SPAN = 60;
const REFUSED = "ERR_ENTRY_REFUSED";

interface Opening {
  readonly server: Running;
  readonly manifest: Manifest;
  readonly holders: readonly Holder[];
  readonly closedAt: number;
  log<E extends HolderEntry>(fields: HolderFields<E>, signer?: number): Promise<string>;
  commit(holder: number): Promise<string>;
  reveal(sender: number, receiver: number, attempt?: number, signer?: number): Promise<string>;
}

/** A round with one answer, closed, at the moment when commitments are due. */
function closedRound(use: (opening: Opening) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    try {
      const live = await goLive(server, holders);
      const { manifest } = live;
      await server.call("submissions", submission(manifest, await enrol(server, live, 0)), SUBMISSION);
      server.clock.seconds = CLOSE + 61;
      await server.amana.tick();
      const closedAt = (await server.amana.operator.status()).ledgerSize;
      const log: Opening["log"] = async (fields, signer) => {
        const index = signer ?? ("holder" in fields && typeof fields.holder === "number" ? fields.holder : 0);
        const got = await server.call("entries", encodeJson(signEntry(manifest, fields as never, (holders[index] as Holder).signing)));
        return got.code;
      };
      await use({
        server,
        manifest,
        holders,
        closedAt,
        log,
        commit: (holder) => log<ShareListEntry>({ type: "share-list", holder, ledgerSize: closedAt, commitment: toHex(randomBytes(32)) }),
        reveal: async (sender, receiver, attempt = 0, signer = sender) => {
          const place = { attempt, ledgerSize: closedAt, sender, receiver };
          const bytes = sealReveal(manifest, place, shareList([null]), (holders[signer] as Holder).signing);
          return (await server.call("rounds/wave-1/reveals", bytes, "application/vnd.amana.reveal")).code;
        },
      });
      expect(server.log).toEqual([]);
    } finally {
      await server.close();
    }
  });
}

const absent = (holder: number, who: number, attempt = 0) => ({ type: "absent", holder, attempt, absent: who }) as const;
const fault = (holder: number, who: number, attempt = 0) => ({ type: "opening-fault", holder, attempt, fault: who }) as const;

describe("held entries", () => {
  it("are taken once for each epoch and holder, and again only with less missing", () =>
    closedRound(async ({ server, manifest, holders, closedAt, log }) => {
      const held = (fields: Partial<HeldEntry>) =>
        log<HeldEntry>({ type: "held", holder: 0, epoch: 0, ledgerSize: closedAt, missing: [], ...fields } as never);
      const body = await fetchBody(server, manifest, 0, holders[0] as Holder, 0);
      const got = await server.call("rounds/wave-1/epochs/0/envelopes", body);
      const leaf = toHex(got.body.subarray(0, 32));
      expect(await held({ epoch: 7 })).toBe(REFUSED);
      expect(await held({ ledgerSize: closedAt + 1 })).toBe(REFUSED);
      expect(await held({ ledgerSize: 1 })).toBe(REFUSED);
      expect(await held({ missing: ["0".repeat(64)] })).toBe(REFUSED);
      expect(await held({ missing: [leaf, leaf] })).toBe("ERR_JSON_SCHEMA");
      expect(await held({ missing: [leaf] })).toBe("");
      expect(await held({ missing: [leaf] })).toBe("");
      expect(await held({ missing: [] })).toBe("");
      expect(await held({ missing: [leaf] })).toBe(REFUSED);
      expect(await log<HeldEntry>({ type: "held", holder: 1, epoch: 0, ledgerSize: closedAt, missing: [] }, 2)).toBe(REFUSED);
    }));
});

describe("commitments and reveals", () => {
  it("a commitment is for the ledger at the close, once, and never after lists may be revealed", () =>
    closedRound(async ({ server, closedAt, log, commit, reveal }) => {
      const wrongSize = { type: "share-list", holder: 0, ledgerSize: closedAt + 1, commitment: "0".repeat(64) } as const;
      expect(await log<ShareListEntry>(wrongSize)).toBe(REFUSED);
      expect(await commit(0)).toBe("");
      expect(await commit(0)).toBe(REFUSED);
      expect(await reveal(0, 1)).toBe("ERR_NOT_DUE");
      server.clock.seconds = COMMIT_BY + 1;
      // Fewer than k have committed: the deadline moves.
      expect(await reveal(0, 1)).toBe("ERR_NOT_DUE");
      expect(await commit(2)).toBe("");
      // Now lists can be read: whoever commits after reading would choose what to say.
      expect(await commit(1)).toBe(REFUSED);
      expect(await reveal(0, 2)).toBe("");
    }));

  it("lists may be revealed as soon as all have committed, to openers only, under the sender's own name", () =>
    closedRound(async ({ commit, reveal }) => {
      for (const holder of [0, 1, 2]) expect(await commit(holder)).toBe("");
      expect(await reveal(0, 1)).toBe("");
      expect(await reveal(2, 0)).toBe("");
      expect(await reveal(0, 2)).toBe(REFUSED);
      expect(await reveal(0, 0)).toBe("ERR_SHARE_LIST_FORMAT");
      expect(await reveal(1, 0, 1)).toBe("ERR_NOT_DUE");
      expect(await reveal(1, 0, 0, 2)).toBe("ERR_SHARE_LIST_FORMAT");
    }));
});

describe("accusations", () => {
  it("an opener is absent only when the span is over and it has not revealed; then the next one opens", () =>
    closedRound(async ({ server, log, commit, reveal }) => {
      for (const holder of [0, 1, 2]) await commit(holder);
      await server.amana.tick();
      await reveal(0, 1);
      server.clock.seconds += SPAN;
      expect(await log<AbsentEntry>(absent(0, 1))).toBe(REFUSED);
      server.clock.seconds += 1;
      expect(await log<AbsentEntry>(absent(1, 0))).toBe(REFUSED);
      expect(await log<AbsentEntry>(absent(1, 1))).toBe(REFUSED);
      expect(await log<AbsentEntry>(absent(0, 1, 1))).toBe(REFUSED);
      expect(await log<AbsentEntry>(absent(0, 1))).toBe("");
      expect(await log<AbsentEntry>(absent(0, 1))).toBe("");
      expect((await server.amana.operator.status()).rounds[0]).toMatchObject({ openers: ["customs", "chamber"] });
      expect(await reveal(0, 1)).toBe("ERR_NOT_DUE");
      expect(await reveal(0, 2, 1)).toBe("");
      expect(await reveal(1, 2, 1)).toBe(REFUSED);
    }));

  it("a fault is said of a list that was received, of another", () =>
    closedRound(async ({ log, commit, reveal }) => {
      expect(await log<OpeningFaultEntry>(fault(1, 0))).toBe(REFUSED);
      for (const holder of [0, 1, 2]) await commit(holder);
      expect(await log<OpeningFaultEntry>(fault(1, 0))).toBe(REFUSED);
      await reveal(0, 1);
      expect(await log<OpeningFaultEntry>(fault(0, 0))).toBe(REFUSED);
      expect(await log<OpeningFaultEntry>(fault(2, 0))).toBe(REFUSED);
      expect(await log<OpeningFaultEntry>(fault(1, 0), 2)).toBe(REFUSED);
      expect(await log<OpeningFaultEntry>(fault(1, 0))).toBe("");
      expect(await log<OpeningFaultEntry>(fault(2, 1))).toBe(REFUSED);
    }));
});

describe("keys", () => {
  it("are destroyed after the release, and not before", () =>
    closedRound(async ({ server, manifest, holders, closedAt, log, commit }) => {
      const destroyed = { type: "key-destroyed", holder: "trustee/0" } as const;
      type Destroyed = KeyDestroyedEntry & { signature: string };
      for (const holder of [0, 1, 2]) await commit(holder);
      expect(await log<Destroyed>(destroyed)).toBe(REFUSED);
      const id = toHex(manifestId(manifest));
      const release = encodeRelease({
        protocol: "amana/1",
        type: "release",
        manifest: id,
        ledgerSize: closedAt,
        totals: [],
        wanting: [],
        files: [],
      });
      const propose = async (holder: number, signer = holder) => {
        const signature = toHex(signRelease(release, manifest, holder, (holders[signer] as Holder).signing));
        return (await server.call("rounds/wave-1/release", JSON.stringify({ release: toHex(release), holder, signature }))).code;
      };
      expect(await propose(0, 1)).toBe("ERR_RELEASE_INVALID");
      expect(await propose(0)).toBe("");
      // One trustee's signature, twice, is one.
      expect(await propose(0)).toBe("");
      await expect(server.amana.operator.publishRelease("wave-1")).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
      expect(await propose(1)).toBe("");
      expect((await server.amana.operator.publishRelease("wave-1")).sha256).toHaveLength(64);
      expect(await log<Destroyed>(destroyed, 1)).toBe(REFUSED);
      expect(await log<Destroyed>(destroyed)).toBe("");
      expect(await log<Destroyed>(destroyed)).toBe("");
      expect(await log<HeldEntry>({ type: "held", holder: 0, epoch: 0, ledgerSize: closedAt, missing: [] })).toBe(REFUSED);
    }));

  it("of handlers, when the retention of their round is over", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      const server = await startServer(folder);
      const { manifest } = await goLive(server, holders, reportsDraft(holders));
      const destroyed = { type: "key-destroyed", holder: "trustee/1" } as const;
      const entry = encodeJson(signEntry<KeyDestroyedEntry & { signature: string }>(manifest, destroyed, (holders[1] as Holder).signing));
      expect((await server.call("entries", entry)).code).toBe(REFUSED);
      server.clock.seconds = CLOSE + 1;
      await server.amana.tick();
      expect((await server.call("entries", entry)).code).toBe(REFUSED);
      server.clock.seconds = manifest.deadlines.commitBy;
      await server.amana.tick();
      expect((await server.call("entries", entry)).code).toBe("");
      await server.close();
    }));
});

describe("fetching", () => {
  it("takes a nonce once; without that a recorded request would fetch again", () =>
    closedRound(async ({ server, manifest, holders }) => {
      const body = await fetchBody(server, manifest, 0, holders[0] as Holder, 0);
      expect((await server.call("rounds/wave-1/epochs/0/envelopes", body)).status).toBe(200);
      expect((await server.call("rounds/wave-1/epochs/0/envelopes", body)).code).toBe("ERR_FETCH_REFUSED");
      const forgetful = Object.assign(Object.create(Nonces.prototype) as Nonces, { use: async () => true, made: () => 0 });
      expect(await checkFetch(liveRound(manifest, 0), 0, new TextEncoder().encode(body), forgetful)).toBe(0);
    }));

  it("may be done any number of times, one after the other", () =>
    closedRound(async ({ server, manifest, holders }) => {
      for (let i = 0; i < 6; i++) {
        const body = await fetchBody(server, manifest, 0, holders[0] as Holder, 0);
        expect((await server.call("rounds/wave-1/epochs/0/envelopes", body)).status).toBe(200);
      }
    }));

  it("is for the epoch that was signed, by the holder who signed, with a nonce of ours that is not old", () =>
    closedRound(async ({ server, manifest, holders }) => {
      const path = "rounds/wave-1/epochs/0/envelopes";
      expect((await server.call(path, await fetchBody(server, manifest, 0, holders[0] as Holder, 1))).code).toBe("ERR_FETCH_REFUSED");
      expect((await server.call(path, await fetchBody(server, manifest, 1, holders[0] as Holder, 0))).code).toBe("ERR_FETCH_REFUSED");
      const body = await fetchBody(server, manifest, 0, holders[0] as Holder, 0);
      server.clock.seconds += 121;
      expect((await server.call(path, body)).code).toBe("ERR_FETCH_REFUSED");
    }));

  it("nonces fill nothing, however many are asked for", async () => {
    let now = 0;
    const nonces = new Nonces({ key: randomBytes(32), store: await memoryStore(), rng: randomBytes, now: () => new Date(now) });
    for (let i = 0; i < 10_000; i++) nonces.issue();
    const nonce = nonces.issue();
    expect(await nonces.use(randomBytes(32))).toBe(false);
    expect(await nonces.use(randomBytes(31))).toBe(false);
    now = 100_000;
    expect(await nonces.use(nonce)).toBe(true);
    expect(await nonces.use(nonce)).toBe(false);
    now = 400_000;
    expect(await nonces.use(nonces.issue())).toBe(true);
    expect(await nonces.use(nonce)).toBe(false);
  });
});
