import { fromHex, hex, type InvitationCode, integer, type Rng, toHex } from "@amana/core/bytes";
import type { IssuerKeyPair } from "@amana/core/credential";
import { matchesShareCommitment, seal } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { keyHolders, type Manifest, recipients, rehearsalContext, verifyCosignature } from "@amana/core/manifest";
import { signingKey } from "@amana/core/primitives";
import { type Programme, programmeId } from "@amana/core/programme";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { checkDraftInput } from "./draft-check.ts";
import { type Draft, type DraftInput, isComplete, issuerPlaces, readDraft, withIssuer } from "./draft-model.ts";
import { freeKeyId, type GatewayKeyDocument, newGatewayKey } from "./gateway.ts";
import { checkInvitations, type InvitationsInput, makeInvitations } from "./invitations.ts";
import type { IssuerKeys } from "./issuer.ts";
import { readJson } from "./json.ts";
import type { Launch } from "./launch.ts";
import type { Rounds } from "./round.ts";
import { Serial } from "./serial.ts";
import type { DraftStatus } from "./status.ts";

export interface DraftsOptions {
  readonly programme: Programme;
  readonly store: Store;
  readonly rounds: Rounds;
  readonly launch: Launch;
  readonly rng: Rng;
  readonly newIssuerKey: () => Promise<IssuerKeyPair>;
  readonly now: () => Date;
}

/** Bytes of padded plaintext in the rehearsal's test envelope. */
const REHEARSAL_SIZE = 32;

const shareSchema = v.strictObject({ holder: integer(254), share: hex(33) });
const cosignatureSchema = v.strictObject({ holder: integer(254), signature: hex(64) });

/** Rounds that are not live yet: made by the operator, rehearsed and co-signed by the key holders. */
export class Drafts {
  readonly #options: DraftsOptions;
  readonly #serial = new Serial();

  constructor(options: DraftsOptions) {
    this.#options = options;
  }

  /** Makes a draft with new issuer keys; a draft of the same name without invitations is replaced. @throws ERR_MANIFEST_INVALID, ERR_MANIFEST_SECOND, ERR_DRAFT_EXISTS */
  create(input: DraftInput): Promise<{ readonly round: string }> {
    return this.#serial.run(async () => {
      const { programme, store, rounds, rng, newIssuerKey, now } = this.#options;
      const { manifest: empty, files, offered } = checkDraftInput(input, programme, now());
      const { round } = empty;
      if (rounds.byName(round) !== undefined) throw new AmanaError("ERR_MANIFEST_SECOND");
      const before = await this.#find(round);
      if (before !== null && Object.keys(before.invitations).length > 0) throw new AmanaError("ERR_DRAFT_EXISTS");
      const { manifest: sealed, keys } = await withKeys(empty, rng, newIssuerKey);
      const { manifest, key } = withGateway(sealed, freeKeyId(await this.#unclosed()), rng);
      for (const file of files) await store.putFile(file);
      const invitations: Record<string, string> = {};
      for (const [place, file] of offered) invitations[place] = await store.putFile(file);
      await store.writeDocument(`drafts/${round}/issuer-keys`, keys);
      if (key !== null) await store.writeDocument(`drafts/${round}/gateway-key`, key);
      const envelope = seal(rng(REHEARSAL_SIZE), {
        recipients: recipients(manifest),
        threshold: manifest.threshold,
        context: rehearsalContext(manifest),
        size: REHEARSAL_SIZE,
        rng,
      });
      await this.#write(round, { manifest, invitations, envelope: toHex(envelope), shares: [], cosignatures: [] });
      return { round };
    });
  }

