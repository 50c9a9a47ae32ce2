import { concat, newSecretCode, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { blind, blindSign, encodeDraws, finalize, responseNonce, responseSigningKey } from "@amana/core/credential";
import { type DrawsEntry, decodeEntry, type Entry, encodeEntry, type HolderFields, signEntry } from "@amana/core/entries";
import { leafHash } from "@amana/core/ledger";
import { cosignManifest, type Manifest } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { encodeSubmissionLeaf, NO_TOKEN, type Submission, signSubmission } from "@amana/core/submission";
import { beforeAll, describe, expect, it } from "vitest";
import { AFTER, audited, closedRound, failures, placeOf, rewritten } from "../../test-support/ledgers.ts";
import { drawOf, Operator } from "../../test-support/operator.ts";
import { BASE, respond } from "../../test-support/people.ts";
import { type IssuerPair, issuerPair, makeRound, makeWorld, type Round, type Trustee, withPhases } from "../../test-support/world.ts";
import { Transport } from "../wire/transport.ts";
import { audit } from "./audit.ts";
import { AuditedRound } from "./audited-round.ts";
import type { CheckResult } from "./check.ts";
import type { KnownCheckpoint } from "./consistency.ts";
import { EpochsCheck } from "./epochs.ts";
import { SubmissionsCheck } from "./submissions.ts";

/* An operator writes the ledger. Each test lets it write one that is honest but for one thing, and names the check that finds it. */

/** The names of the checks that do not hold. */
async function failing(operator: Operator, known: KnownCheckpoint | null = null): Promise<string[]> {
  return failures(await audited(operator, { known })).map(({ check }) => check);
}

const typeOf = (bytes: Uint8Array): string => decodeEntry(bytes).type;
const without = (at: number) => (entries: Uint8Array[]) => entries.filter((_, index) => index !== at);

/** Changes one JSON entry. */
function edited(type: string, change: (entry: Record<string, unknown>) => Record<string, unknown>, nth = 0) {
  return (entries: Uint8Array[]): Uint8Array[] => {
    const at = placeOf(entries, type, nth);
    entries[at] = encodeEntry(change(decodeEntry(entries[at] as Uint8Array) as unknown as Record<string, unknown>) as never);
    return entries;
  };
}

let base: Operator;
beforeAll(async () => {
  base = await closedRound();
});

describe("an honest ledger", () => {
  it("passes every check", async () => {
    const { checks, known: seen } = await audited(base);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.length).toBe(17);
    expect(seen?.size).toBe(base.entries.length);
    expect(await failing(base, seen)).toEqual([]);
  });

  it("cannot be checked while the network fails, which is no verdict", async () => {
    const running = audit(new Transport(BASE, () => Promise.reject(new Error("down"))), {
      programme: base.world.pinned,
      now: AFTER,
      known: null,
    });
    await expect(running.next()).rejects.toMatchObject({ code: "ERR_NETWORK" });
  });
});

describe("against the auditor's memory", () => {
  it("a dropped entry, a swapped one and a rolled-back ledger fail; without a memory the last two pass", async () => {
    const { known: seen } = await audited(base);
    const shorter = rewritten(base, (entries) => entries.slice(0, -1));
    expect(await failing(shorter, seen)).toEqual(["consistency"]);
    const another = await closedRound();
    const split = rewritten(base, () => another.entries);
    expect((await failing(split, seen)).length).toBeGreaterThan(0);
    expect(await failing(shorter)).toEqual([]);
    const view = rewritten(base, (entries) => [
      ...entries.slice(0, -1),
      encodeEntry({ protocol: PROTOCOL, type: "announcement", sha256: "0".repeat(64), length: 0 }),
      entries.at(-1) as Uint8Array,
    ]);
    expect(await failing(view)).toEqual([]);
    expect(await failing(view, seen)).toEqual(["consistency"]);
  });

  it("another programme and another ledger's key fail at once", async () => {
    const stranger = new Operator(makeWorld(), base.round).launch();
    const checks: CheckResult[] = [];
    for await (const check of audit(new Transport(BASE, stranger.fetch), { programme: base.world.pinned, now: AFTER, known: null }))
      checks.push(check);
    expect(checks).toEqual([expect.objectContaining({ check: "programme", ok: false })]);
    const note = await new Operator({ ...base.world, ledgerKey: stranger.world.ledgerKey }, base.round).checkpoint(base.entries);
    const forger = rewritten(base, (entries) => entries);
    forger.on.set("GET ledger/checkpoint", () => new TextEncoder().encode(note.note));
    expect(await failing(forger)).toEqual(["checkpoint"]);
  });
});

