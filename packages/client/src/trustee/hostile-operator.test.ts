import { fromHex, H, PROTOCOL, SHA256, TAGS, toHex, uint } from "@amana/core/bytes";
import type { ReleaseEntry } from "@amana/core/entries";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { sign, signingKey } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import type { SeenManifest } from "../wire/ledger-view.ts";
import { HistoryBuilder, type RoundHistory } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { commitShareList } from "./commit.ts";
import { destroy } from "./destroy.ts";
import type { Holdings } from "./hold.ts";
import { nextStep } from "./next.ts";

/* The operator writes `close` and `release` into the ledger: what a trustee's tool does at such an entry is decided here. */

const CLOSE = 2_000_000;
const seeds = [1, 2, 3].map((seed) => signingKey(new Uint8Array(32).fill(seed)));
const manifest = {
  kind: "survey",
  trustees: seeds.map(({ publicKey }, index) => ({ organisation: `o${index}`, signingKey: toHex(publicKey), kemKey: "" })),
  handlers: [],
  audiences: [],
  threshold: 2,
  windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: 0, answeringClose: CLOSE },
  deadlines: { objection: 0, sealBy: CLOSE, missingBy: CLOSE, commitBy: CLOSE + 100, revealSpan: 1 },
} as unknown as Manifest;
const seen: SeenManifest = { manifest, id: manifestId(manifest), index: 0 };
const round = { protocol: PROTOCOL, manifest: toHex(seen.id) } as const;
const local = { revealed: null, signed: false };
const after = new Date((CLOSE + 1) * 1000);

/** A `release` entry over any hash, signed by these trustees. */
function release(signers: readonly number[], forHash = toHex(SHA256(new Uint8Array(1)))): ReleaseEntry {
  const signatures = signers.map((holder) => {
    const message = H(TAGS.release, seen.id, uint(holder, 1), fromHex(forHash));
    return { holder, signature: toHex(sign(seeds[holder] as (typeof seeds)[number], message)) };
  });
  return { ...round, type: "release", ledgerSize: 2, sha256: toHex(SHA256(new Uint8Array(1))), length: 1, signatures };
}

function history(entry: ReleaseEntry | null): RoundHistory {
  const builder = new HistoryBuilder(seen);
  const leafHash = new Uint8Array(32);
  builder.add({ index: 1, leafHash, bytes: leafHash, entry: { ...round, type: "close" } });
  if (entry !== null) builder.add({ index: 2, leafHash, bytes: leafHash, entry });
  return builder.build();
}

const nothing = {} as Transport;
const empty: Holdings = { get: async () => null, put: async () => undefined, remove: async () => undefined, list: async () => [] };

describe("a release that too few trustees signed", () => {
  const other = toHex(SHA256(new Uint8Array(2)));
  it.each([
    ["nobody", release([])],
    ["one", release([0])],
    ["one, twice", { ...release([0]), signatures: [...release([0]).signatures, ...release([0]).signatures] }],
    ["two, but another one", release([0, 1], other)],
  ])("signed by %s: is none, and no key is destroyed", async (_, entry) => {
    const read = history(entry);
    expect(read.release).toBeNull();
    expect(nextStep(read, 0, local, after)).toEqual({ step: "commit" });
    const keys = { signing: seeds[0] as (typeof seeds)[number], kem: { seed: new Uint8Array(32), publicKey: new Uint8Array(0) } };
    let destroyed = false;
    const gone = async () => {
      destroyed = true;
    };
    const destroying = destroy(nothing, read, empty, keys, gone, new Date());
    await expect(destroying).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
    expect(destroyed).toBe(false);
  });

  it("would make every trustee destroy its key, if the entry were believed", () => {
    const believed = { ...history(null), release: release([]) };
    expect(nextStep(believed, 0, local, after)).toEqual({ step: "destroy" });
  });

  it("with two signatures of three, ends the round", () => {
    expect(nextStep(history(release([0, 2])), 0, local, after)).toEqual({ step: "destroy" });
  });
});

describe("a close before its time", () => {
  const early = new Date((CLOSE - 1) * 1000);
  const keys = { signing: seeds[0] as (typeof seeds)[number], kem: { seed: new Uint8Array(32), publicKey: new Uint8Array(0) } };

  it("opens nothing: the tool waits for the manifest's time", async () => {
    expect(nextStep(history(null), 0, local, early)).toEqual({ step: "wait", for: "close" });
    await expect(commitShareList(nothing, history(null), empty, keys, early)).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
  });

  it("would open what was answered so far, if the entry alone decided", () => {
    expect(nextStep(history(null), 0, local, after)).toEqual({ step: "commit" });
  });
});
