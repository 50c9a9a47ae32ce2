import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { openShare, seal } from "@amana/core/envelope";
import type { ErrorCode } from "@amana/core/errors";
import { cosignManifest, type Manifest, recipients, rehearsalContext } from "@amana/core/manifest";
import { kemKey, randomBytes } from "@amana/core/primitives";
import { describe, expect, it } from "vitest";
import { json, Operator } from "../../test-support/operator.ts";
import { BASE } from "../../test-support/people.ts";
import { makeRound, makeWorld, START, type Trustee, type World } from "../../test-support/world.ts";
import { LedgerView } from "../wire/ledger-view.ts";
import { Transport } from "../wire/transport.ts";
import { type CosignedManifests, cosign, type Draft, fetchDraft, isRehearsed, rehearse, waitingFor } from "./draft.ts";
import { checkDraft, draftChecks } from "./draft-checks.ts";

interface Drafted {
  readonly world: World;
  readonly operator: Operator;
  readonly transport: Transport;
  readonly manifest: Manifest;
  /** What the server shows as the draft; tests change it. */
  readonly shown: {
    draft: unknown;
    envelope: string;
    shares: { holder: number; share: string }[];
    cosignatures: { holder: number; signature: string }[];
  };
  readonly keys: readonly Trustee[];
}

interface Options {
  /** Whether a round is in the ledger already. */
  readonly live?: boolean;
  /** Whether its trustees have the same keys in this one. */
  readonly sameKeys?: boolean;
  /** The first of the issuers' keys: 0 are those of the live round. */
  readonly firstIssuer?: number;
}

/** A draft on a server that keeps what it is sent. */
function drafted(
  change: (manifest: Manifest) => Manifest = (same) => same,
  { live = false, sameKeys = false, firstIssuer = 2 }: Options = {},
): Drafted {
  const world = makeWorld();
  const keys = world.trustees.map(({ signing, kem }) => ({ signing, kem: sameKeys ? kem : kemKey(randomBytes(32)) }));
  const withKeys = (manifest: Manifest): Manifest => ({
    ...manifest,
    trustees: manifest.trustees.map((each, at) => ({ ...each, kemKey: toHex((keys[at] as Trustee).kem.publicKey) })),
  });
  const { manifest } = makeRound(world, { name: "wave-2", firstIssuer, change: (each) => change(withKeys(each)) });
  const operator = new Operator(world, makeRound(world));
  if (live) operator.launch();
  const envelope = testEnvelope(manifest);
  const shown = {
    draft: manifest as unknown,
    envelope: toHex(envelope),
    shares: [] as Drafted["shown"]["shares"],
    cosignatures: [] as Drafted["shown"]["cosignatures"],
  };
  operator.on.set("GET drafts/wave-2", () => json(shown));
  const read = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body));
  operator.on.set("POST drafts/wave-2/shares", (body) => {
    shown.shares.push(read(body));
    return json({});
  });
  operator.on.set("POST drafts/wave-2/cosignatures", (body) => {
    shown.cosignatures.push(read(body));
    return json({});
  });
  return { world, operator, transport: new Transport(BASE, operator.fetch), manifest, shown, keys };
}

function testEnvelope(manifest: Manifest): Uint8Array {
  const spec = { recipients: recipients(manifest), threshold: manifest.threshold, context: rehearsalContext(manifest), size: 32 };
  return seal(randomBytes(32), spec);
}

/** What a key holder keeps of what it co-signed. */
function memory(): CosignedManifests {
  const kept = new Map<string, string>();
  return { get: async (round) => kept.get(round) ?? null, put: async (round, id) => void kept.set(round, id) };
}

const draftOf = ({ transport }: Drafted): Promise<Draft> => fetchDraft(transport, "wave-2");
const view = ({ transport, world }: Drafted) => LedgerView.fetch(transport, world.programme, new Date(START * 1000));
const first = ({ keys }: Drafted): Trustee => keys[0] as Trustee;
const refused = (promise: Promise<unknown>, code: ErrorCode) => expect(promise).rejects.toMatchObject({ code });
const check = async (here: Drafted): Promise<void> =>
  checkDraft(here.transport, here.world.programme, await view(here), await draftOf(here), first(here));

