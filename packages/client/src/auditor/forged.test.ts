import { readFileSync } from "node:fs";
import { PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { decodeEntry, type EpochEntry, encodeBuildList, encodeEntry, type ShareListEntry, signEntry } from "@amana/core/entries";
import { leafHash } from "@amana/core/ledger";
import { randomBytes } from "@amana/core/primitives";
import { decodeRelease } from "@amana/core/release";
import { signPromise } from "@amana/core/submission";
import { beforeAll, describe, expect, it } from "vitest";
import { amend, CANCEL, lengthen } from "../../test-support/amendments.ts";
import {
  adding,
  afterRelease,
  audited,
  closedRound,
  counting,
  failures,
  heldOf,
  placeOf,
  released,
  rewritten,
  silence,
  unusedDraw,
} from "../../test-support/ledgers.ts";
import { Operator } from "../../test-support/operator.ts";
import { respond } from "../../test-support/people.ts";
import { LATE } from "../../test-support/trustees.ts";
import { HOUR, makeRound, makeWorld, type Trustee } from "../../test-support/world.ts";
import type { AuditOptions } from "./audit.ts";

/*
 * Of every check of docs/protocol.md §11 a ledger, with a tree and a signature that fit it, that fails this check and no other. A check without one here
 * could hold for ever.
 */

/** What an auditor brings. */
type Brings = Partial<Pick<AuditOptions, "known" | "promises" | "now">>;

async function failing(operator: Operator, brings: Brings = {}): Promise<string[]> {
  return failures(await audited(operator, { now: LATE, ...brings })).map(({ check, detail }) => `${check}: ${detail}`);
}

/** The check's name alone. */
const nameOf = (failure: string): string => failure.replace(/^wave-1: /, "").split(":", 1)[0] as string;

let base: Operator;
let opened: Operator;
beforeAll(async () => {
  base = await closedRound();
  opened = await released(await closedRound());
});

const round = (): string => toHex(base.round.id);

/** By check: what an operator may do, and what its auditor brings. */
const FORGERIES: readonly (readonly [string, string, () => Promise<Operator> | Operator, ((operator: Operator) => Brings)?])[] = [
  [
    "programme",
    "another programme's document",
    () => {
      const other = rewritten(base, (entries) => entries);
      other.on.set("GET programme", () => new TextEncoder().encode("{}"));
      return other;
    },
  ],
  [
    "checkpoint",
    "a note that another key signed",
    async () => {
      const { note } = await new Operator({ ...base.world, ledgerKey: makeWorld().ledgerKey }, base.round).checkpoint(base.entries);
      const other = rewritten(base, (entries) => entries);
      other.on.set("GET ledger/checkpoint", () => new TextEncoder().encode(note));
      return other;
    },
  ],
  [
    "consistency",
    "a ledger that lost its last entry",
    () => rewritten(base, (entries) => entries.slice(0, -1)),
    () => ({
      known: { size: base.entries.length, root: "0".repeat(64) },
    }),
  ],
  ["ledger", "an entry that nobody can read", () => rewritten(base, (entries) => [...entries, new TextEncoder().encode("{}")])],
  [
    "manifests",
    "what a trustee holds, of a round that is not there",
    () => adding(base, { ...heldOf(base, []), manifest: "0".repeat(64) }),
  ],
  [
    "manifests",
    "a destroyed key of a round that is not there",
    () =>
      adding(base, {
        protocol: PROTOCOL,
        type: "key-destroyed",
        manifest: "0".repeat(64),
        holder: "trustee/0",
        signature: "0".repeat(128),
      }),
  ],
  [
    "manifests",
    "deleted envelopes, before the manifest of their round",
    () => rewritten(base, (entries) => [encodeEntry({ protocol: PROTOCOL, type: "retention", manifest: round(), count: 0 }), ...entries]),
  ],
  [
    "manifests",
    "an epoch of a round that is not there",
    () =>
      adding(base, {
        protocol: PROTOCOL,
        type: "epoch",
        manifest: "0".repeat(64),
        from: 0,
        to: 0,
        firstIndex: base.entries.length + 1,
        count: 1,
      }),
  ],
  [
    "amendments",
    "a cancelling that one trustee signed",
    () => {
      const other = rewritten(base, (entries) => entries.slice(0, -1));
      amend(other, CANCEL, [2]);
      other.close();
      return other;
    },
  ],
  [
    "questionnaires",
    "another analysis plan under its name",
    () => {
      const other = rewritten(base, (entries) => entries);
      other.files.set(base.round.manifest.analysisPlan as string, new TextEncoder().encode("{}"));
      return other;
    },
  ],
  [
    "invitations and draws",
    "draws that are logged after the issuer's key is gone",
    () => rewritten(base, (entries) => [...entries, entries[placeOf(entries, "draws")] as Uint8Array]),
  ],
  [
    "invitations and draws",
    "draws that are logged after the release, when nobody could object any more",
    () => afterRelease(opened, (other) => other.logDraws("officials/ministry", [unusedDraw(opened, "officials/ministry")])),
  ],
  ["epochs", "a second close", () => rewritten(base, (entries) => [...entries, entries.at(-1) as Uint8Array])],
  [
    "receipts",
    "a promise whose leaf was left out",
    () => base,
    () => ({
      promises: [signPromise({ manifestId: base.round.id, leafHash: randomBytes(32), epoch: 0 }, base.world.promiseKey)],
    }),
  ],
  [
    "plans",
    "a plan that is none",
    () => {
      const bytes = new TextEncoder().encode("{}");
      const other = adding(base, { protocol: PROTOCOL, type: "plan", sha256: toHex(SHA256(bytes)), length: bytes.length });
      other.keep(bytes);
      return other;
    },
  ],
  [
    "served form",
    "a page for everybody that is not the logged one",
    () => {
      const list = encodeBuildList(new Map([["", new TextEncoder().encode("<!doctype html>")]]));
      const other = adding(base, { protocol: PROTOCOL, type: "builds", sha256: toHex(SHA256(list)), length: list.length });
      other.keep(list);
      other.on.set("GET ", () => new TextEncoder().encode("<!doctype html><script src=steal.js></script>"));
      return other;
    },
  ],
  ["submissions", "a leaf that its key did not sign", () => rewritten(base, withWrongSignature)],
  ["key holders", "a word that no trustee signed", () => adding(base, { ...heldOf(base, []), signature: "0".repeat(128) })],
  ["key holders", "a leaf that is missing, and that the epoch does not have", () => adding(opened, heldOf(opened, ["0".repeat(64)]))],
  ["key holders", "an envelope that a trustee never got", () => adding(base, heldOf(base, [firstLeafOf(base)]))],
  ["key holders", "what is missing of an epoch that is not there", () => adding(base, heldOf(base, [], 7))],
  [
    "opening",
    "a commitment before the close",
    () => {
      const { manifest } = base.round;
      const fields = { type: "share-list", holder: 0, ledgerSize: base.entries.length, commitment: "00".repeat(32) } as const;
      const entry = encodeEntry(signEntry<ShareListEntry>(manifest, fields, (base.world.trustees[0] as Trustee).signing));
      return rewritten(base, (entries) => [...entries.slice(0, -1), entry, entries.at(-1) as Uint8Array]);
    },
  ],
  [
    "release",
    "an answer that was counted, called missing",
    () =>
      counting(opened, ([first, ...others]) =>
        first === undefined ? [] : [{ ...first, counted: first.counted - 1, missing: first.missing + 1 }, ...others],
      ),
  ],
  [
    "destroyed keys",
    "an issuer's key that is not destroyed",
    () => rewritten(base, (entries) => entries.with(placeOf(entries, "key-destroyed"), silence)),
  ],
];

const firstLeafOf = ({ entries }: Operator): string => toHex(leafHash(entries[placeOf(entries, "epoch") + 1] as Uint8Array));

/** The first leaf of a response key that has so many. */
function leafOf({ entries }: Operator, versions: number): string {
  const leaves = entries.flatMap((bytes) => {
    const entry = decodeEntry(bytes);
    return entry.type === "submission" ? [{ hash: toHex(leafHash(bytes)), key: toHex(entry.leaf.responseKey) }] : [];
  });
  return leaves.find(({ key }) => leaves.filter((other) => other.key === key).length === versions)?.hash ?? "";
}

/** One bit of a signature of the first epoch; its leaves stay sorted. */
function withWrongSignature(entries: Uint8Array[]): Uint8Array[] {
  const at = placeOf(entries, "epoch");
  const { count } = decodeEntry(entries[at] as Uint8Array) as EpochEntry;
  const leaves = entries.slice(at + 1, at + 1 + count);
  leaves[0] = (leaves[0] as Uint8Array).map((byte, index, all) => (index === all.length - 1 ? byte ^ 1 : byte));
  leaves.sort((a, b) => (toHex(leafHash(a)) < toHex(leafHash(b)) ? -1 : 1));
  return [...entries.slice(0, at + 1), ...leaves, ...entries.slice(at + 1 + count)];
}

describe("a forged ledger", () => {
  it("is there for every check that the protocol names", () => {
    const text = readFileSync(new URL("../../../../docs/protocol.md", import.meta.url), "utf8");
    const [, table = ""] = /<!-- checks:begin -->([\s\S]*?)<!-- checks:end -->/.exec(text) ?? [];
    const names = [...table.matchAll(/^\| `([a-z ]+)` \|/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect([...new Set(FORGERIES.map(([check]) => check))]).toEqual(names);
  });

  it("that changes nothing fails no check, opened or not", async () => {
    for (const operator of [base, opened]) expect(await failing(rewritten(operator, (entries) => entries))).toEqual([]);
    expect(await failing(counting(opened, (totals) => totals))).toEqual([]);
  });

  const cases = FORGERIES.map(([check, what, forge, brings]) => ({ check, what, forge, brings }));

  it.each(cases)("fails `$check` and nothing else: $what", async ({ check, forge, brings }) => {
    const operator = await forge();
    const failed = await failing(operator, brings?.(operator));
    expect(failed.map(nameOf), failed.join("\n")).toEqual([check]);
  });
});

describe("what the release calls missing", () => {
  /** A leaf that none of the openers ever got, of a response key with so many versions. */
  const unserved = (versions: number): Promise<Operator> =>
    closedRound(undefined, (operator) => {
      operator.serves = (holder, hash) => holder === 2 || hash !== leafOf(operator, versions);
    }).then(released);
  const missingIn = (operator: Operator): number =>
    decodeRelease([...operator.releases.values()][0]?.bytes as Uint8Array).totals.reduce((sum, { missing }) => sum + missing, 0);

  it("is what too few trustees held when they committed: then it passes, and counted all the same it fails", async () => {
    const operator = await unserved(1);
    expect(missingIn(operator)).toBe(1);
    expect(await failing(operator)).toEqual([]);
    const counted = counting(operator, (totals) => totals.map((each) => ({ ...each, counted: each.counted + each.missing, missing: 0 })));
    expect(await failing(counted)).toEqual([
      expect.stringMatching(/^wave-1: release: the release calls 0 answers of (officials|traders) missing; by the ledger 1 are$/),
    ]);
  });

  it("is no version that was changed later", async () => {
    const operator = await unserved(2);
    expect(missingIn(operator)).toBe(0);
    expect(await failing(operator)).toEqual([]);
  });
});

describe("draws after the release of a round in which people may still object", () => {
  /** Enrolment ends with answering: the time to object begins when trustees may commit. */
  const open = (): Promise<Operator> =>
    closedRound((same) => ({ ...same, windows: { ...same.windows, enrolmentClose: same.windows.answeringClose } })).then(released);

  it("hold where somebody objected, and excuse no answer that was counted before", async () => {
    const operator = await open();
    const [place, other] = ["officials/ministry", "traders/chamber"];
    expect(await failing(afterRelease(operator, (late) => late.logDraws(place, [unusedDraw(operator, place)])))).toEqual([]);
    const excused = afterRelease(operator, (late) => {
      const at = placeOf(late.entries, "draws", 1);
      late.logDraws(other, []);
      late.entries[at] = late.entries.pop() as Uint8Array;
      late.logDraws(other, operator.draws.get(other) ?? []);
    });
    expect(await failing(excused)).toEqual(["wave-1: submissions: traders: 1 response keys and 0 draws: an issuer made tokens for nobody"]);
  });
});

describe("keys of a round whose end was moved", () => {
  /** Enrolment ends with answering, and so moves with it. The keys are kept, and nobody says that they are gone. */
  async function kept(lengthened: boolean): Promise<Operator> {
    const world = makeWorld();
    const operator = new Operator(
      world,
      makeRound(world, { change: (same) => ({ ...same, windows: { ...same.windows, enrolmentClose: same.windows.answeringClose } }) }),
    ).launch();
    if (lengthened) amend(operator, lengthen(operator.round.manifest, 48 * HOUR));
    await respond(operator, "officials", 0);
    for (const place of operator.round.issuers.keys()) operator.logDraws(place, operator.draws.get(place) ?? []);
    operator.close();
    return operator;
  }

  it("are due by the new end, not by the manifest's", async () => {
    const operator = await kept(false);
    const { windows, deadlines } = operator.round.manifest;
    const due = windows.enrolmentClose + deadlines.objection + 24 * HOUR;
    const between: Brings = { now: new Date((due + HOUR) * 1000) };
    expect((await failing(operator, between)).map(nameOf)).toEqual(["destroyed keys"]);
    const longer = await kept(true);
    expect(await failing(longer, between)).toEqual([]);
    expect((await failing(longer, { now: new Date((due + 49 * HOUR) * 1000) })).map(nameOf)).toEqual(["destroyed keys"]);
  });
});
