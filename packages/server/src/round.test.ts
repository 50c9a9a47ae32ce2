import { concat, encodeJson, equal, fromHex, PROTOCOL, Reader, SHA256, toHex } from "@amana/core/bytes";
import { decodeEntry, type HeldEntry, type HolderFields, type ShareListEntry, signEntry } from "@amana/core/entries";
import { openShare } from "@amana/core/envelope";
import { LedgerReader, leafHash, openCheckpoint } from "@amana/core/ledger";
import { type Manifest, manifestId } from "@amana/core/manifest";
import {
  countSubmission,
  openReveal,
  type Selected,
  Selection,
  type ShareList,
  sealReveal,
  shareAt,
  shareList,
  shareListCommitment,
  tally,
} from "@amana/core/opening";
import { decodeProgramme } from "@amana/core/programme";
import { decodeRelease, encodeRelease, signRelease, verifyRelease } from "@amana/core/release";
import { decodePromise, submissionContext, verifyPromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { enrol, fetchBody, goLive, type Live, SUBMISSION, submission } from "../fixtures/client.ts";
import { HOUR, QUESTIONNAIRE, START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { type Holder, newHolders } from "../fixtures/keys.ts";
import { type Running, startServer, trialProgramme } from "../fixtures/server.ts";

const REVEAL = "application/vnd.amana.reveal";

/** Everything the ledger says, read as a stranger reads it. */
async function readLedger(server: Running): Promise<{ entries: Awaited<ReturnType<typeof decoded>>; size: number }> {
  const programme = decodeProgramme((await server.call("programme")).body);
  const note = new TextDecoder().decode((await server.call("ledger/checkpoint")).body);
  const head = openCheckpoint(note, { ...programme.ledger, witnesses: [], quorum: 0 });
  const reader = new LedgerReader(
    {
      read: async (path) => {
        const got = await server.call(`ledger/${path}`);
        return got.status === 200 ? got.body : null;
      },
    },
    head,
  );
  return { entries: await decoded(reader), size: head.size };
}

async function decoded(reader: LedgerReader) {
  const out = [];
  for await (const { index, entry, leaf } of reader.entries(0)) out.push({ index, leafHash: leaf, entry: decodeEntry(entry) });
  return out;
}

async function selected(server: Running, manifest: Manifest): Promise<Selected[]> {
  const selection = new Selection(manifest);
  for (const { entry, leafHash: hash, index } of (await readLedger(server)).entries) {
    if (entry.type === "submission") selection.add({ leaf: entry.leaf, leafHash: hash, index });
  }
  return selection.list();
}

async function fetchEnvelopes(
  server: Running,
  manifest: Manifest,
  holder: number,
  keys: Holder,
  epoch: number,
): Promise<Map<string, Uint8Array>> {
  const body = await fetchBody(server, manifest, holder, keys, epoch);
  const got = await server.call(`rounds/wave-1/epochs/${epoch}/envelopes`, body);
  expect(got.status).toBe(200);
  const reader = new Reader(got.body, "ERR_RESPONSE_INVALID");
  const out = new Map<string, Uint8Array>();
  while (reader.left > 0) out.set(toHex(reader.take(32)), reader.vector(1 << 20));
  return out;
}

async function log<E extends HeldEntry | ShareListEntry>(server: Running, manifest: Manifest, fields: HolderFields<E>, keys: Holder) {
  return server.call("entries", encodeJson(signEntry<E>(manifest, fields, keys.signing)));
}

describe("one round from draft to release", () => {
  it("is drafted, co-signed, answered, sealed, closed, held, committed, revealed, counted and published", () =>
    withDataFolder(async (folder) => {
      const holders = newHolders();
      await trialProgramme(folder, holders);
      let server = await startServer(folder);
      try {
        // Live.
        const live = await goLive(server, holders);
        const { manifest } = live;
        const id = manifestId(manifest);
        expect((await server.call("drafts")).json()).toEqual({ drafts: [] });
        expect((await server.call("rounds/wave-1")).json()).toMatchObject({
          name: "wave-1",
          state: "open",
          manifest: toHex(id),
          entryIndex: 1,
        });

        // Enrol, submit, revise.
        const promiseKey = fromHex(server.amana.programme.promiseKey);
        const people = [await enrol(server, live, 0), await enrol(server, live, 1), await enrol(server, live, 2)];
        for (const [index, person] of people.entries()) {
          const body = submission(manifest, person, { O01: index + 1, O02: `comment ${index}` });
          const answer = await server.call("submissions", body, SUBMISSION);
          expect(answer.body.length).toBe(136);
          expect(verifyPromise(decodePromise(answer.body), promiseKey)).toBe(true);
          const again = await server.call("submissions", body, SUBMISSION);
          expect(equal(again.body, answer.body)).toBe(true);
          await seal(server);
        }
        const revised = submission(manifest, people[0] as never, { O01: 5 }, 1);
        expect((await server.call("submissions", revised, SUBMISSION)).status).toBe(200);

        // A restart changes nothing.
        await server.close();
        const before = server.clock.seconds;
        server = await startServer(folder);
        server.clock.seconds = before;
        expect((await server.call("submissions", revised, SUBMISSION)).body.length).toBe(136);

        // Close.
        server.clock.seconds = START + HOUR + 61;
        await server.amana.tick();
        const { entries, size } = await readLedger(server);
        const types = entries.map(({ entry }) => entry.type);
        for (const type of ["programme", "manifest", "invitations", "epoch", "submission", "draws", "key-destroyed", "close"])
          expect(types).toContain(type);
        const drawnAt = types.flatMap((type, at) => (type === "draws" ? [at] : []));
        expect((await server.call("rounds/wave-1")).json()).toMatchObject({ draws: drawnAt });
        const closedAt = types.indexOf("close") + 1;
        expect(closedAt).toBeLessThanOrEqual(size);
        const epochs = entries.flatMap(({ entry }) => (entry.type === "epoch" ? [entry] : []));
        expect(epochs.reduce((sum, { count }) => sum + count, 0)).toBe(4);

        // Hold: two of the three.
        const list = await selected(server, manifest);
        expect(list.map(({ leaf }) => leaf.sequence).sort()).toEqual([0, 0, 1]);
        const openers = [1, 2];
        const held = new Map<number, Map<string, Uint8Array>>();
        for (const holder of openers) {
          const envelopes = new Map<string, Uint8Array>();
          for (const { to } of epochs) {
            for (const [leaf, envelope] of await fetchEnvelopes(server, manifest, holder, holders[holder] as Holder, to))
              envelopes.set(leaf, envelope);
            const fields = { type: "held", holder, epoch: to, ledgerSize: size, missing: [] } as const;
            const first = await log<HeldEntry>(server, manifest, fields, holders[holder] as Holder);
            expect(first.status).toBe(200);
            expect((await log<HeldEntry>(server, manifest, fields, holders[holder] as Holder)).json()).toEqual(first.json());
          }
          held.set(holder, envelopes);
          expect(envelopes.size).toBe(3);
        }

        // Commit, then reveal.
        const lists = new Map<number, ShareList>();
        for (const holder of openers) {
          const keys = holders[holder] as Holder;
          const shares = list.map(({ leaf, leafHash: hash }) => {
            const context = submissionContext(id, leaf.audience, leaf.responseKey, leaf.sequence);
            return openShare(held.get(holder)?.get(toHex(hash)) as Uint8Array, holder, keys.kem, context);
          });
          const mine = shareList(shares);
          lists.set(holder, mine);
          const commitment = toHex(shareListCommitment(id, holder, closedAt, mine));
          const fields = { type: "share-list", holder, ledgerSize: closedAt, commitment } as const;
          expect((await log<ShareListEntry>(server, manifest, fields, keys)).status).toBe(200);
          const other = { ...fields, commitment: "0".repeat(64) };
          expect((await log<ShareListEntry>(server, manifest, other, keys)).code).toBe("ERR_ENTRY_REFUSED");
        }
        const reveal = (sender: number, receiver: number) =>
          sealReveal(
            manifest,
            { attempt: 0, ledgerSize: closedAt, sender, receiver },
            lists.get(sender) as ShareList,
            (holders[sender] as Holder).signing,
          );
        const early = reveal(1, 2);
        expect((await server.call("rounds/wave-1/reveals", early, REVEAL)).code).toBe("ERR_NOT_DUE");
        server.clock.seconds = START + HOUR + 601;
        expect((await server.call("rounds/wave-1/reveals", early, REVEAL)).status).toBe(200);
        expect((await server.call("rounds/wave-1/reveals", early, REVEAL)).status).toBe(200);
        expect((await server.call("rounds/wave-1/reveals", reveal(1, 2), REVEAL)).code).toBe("ERR_ENTRY_REFUSED");
        expect((await server.call("rounds/wave-1/reveals", reveal(2, 1), REVEAL)).status).toBe(200);
        const late = { type: "share-list", holder: 0, ledgerSize: closedAt, commitment: "1".repeat(64) } as const;
        expect((await log<ShareListEntry>(server, manifest, late, holders[0] as Holder)).code).toBe("ERR_ENTRY_REFUSED");

        // Count.
        const sent = new Reader((await server.call("rounds/wave-1/reveals/2")).body, "ERR_RESPONSE_INVALID");
        const bytes = sent.vector(1 << 20);
        sent.end();
        const commitment = shareListCommitment(id, 1, closedAt, lists.get(1) as ShareList);
        const other = await openReveal(bytes, manifest, (holders[2] as Holder).kem, list.length, commitment);
        const outcomes = [];
        for (const [place, { leaf, leafHash: hash }] of list.entries()) {
          const shares = [
            { holder: 1, share: shareAt(other, place) },
            { holder: 2, share: shareAt(lists.get(2) as ShareList, place) },
          ];
          outcomes.push(await countSubmission({ leaf, envelope: held.get(2)?.get(toHex(hash)) ?? null, shares }, manifest, QUESTIONNAIRE));
        }
        const { answers, comments, ...totals } = tally("officials", QUESTIONNAIRE, outcomes);
        expect(totals).toEqual({ audience: "officials", counted: 3, withdrawn: 0, invalid: 0, unopened: 0, missing: 0 });
        expect(answers.map(({ O01 }) => O01).sort()).toEqual([2, 3, 5]);
        expect(comments.length).toBe(2);

        // Release.
        await publish(server, live, holders, closedAt, totals);
      } finally {
        await server.close();
      }
      expect(server.log).toEqual([]);
    }));
});

async function seal(server: Running): Promise<void> {
  await server.amana.tick();
  server.clock.seconds += 6;
  await server.amana.tick();
}

async function publish(
  server: Running,
  { manifest }: Live,
  holders: readonly Holder[],
  ledgerSize: number,
  totals: never | object,
): Promise<void> {
  const page = new TextEncoder().encode("<!doctype html><title>Results</title><p>Three answers.</p>");
  const file = { name: "index.html", sha256: toHex(SHA256(page)), length: page.length };
  const release = encodeRelease({
    protocol: PROTOCOL,
    type: "release",
    manifest: toHex(manifestId(manifest)),
    ledgerSize,
    totals: [totals as never],
    wanting: [],
    files: [file],
  });
  const propose = (holder: number, bytes = release) => {
    const signature = toHex(signRelease(bytes, manifest, holder, (holders[holder] as Holder).signing));
    return server.call("rounds/wave-1/release", JSON.stringify({ release: toHex(bytes), holder, signature }));
  };
  expect((await server.call("files", page, "application/octet-stream")).code).toBe("ERR_ENTRY_REFUSED");
  expect((await propose(1)).status).toBe(200);
  expect((await server.call("files", concat(page, page), "application/octet-stream")).code).toBe("ERR_BODY_SIZE");
  expect((await server.call("files", page.subarray(1), "application/octet-stream")).code).toBe("ERR_ENTRY_REFUSED");
  expect((await server.call("files", page, "application/octet-stream")).status).toBe(200);
  expect((await server.call(`files/${file.sha256}`)).code).toBe("ERR_NOT_FOUND");
  await expect(server.amana.operator.publishRelease("wave-1")).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
  expect((await server.call("releases/wave-1/")).code).toBe("ERR_NOT_FOUND");
  expect((await propose(2)).status).toBe(200);

  const published = await server.amana.operator.publishRelease("wave-1");
  const { entries } = await readLedger(server);
  const logged = entries[published.index]?.entry;
  if (logged?.type !== "release") throw new Error("no release entry");
  const signatures = logged.signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) }));
  const got = (await server.call("releases/wave-1/release.json")).body;
  verifyRelease(got, manifest, signatures);
  expect(decodeRelease(got).totals).toEqual([totals]);
  const shown = await server.call("releases/wave-1/");
  expect(new TextDecoder().decode(shown.body)).toContain("Three answers.");
  expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await server.call(`files/${file.sha256}`)).status).toBe(200);
  expect((await server.call("rounds/wave-1")).json()).toMatchObject({ state: "released" });
  const another = encodeRelease({ ...decodeRelease(release), totals: [] });
  expect((await propose(1, another)).code).toBe("ERR_ENTRY_REFUSED");
  expect(leafHash(encodeJson(logged)).length).toBe(32);
}
