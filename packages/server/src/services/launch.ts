import { fromHex, PROTOCOL, toHex } from "@amana/core/bytes";
import { type DocumentedEntry, encodeEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { checkManifest, InvitedList, type Manifest, verifyCosignatures } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import type { Store } from "../stores/store.ts";
import { EntryRules, isRefusal } from "../witness/rules.ts";
import { type Draft, issuerPlaces } from "./draft-model.ts";
import { type Gateway, gatewayKeyName } from "./gateway.ts";
import { type Issuer, invitationsOf } from "./issuer.ts";
import type { Ledger } from "./ledger.ts";
import { programmeEntries } from "./programme.ts";
import { liveRound, type Rounds } from "./round.ts";

export interface LaunchOptions {
  readonly programme: Programme;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly rounds: Rounds;
  readonly issuer: Issuer;
  readonly gateway: Gateway;
}

/** Makes a co-signed draft a live round. */
export class Launch {
  readonly #options: LaunchOptions;

  constructor(options: LaunchOptions) {
    this.#options = options;
  }

  /**
   * Everything that the round needs is durable before the ledger says that it exists: keys, invitations, then programme (the first time),
   * manifest and invitations entries in one append. Interrupted, it is simply done again.
   */
  async launch({ manifest, cosignatures, invitations }: Draft, keys: unknown, gatewayKey: unknown): Promise<void> {
    const { programme, store, ledger, rounds, issuer, gateway } = this.#options;
    // 1. What all key holders signed is right.
    checkManifest(manifest, { programme, earlierIssuerKeys: this.#earlierKeys() });
    verifyCosignatures(
      manifest,
      cosignatures.map(({ signature }) => fromHex(signature)),
    );
    // 2. Keys and invitations.
    const round = liveRound(manifest, 0);
    const lists: DocumentedEntry[] = [];
    if (manifest.audiences.length > 0) await store.writeDocument(`rounds/${round.idHex}/issuer-keys`, keys);
    if (manifest.relay !== null) await store.writeDocument(gatewayKeyName(round), gatewayKey);
    await issuer.load(round);
    await gateway.load(round);
    for (const { audience, issuer: each, place } of issuerPlaces(manifest)) {
      const sha256 = invitations[place] ?? "";
      const file = await store.getFile(sha256);
      if (file === null) throw new AmanaError("ERR_STORE_DAMAGED");
      // Spares draw nothing until an entry in the ledger says in whose place.
      const list = new InvitedList(file, each.invitations);
      const invited = Array.from({ length: list.invited }, (_, at) => toHex(list.at(at)));
      if (each.origin === null) await store.addInvitations(round.idHex, invitationsOf(audience.id, each.name), invited);
      const { count } = each.invitations;
      const names = { audience: audience.id, issuer: each.name };
      lists.push({ protocol: PROTOCOL, type: "invitations", manifest: round.idHex, ...names, count, sha256, length: file.length });
    }
    // 3. The ledger: from here on the round is live.
    const first = programmeEntries(ledger, programme);
    const signed: DocumentedEntry = {
      protocol: PROTOCOL,
      type: "manifest",
      manifest,
      cosignatures: cosignatures.map(({ signature }) => signature),
    };
    this.#refuseWhatWitnessesRefuse(signed);
    const index = await ledger.append([...first, signed, ...lists].map(encodeEntry));
    const live = liveRound(manifest, index + first.length);
    rounds.add(live);
    await gateway.load(live);
  }

  /** An entry that witnesses do not cosign ends the ledger: what they ask of a manifest is asked before it is logged. */
  #refuseWhatWitnessesRefuse(signed: DocumentedEntry): void {
    const { programme, ledger } = this.#options;
    const manifests = ledger.documents.flatMap(({ index, entry }) => (entry.type === "manifest" ? [{ index, entry }] : []));
    const taken = EntryRules.after(programme, manifests).take(ledger.size, encodeEntry(signed));
    if (!isRefusal(taken)) return;
    const again = taken.code === "ERR_ISSUER_KEY";
    throw again ? new AmanaError("ERR_MANIFEST_INVALID", { note: "A key of an earlier round is used again." }) : new AmanaError(taken.code);
  }

  #earlierKeys(): ReadonlySet<string> {
    const manifests = this.#options.ledger.documents.flatMap(({ entry }): Manifest[] =>
      entry.type === "manifest" ? [entry.manifest] : [],
    );
    const issuers = manifests.flatMap(({ audiences }) => audiences.flatMap((audience) => audience.issuers));
    return new Set(issuers.flatMap(({ spki, reportSpki, signingKey }) => [spki, reportSpki, signingKey]));
  }
}