describe("a draft", () => {
  it("is checked, rehearsed and co-signed by everyone", async () => {
    const here = drafted(undefined, { live: true });
    await check(here);
    expect(await isRehearsed(await draftOf(here))).toBe(false);
    for (const keys of here.keys) await rehearse(here.transport, await draftOf(here), keys);
    expect(await isRehearsed(await draftOf(here))).toBe(true);
    for (const keys of here.keys) await cosign(here.transport, await draftOf(here), keys, memory());
    expect(waitingFor(await draftOf(here))).toEqual([]);
    expect(here.shown.cosignatures.map(({ signature }) => signature)).toEqual(
      here.keys.map(({ signing }, at) => toHex(cosignManifest(here.manifest, at, signing))),
    );
  });

  it("is not co-signed before k have rehearsed", async () => {
    const here = drafted();
    await refused(cosign(here.transport, await draftOf(here), first(here), memory()), "ERR_NOT_DUE");
    await rehearse(here.transport, await draftOf(here), first(here));
    await refused(cosign(here.transport, await draftOf(here), first(here), memory()), "ERR_NOT_DUE");
  });
});

describe("a rehearsal that the server plays alone", () => {
  /** It made the envelope, so it knows every share; here the trustee's key in the manifest is one that its tool does not have. */
  it("makes nobody sign whose own key does not open its own slot", async () => {
    const here = drafted();
    const stolen = { signing: first(here).signing, kem: { ...kemKey(randomBytes(32)), publicKey: first(here).kem.publicKey } };
    const draft = await draftOf(here);
    const shares = here.keys.map(({ kem }, holder) => {
      const share = openShare(draft.envelope, holder, kem, rehearsalContext(draft.manifest));
      return { holder, share: toHex(share ?? new Uint8Array(0)) };
    });
    here.shown.shares.push(...shares);
    // The list looks like a rehearsal that has succeeded.
    expect(await isRehearsed(await draftOf(here))).toBe(true);
    await refused(cosign(here.transport, await draftOf(here), stolen, memory()), "ERR_ENVELOPE_SHARES");
    expect(here.shown.cosignatures).toEqual([]);
    await expect(cosign(here.transport, await draftOf(here), first(here), memory())).resolves.toBeUndefined();
  });

  it("with an envelope that was not sealed as the protocol says is no rehearsal", async () => {
    const here = drafted();
    for (const keys of here.keys) await rehearse(here.transport, await draftOf(here), keys);
    const bytes = here.shown.envelope;
    here.shown.envelope = `${bytes.slice(0, -2)}${bytes.endsWith("00") ? "01" : "00"}`;
    await refused(cosign(here.transport, await draftOf(here), first(here), memory()), "ERR_ENVELOPE_INVALID");
  });
});

describe("a server that has two manifests signed under one name, before the ledger has either", () => {
  /** Everyone signs what is shown; then the draft is gone, and another is shown, with the keys of other issuers. */
  async function signedTwice(memoryOf: () => CosignedManifests): Promise<Drafted> {
    const here = drafted();
    const memories = here.keys.map(memoryOf);
    const second = { ...here.manifest, audiences: makeRound(here.world, { name: "wave-2", firstIssuer: 0 }).manifest.audiences };
    for (const shown of [here.manifest, second]) {
      here.shown.draft = shown;
      here.shown.cosignatures.length = 0;
      for (const keys of here.keys) await rehearse(here.transport, await draftOf(here), keys);
      for (const [at, keys] of here.keys.entries())
        await cosign(here.transport, await draftOf(here), keys, memories[at] as CosignedManifests);
    }
    return here;
  }

  it("is refused by whoever has signed the first: also where that one never became a round", async () => {
    await refused(signedTwice(memory), "ERR_MANIFEST_SECOND");
  });

  it("has both, with all signatures, from trustees who look at the ledger alone", async () => {
    const here = await signedTwice(() => ({ get: async () => null, put: async () => undefined }));
    expect(here.shown.draft).not.toEqual(here.manifest);
    expect(waitingFor(await draftOf(here))).toEqual([]);
  });

  it("does not stop somebody who signs the same one again", async () => {
    const here = drafted();
    const kept = memory();
    for (const keys of here.keys) await rehearse(here.transport, await draftOf(here), keys);
    for (const _twice of [1, 2]) await cosign(here.transport, await draftOf(here), first(here), kept);
    expect(here.shown.cosignatures).toHaveLength(2);
  });
});