describe("manifests", () => {
  const extra = (operator: Operator, manifest: Manifest, signers = [0, 1, 2]) => {
    const cosignatures = signers.map((at) => toHex(cosignManifest(manifest, at, (operator.world.trustees[at] as Trustee).signing)));
    return rewritten(operator, (entries) => [...entries, encodeEntry({ protocol: PROTOCOL, type: "manifest", manifest, cosignatures })]);
  };
  const second = (change: (manifest: Manifest) => Manifest): Manifest =>
    makeRound(base.world, { name: "wave-2", firstIssuer: 2, change }).manifest;

  it("unsigned, signed by two of three, of a name that exists: found", async () => {
    expect(
      await failing(
        extra(
          base,
          second((same) => same),
          [],
        ),
      ),
    ).toEqual(["manifests"]);
    expect(
      await failing(
        extra(
          base,
          second((same) => same),
          [0, 1],
        ),
      ),
    ).toEqual(["manifests"]);
    expect(await failing(extra(base, { ...base.round.manifest, title: { en: "Another" } }))).toEqual(["manifests"]);
  });

  it("with a key of an earlier round, an issuer's or a trustee's: found", async () => {
    const reused = makeRound(base.world, { name: "wave-2", firstIssuer: 0 }).manifest;
    expect(await failing(extra(base, reused))).toEqual(["manifests"]);
    expect(
      await failing(
        extra(
          base,
          second((same) => same),
        ),
      ),
    ).toEqual(["manifests"]);
  });

  it("of another programme: found", async () => {
    const stranger = makeWorld();
    expect(
      await failing(
        rewritten(base, (entries) => [...entries, encodeEntry({ protocol: PROTOCOL, type: "programme", programme: stranger.programme })]),
      ),
    ).toEqual(["manifests"]);
  });

  it("questionnaires and plans that are not those of the manifest: found", async () => {
    for (const hash of [base.round.manifest.audiences[1]?.questionnaire, base.round.manifest.analysisPlan]) {
      const other = rewritten(base, (entries) => entries);
      other.files.set(hash as string, new TextEncoder().encode("{}"));
      expect(await failing(other)).toEqual(["questionnaires"]);
    }
    const padded = await closedRound((manifest) => ({ ...manifest, size: manifest.size + 1 }));
    expect(await failing(padded)).toEqual(["questionnaires"]);
  });
});