  /** Makes the invitation codes of one issuer, once. Their hashes are kept, they are not. @throws ERR_DRAFT_UNKNOWN, ERR_MANIFEST_INVALID, ERR_INVITATIONS_MADE */
  createInvitations(input: InvitationsInput): Promise<readonly InvitationCode[]> {
    return this.#serial.run(async () => {
      const { programme, store, rng } = this.#options;
      const draft = await this.#get(input.round);
      const audience = draft.manifest.audiences.find(({ id }) => id === input.audience);
      if (audience === undefined) throw mistake("/audience", "no such audience in this round");
      const issuer =
        input.issuer === undefined && audience.issuers.length === 1
          ? audience.issuers[0]
          : audience.issuers.find(({ name }) => name === input.issuer);
      if (issuer === undefined) throw mistake("/issuer", "no such issuer in this audience");
      checkInvitations(input, audience);
      const place = `${audience.id}/${issuer.name}`;
      if (Object.hasOwn(draft.invitations, place)) throw new AmanaError("ERR_INVITATIONS_MADE");
      const { codes, file, root } = makeInvitations(programmeId(programme), input, issuer, rng);
      const invitations = { ...draft.invitations, [place]: await store.putFile(file) };
      const made = { count: input.count, spares: input.spares ?? 0, root };
      const manifest = withIssuer(draft.manifest, place, (each) => ({ ...each, invitations: made }));
      await this.#write(input.round, { ...draft, manifest, invitations });
      return codes;
    });
  }

  /** Forgets a draft: its issuer keys, its invitations, its signatures. @throws ERR_DRAFT_UNKNOWN */
  discard(round: string): Promise<void> {
    return this.#serial.run(async () => {
      await this.#get(round);
      await this.#remove(round);
    });
  }

  /** Names of the drafts that can be rehearsed and co-signed. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    for (const name of await this.all()) if (isComplete(await this.#get(name))) names.push(name);
    return names;
  }

  /** Names of all drafts. */
  async all(): Promise<string[]> {
    return (await this.#options.store.listDocuments("drafts/")).map((name) => name.replace(/^drafts\//, "")).sort();
  }

  /** What each draft waits for. */
  async statuses(): Promise<DraftStatus[]> {
    const statuses: DraftStatus[] = [];
    for (const round of await this.all()) {
      const draft = await this.#get(round);
      const signed = new Set(draft.cosignatures.map(({ holder }) => holder));
      const organisations = keyHolders(draft.manifest).map(({ organisation }) => organisation);
      statuses.push({
        round,
        invitations: isComplete(draft),
        cosigned: organisations.filter((_, holder) => signed.has(holder)),
        missing: organisations.filter((_, holder) => !signed.has(holder)),
      });
    }
    return statuses;
  }

  /** A draft for whoever co-signs it. @throws ERR_DRAFT_UNKNOWN while invitations are missing */
  async show(round: string): Promise<unknown> {
    const { manifest, envelope, shares, cosignatures } = await this.#signable(round);
    return { draft: manifest, envelope, shares, cosignatures };
  }

  /** Takes a key holder's share of the test envelope. Attacker-controlled. @throws ERR_DRAFT_UNKNOWN, ERR_JSON_*, ERR_COMMITMENT_MISMATCH */
  addShare(round: string, body: Uint8Array): Promise<void> {
    return this.#serial.run(async () => {
      const { holder, share } = readJson(body, shareSchema);
      const draft = await this.#signable(round);
      const matches =
        holder < keyHolders(draft.manifest).length &&
        matchesShareCommitment(fromHex(draft.envelope), holder, rehearsalContext(draft.manifest), fromHex(share));
      if (!matches) throw new AmanaError("ERR_COMMITMENT_MISMATCH");
      if (draft.shares.some((each) => each.holder === holder)) return;
      const shares = [...draft.shares, { holder, share }].sort((a, b) => a.holder - b.holder);
      await this.#write(round, { ...draft, shares });
    });
  }

  /** Takes a co-signature; with the last one the round goes live. Attacker-controlled. @throws ERR_DRAFT_UNKNOWN, ERR_JSON_*, ERR_COSIGNATURE, ERR_MANIFEST_INVALID */
  addCosignature(round: string, body: Uint8Array): Promise<{ readonly live: boolean }> {
    return this.#serial.run(async () => {
      const { holder, signature } = readJson(body, cosignatureSchema);
      const live = this.#options.rounds.byName(round);
      if (live !== undefined) {
        if (!verifyCosignature(live.manifest, holder, fromHex(signature))) throw new AmanaError("ERR_COSIGNATURE");
        return { live: true };
      }
      const draft = await this.#signable(round);
      if (!verifyCosignature(draft.manifest, holder, fromHex(signature))) throw new AmanaError("ERR_COSIGNATURE");
      const others = draft.cosignatures.filter((each) => each.holder !== holder);
      const cosignatures = [...others, { holder, signature }].sort((a, b) => a.holder - b.holder);
      await this.#write(round, { ...draft, cosignatures });
      return { live: await this.#goLive(round) };
    });
  }

  /**
   * Finishes what a stop interrupted: drafts with all signatures go live, drafts of live rounds are removed. Call it at start. A draft that
   * lacks keys or files stays a draft, for the operator to discard.
   */
  recover(): Promise<void> {
    return this.#serial.run(async () => {
      for (const round of await this.all()) {
        await this.#goLive(round).catch((error: unknown) => {
          if (!isAmanaError(error, "ERR_STORE_DAMAGED")) throw error;
        });
      }
    });
  }

  async #goLive(round: string): Promise<boolean> {
    const draft = await this.#get(round);
    const live = this.#options.rounds.byName(round) !== undefined;
    if (!live && draft.cosignatures.length < keyHolders(draft.manifest).length) return false;
    if (!live) {
      const [keys, gatewayKey] = [`drafts/${round}/issuer-keys`, `drafts/${round}/gateway-key`];
      const { launch, store } = this.#options;
      await launch.launch(draft, await store.readDocument(keys), await store.readDocument(gatewayKey));
    }
    await this.#remove(round);
    return true;
  }

  /** The manifests whose gateways answer, or will: no two have one key identifier. */
  async #unclosed(): Promise<Manifest[]> {
    const manifests = this.#options.rounds.all().flatMap(({ manifest, state }) => (state.closed ? [] : [manifest]));
    for (const name of await this.all()) manifests.push((await this.#get(name)).manifest);
    return manifests;
  }

  async #signable(round: string): Promise<Draft> {
    const draft = await this.#get(round);
    if (!isComplete(draft)) throw new AmanaError("ERR_DRAFT_UNKNOWN");
    return draft;
  }

  async #get(round: string): Promise<Draft> {
    const draft = await this.#find(round);
    if (draft === null) throw new AmanaError("ERR_DRAFT_UNKNOWN");
    return draft;
  }

  async #find(round: string): Promise<Draft | null> {
    if (!/^[a-z0-9-]{1,64}$/.test(round)) return null;
    const value = await this.#options.store.readDocument(`drafts/${round}`);
    return value === null || value === undefined ? null : readDraft(value);
  }

  async #write(round: string, draft: Draft): Promise<void> {
    await this.#options.store.writeDocument(`drafts/${round}`, draft);
  }

  async #remove(round: string): Promise<void> {
    await this.#options.store.removeDocument(`drafts/${round}/issuer-keys`);
    await this.#options.store.removeDocument(`drafts/${round}/gateway-key`);
    await this.#options.store.removeDocument(`drafts/${round}`);
  }
}