describe("what a trustee does not sign", () => {
  it("a second manifest for a name that the ledger has", async () => {
    const here = drafted((manifest) => ({ ...manifest, round: "wave-1" }), { live: true });
    here.operator.on.set("GET drafts/wave-1", () => json(here.shown));
    const draft = await fetchDraft(here.transport, "wave-1");
    await refused(checkDraft(here.transport, here.world.programme, await view(here), draft, first(here)), "ERR_MANIFEST_SECOND");
  });

  it("names every check that fails, and makes the others", async () => {
    const here = drafted((manifest) => ({ ...manifest, round: "wave-1", size: manifest.size + 1 }), { live: true, sameKeys: true });
    here.operator.on.set("GET drafts/wave-1", () => json(here.shown));
    const draft = await fetchDraft(here.transport, "wave-1");
    const { transport, world } = here;
    const made = await draftChecks({ transport, programme: world.programme, view: await view(here), draft, keys: first(here) });
    expect(made.map(({ check, error }) => [check, error?.code ?? null])).toEqual([
      ["name", "ERR_MANIFEST_SECOND"],
      ["rules", null],
      ["keys", "ERR_MANIFEST_INVALID"],
      ["own-key", null],
      ["questions", "ERR_QUESTIONNAIRE_MISMATCH"],
      ["plan", "ERR_QUESTIONNAIRE_MISMATCH"],
    ]);
  });

  it("one of the same name as it has co-signed before, whatever the ledger says", async () => {
    const here = drafted();
    const draft = await draftOf(here);
    const { transport, world } = here;
    const surroundings = { transport, programme: world.programme, view: null, draft, keys: first(here) };
    const other: CosignedManifests = { get: async () => "ab".repeat(32), put: async () => undefined };
    expect((await draftChecks({ ...surroundings, cosigned: other }))[0]?.error).toMatchObject({ code: "ERR_MANIFEST_SECOND" });
    expect((await draftChecks(surroundings))[0]?.error).toBeNull();
  });

  it("with a server that says there is no ledger", async () => {
    const here = drafted(undefined, { live: true });
    here.operator.on.set("GET ledger/checkpoint", () => ({ code: "ERR_NOT_FOUND", status: 404 }));
    await refused(view(here), "ERR_LEDGER_MISSING");
  });

  it("another round under this round's name", async () => {
    const here = drafted();
    here.shown.draft = { ...here.manifest, round: "wave-3" };
    await refused(draftOf(here), "ERR_RESPONSE_INVALID");
  });

  it("a key of an earlier round, an issuer's or a trustee's", async () => {
    await refused(check(drafted(undefined, { live: true, sameKeys: true })), "ERR_MANIFEST_INVALID");
    await refused(check(drafted(undefined, { live: true, firstIssuer: 0 })), "ERR_MANIFEST_INVALID");
    // In a ledger without that round, nothing is wrong with either.
    await expect(check(drafted(undefined, { sameKeys: true, firstIssuer: 0 }))).resolves.toBeUndefined();
  });

  it("a manifest without its own key", async () => {
    const here = drafted();
    const stranger = { signing: first(here).signing, kem: kemKey(randomBytes(32)) };
    await refused(checkDraft(here.transport, here.world.programme, null, await draftOf(here), stranger), "ERR_KEY_FILE");
  });

  it("ballots that are not padded to the largest, in a consultation too", async () => {
    for (const kind of ["survey", "consultation"] as const) {
      const here = drafted((manifest) => ({ ...manifest, kind, size: manifest.size + 1 }));
      await refused(checkDraft(here.transport, here.world.programme, null, await draftOf(here), first(here)), "ERR_QUESTIONNAIRE_MISMATCH");
    }
  });

  it("a plan that no count could follow, which would come out after everyone has answered", async () => {
    const plan = encodeJson({ protocol: PROTOCOL, type: "analysis-plan", minimumGroup: 5 });
    const here = drafted((manifest) => ({ ...manifest, analysisPlan: toHex(SHA256(plan)) }));
    here.operator.keep(plan);
    const checking = checkDraft(here.transport, here.world.programme, null, await draftOf(here), first(here));
    await refused(checking, "ERR_ANALYSIS_PLAN_INVALID");
  });

  it("a draft that is not a manifest", async () => {
    const here = drafted();
    for (const draft of [null, {}, { ...here.manifest, more: 1 }, { ...here.manifest, size: -1 }]) {
      here.shown.draft = draft;
      await refused(draftOf(here), "ERR_RESPONSE_INVALID");
    }
  });
});