describe("draws and invitations", () => {
  const place = "officials/ministry";
  const keys = (): IssuerPair => base.round.issuers.get(place) as IssuerPair;
  const spare = (at = 5): Uint8Array => (base.round.invitations.get(place) as Uint8Array).slice(32 * at, 32 * at + 32);
  const blinded = (): Uint8Array => new Uint8Array(256).fill(3, 200);

  /** The ledger with another list of draws of the officials' issuer. */
  function withDraws(list: Uint8Array, count: number): Operator {
    const other = rewritten(
      base,
      edited("draws", ({ manifest: _, protocol: __, signature: ___, ...entry }) => {
        const fields = { ...entry, count, length: list.length, sha256: toHex(SHA256(list)) } as HolderFields<DrawsEntry>;
        return { ...signEntry<DrawsEntry>(base.round.manifest, fields, keys().signing) };
      }),
    );
    other.keep(list);
    return other;
  }

  it("a draw that no issuer signed, without an invitation, or twice: found; one that is right passes", async () => {
    const drawn = base.draws.get(place) ?? [];
    const right = drawOf(keys(), unusedInvitation(), blinded(), blinded());
    const list = (draws: readonly Parameters<typeof encodeDraws>[0][number][]) => withDraws(encodeDraws(draws), draws.length);
    expect(await failing(list([...drawn, right]))).toEqual([]);
    const forged = { ...right, blindSignature: randomBytes(256).fill(0, 0, 1) };
    expect(await failing(list([...drawn, forged]))).toEqual(["invitations and draws"]);
    expect(await failing(list([...drawn, { ...right, invitedHash: randomBytes(32) }]))).toEqual(["invitations and draws"]);
    const otherPair = drawOf(issuerPair(3), right.invitedHash, blinded(), blinded());
    expect(await failing(list([...drawn, otherPair]))).toEqual(["invitations and draws"]);
    const twice = drawOf(keys(), (drawn[0] as (typeof drawn)[number]).invitedHash, blinded(), blinded());
    expect(await failing(list([...drawn, twice]))).toEqual(["invitations and draws"]);
  });

  /** One that nobody drew. */
  function unusedInvitation(): Uint8Array {
    const used = new Set((base.draws.get(place) ?? []).map(({ invitedHash }) => toHex(invitedHash)));
    return [0, 1, 2, 3, 4, 5].map(spare).find((hash) => !used.has(toHex(hash))) as Uint8Array;
  }

  it("an entry that lies about its list, or is left out after the close: found", async () => {
    expect(
      await failing(
        rewritten(
          base,
          edited("draws", (entry) => ({ ...entry, count: 5 })),
        ),
      ),
    ).toEqual(["invitations and draws", "wave-1: key holders"]);
    expect(await failing(rewritten(base, (entries) => without(placeOf(entries, "draws"))(entries)))).toContain("invitations and draws");
  });

  it("invitations that are not the manifest's, not there, there twice, or replaced: found", async () => {
    const list = concat(...[0, 1, 2, 3, 4].map(spare), randomBytes(32).fill(0xff));
    const other = rewritten(
      base,
      edited("invitations", (entry) => ({ ...entry, sha256: toHex(SHA256(list)) })),
    );
    other.keep(list);
    expect(await failing(other)).toEqual(["invitations and draws"]);
    const bare = rewritten(base, (entries) => {
      const at = placeOf(entries, "invitations");
      entries[at] = encodeEntry({ protocol: PROTOCOL, type: "announcement", sha256: "0".repeat(64), length: 0 });
      return entries;
    });
    expect(await failing(bare)).toEqual(["invitations and draws"]);
    expect(await failing(rewritten(base, (entries) => [...entries, entries[placeOf(entries, "invitations")] as Uint8Array]))).toEqual([
      "invitations and draws",
    ]);
    const replaced = {
      protocol: PROTOCOL,
      type: "replaced",
      manifest: toHex(base.round.id),
      audience: "officials",
      issuer: "ministry",
      invited: "0".repeat(64),
      by: null,
      signature: "0".repeat(128),
    } as const;
    expect(await failing(rewritten(base, (entries) => [...entries, encodeEntry(replaced)]))).toEqual([
      "invitations and draws",
      "wave-1: key holders",
    ]);
  });
});

/** A leaf with a token that its issuer signed for nobody: what an operator that is the issuer can make at will. */
function minted({ id, manifest, issuers }: Round, place = "officials/ministry"): Uint8Array {
  const keys = issuers.get(place) as IssuerPair;
  const audience = manifest.audiences.findIndex((each) => place.startsWith(each.id));
  const secret = newSecretCode(randomBytes);
  const key = responseSigningKey(secret, id);
  const binding = { nonce: responseNonce(id, key.publicKey), issuerName: place.split("/")[1] as string, manifestId: id, key: keys.key.key };
  const blinding = blind(secret, binding);
  const token = finalize(blinding, blindSign(keys.key, blinding.blinded), binding);
  return encodeSubmissionLeaf(signSubmission({ manifestId: id, audience, sequence: 0, tokens: [token], envelope: randomBytes(64) }, key));
}

/** Puts leaves into the round's second epoch, in their order. */
function intoEpoch(leaves: readonly Uint8Array[], sort = true) {
  return (entries: Uint8Array[]): Uint8Array[] => {
    const at = placeOf(entries, "epoch", 1);
    const entry = decodeEntry(entries[at] as Uint8Array) as unknown as { count: number };
    const own = [...entries.slice(at + 1, at + 1 + entry.count), ...leaves];
    if (sort) own.sort((a, b) => (toHex(leafHash(a)) < toHex(leafHash(b)) ? -1 : 1));
    entries[at] = encodeEntry({ ...entry, count: own.length } as never);
    return [...entries.slice(0, at + 1), ...own, ...entries.slice(at + 1 + entry.count)];
  };
}