function mistake(path: string, message: string): AmanaError {
  return new AmanaError("ERR_MANIFEST_INVALID", { problems: [{ path, message }] });
}

/** New keys for each issuer, two of RSA and one to sign with: a key serves one audience of one round, ever. */
async function withKeys(
  empty: Manifest,
  rng: Rng,
  newIssuerKey: () => Promise<IssuerKeyPair>,
): Promise<{ manifest: Manifest; keys: Record<string, IssuerKeys> }> {
  const keys: Record<string, IssuerKeys> = {};
  let manifest = empty;
  for (const { place, issuer } of issuerPlaces(empty)) {
    // Whoever runs its own process has keys that nobody else sees.
    if (issuer.origin !== null) continue;
    const [answering, reports] = await Promise.all([newIssuerKey(), newIssuerKey()]);
    const seed = rng(32);
    keys[place] = { pkcs8: toHex(answering.pkcs8), reportPkcs8: toHex(reports.pkcs8), signingSeed: toHex(seed) };
    const shown = { spki: toHex(answering.spki), reportSpki: toHex(reports.spki), signingKey: toHex(signingKey(seed).publicKey) };
    manifest = withIssuer(manifest, place, (each) => ({ ...each, ...shown }));
  }
  return { manifest, keys };
}

/** A new key of the gateway, for a round with a relay. */
function withGateway(manifest: Manifest, keyId: number, rng: Rng): { manifest: Manifest; key: GatewayKeyDocument | null } {
  if (manifest.relay === null) return { manifest, key: null };
  const { key, keyConfiguration } = newGatewayKey(keyId, rng);
  return { manifest: { ...manifest, relay: { ...manifest.relay, keyConfiguration } }, key };
}