describe("submissions", () => {
  it("a token that was minted for nobody: found by counting draws, not by its signature", async () => {
    const forged = rewritten(base, intoEpoch([minted(base.round)]));
    expect(await failing(forged)).toEqual(["wave-1: submissions"]);
    // Without the draws, the token is as good as any: there are fewer keys than people.
    const round = new AuditedRound({ manifest: base.round.manifest, id: base.round.id, index: 1 });
    const check = new SubmissionsCheck(round);
    forged.entries.forEach((bytes, index) => {
      const entry = decodeEntry(bytes);
      if (entry.type === "submission") check.entry(round.take({ index, bytes, leafHash: leafHash(bytes), entry }));
    });
    expect(check.end()).toContain("4 response keys");
  });

  it("a token of another audience, none at all, a wrong signature, a sequence twice or out of range: found", async () => {
    const { id } = base.round;
    const key = signingKey(randomBytes(32));
    const make = (fields: Partial<Submission>, signer = key): Uint8Array =>
      encodeSubmissionLeaf(
        signSubmission({ manifestId: id, audience: 0, sequence: 0, tokens: [NO_TOKEN], envelope: randomBytes(64), ...fields }, signer),
      );
    const trader = decodeEntry(minted(base.round, "traders/chamber"));
    if (trader.type !== "submission") throw new Error("no leaf");
    expect(await failing(rewritten(base, intoEpoch([make({ tokens: trader.leaf.tokens })])))).toEqual(["wave-1: submissions"]);
    expect(await failing(rewritten(base, intoEpoch([make({})])))).toEqual(["wave-1: submissions"]);
    const [first] = base.entries.filter((bytes) => typeOf(bytes) === "submission");
    const unsigned = new Uint8Array(first as Uint8Array);
    unsigned[unsigned.length - 1] = (unsigned.at(-1) as number) ^ 1;
    expect(await failing(rewritten(base, intoEpoch([unsigned])))).toEqual(["wave-1: submissions"]);
    expect(await failing(rewritten(base, intoEpoch([first as Uint8Array])))).toEqual(["wave-1: submissions"]);
    expect(await failing(rewritten(base, intoEpoch([make({ sequence: 16 })])))).toEqual(["wave-1: submissions"]);
    expect(await failing(rewritten(base, intoEpoch([make({ audience: 2 })])))).toEqual(["wave-1: submissions"]);
    expect(await failing(rewritten(base, intoEpoch([make({ manifestId: randomBytes(32) })])))).toEqual(["epochs"]);
  });
});

describe("epochs", () => {
  it("out of order, with another count, a gap, or leaves outside: found", async () => {
    const leaf = minted(base.round);
    const sorted = intoEpoch([leaf])([...base.entries]);
    const at = placeOf(sorted, "epoch", 1);
    const swapped = [...sorted];
    [swapped[at + 1], swapped[at + 2]] = [sorted[at + 2] as Uint8Array, sorted[at + 1] as Uint8Array];
    expect(await failing(rewritten(base, () => swapped))).toContain("epochs");
    expect(await failing(rewritten(base, () => sorted))).not.toContain("epochs");
    for (const change of [
      { count: 1 },
      { count: 3 },
      { count: 1000 },
      { count: 0 },
      { from: 2, to: 2 },
      { from: 0 },
      { to: 0 },
      { firstIndex: 2 },
    ])
      expect(
        await failing(
          rewritten(
            base,
            edited("epoch", (entry) => ({ ...entry, ...change }), 1),
          ),
        ),
      ).toContain("epochs");
    expect(await failing(rewritten(base, (entries) => [...entries, leaf]))).toContain("epochs");
    expect(
      await failing(
        rewritten(
          base,
          edited("epoch", (entry) => ({ ...entry, manifest: "0".repeat(64) }), 1),
        ),
      ),
    ).toEqual(["manifests"]);
  });

  it("closed early, with what was answered afterwards left out of the count: found", async () => {
    const early = rewritten(base, (entries) => {
      const at = placeOf(entries, "epoch", 1);
      const close = entries.pop() as Uint8Array;
      const later = edited("epoch", (entry) => ({ ...entry, firstIndex: at + 2 }), 1)(entries);
      return [...later.slice(0, at), close, ...later.slice(at)];
    });
    expect(await failing(early)).toEqual(["epochs"]);
    expect(await failing(rewritten(base, (entries) => [...entries, entries.at(-1) as Uint8Array]))).toEqual(["epochs"]);
  });

  it("with too few new keys: found, a lone one at the close and an epoch of revisions alone too; a small round's only epoch passes", async () => {
    const large = (manifest: Manifest): Manifest => ({ ...manifest, epoch: { ...manifest.epoch, minimumKeys: 2 } });
    // The second epoch of the honest round has one new key, the trader's.
    expect(await failing(await closedRound(large))).toEqual(["epochs"]);
    const world = makeWorld();
    const small = new Operator(world, makeRound(world, { change: large })).launch();
    await respond(small, "officials", 0);
    small.seal();
    expect(await failing(small)).toEqual(["epochs"]);
    small.endEnrolment();
    small.close();
    expect(await failing(small)).toEqual([]);
    const revised = new Operator(world, makeRound(world)).launch();
    const { credential } = await respond(revised, "officials", 0);
    revised.seal();
    await credential.submit({ A1: 1 });
    revised.endEnrolment();
    revised.close();
    expect(await failing(revised)).toEqual(["epochs"]);
  });

  it("sealed before enrolment was over for everyone, where phases keep them apart: found", async () => {
    const phased = (sealFirst: boolean): Operator => {
      const world = makeWorld();
      const operator = new Operator(world, makeRound(world, { change: withPhases })).launch();
      if (!sealFirst) operator.endEnrolment();
      const firstIndex = operator.entries.length + 1;
      operator.log({ protocol: PROTOCOL, type: "epoch", manifest: toHex(operator.round.id), from: 0, to: 0, firstIndex, count: 1 });
      operator.entries.push(minted(operator.round));
      if (sealFirst) operator.endEnrolment();
      operator.close();
      return operator;
    };
    expect(await failing(phased(true))).toContain("wave-1: destroyed keys");
    expect(await failing(phased(false))).not.toContain("wave-1: destroyed keys");
  });

  it("are judged as they are read: a hundred thousand leaves in thousands of epochs take seconds", () => {
    const { manifest, id } = base.round;
    const round = new AuditedRound({ manifest, id, index: -1 });
    const check = new EpochsCheck();
    const verdict = { placed: true, signed: true, tokens: "valid", repeated: false, newKey: true } as const;
    const hash = (index: number): Uint8Array => {
      const out = new Uint8Array(32);
      new DataView(out.buffer).setUint32(0, index);
      return out;
    };
    let index = 0;
    const give = (entry: Entry, leaf: typeof verdict | null): void => {
      check.entry({ index, bytes: hash(0), leafHash: hash(index), entry, round, signed: false, leaf });
      index += 1;
    };
    const leaf = { type: "submission", leaf: { manifestId: id } } as unknown as Entry;
    const began = performance.now();
    let epoch = 0;
    for (; index < 100_000; epoch++) {
      give({ protocol: PROTOCOL, type: "epoch", manifest: toHex(id), from: epoch, to: epoch, firstIndex: index + 1, count: 20 }, null);
      for (let at = 0; at < 20; at++) give(leaf, verdict);
    }
    expect(check.end()).toContain(`${epoch} epochs`);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe("key holders and the opening", () => {
  const round = (): string => toHex(base.round.id);

  it("an entry in a trustee's name that it did not sign: found", async () => {
    const forged = {
      protocol: PROTOCOL,
      type: "absent",
      manifest: round(),
      holder: 0,
      attempt: 0,
      absent: 1,
      signature: "0".repeat(128),
    } as const;
    expect(await failing(rewritten(base, (entries) => [...entries, encodeEntry(forged)]))).toContain("wave-1: key holders");
  });

  it("a release that nobody signed: found, and it ends nothing", async () => {
    const release = {
      protocol: PROTOCOL,
      type: "release",
      manifest: round(),
      ledgerSize: base.entries.length,
      sha256: "0".repeat(64),
      length: 1,
      signatures: [],
    } as const;
    expect(await failing(rewritten(base, (entries) => [...entries, encodeEntry(release)]))).toContain("wave-1: key holders");
  });

  it("issuer keys that are not destroyed long after their time: found", async () => {
    const silence = encodeEntry({ protocol: PROTOCOL, type: "announcement", sha256: "0".repeat(64), length: 0 });
    const kept = rewritten(base, (entries) => entries.with(placeOf(entries, "key-destroyed"), silence));
    expect(await failing(kept)).toEqual(["wave-1: destroyed keys"]);
  });
});
