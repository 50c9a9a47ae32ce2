import { fromHex, hex, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import {
  blindedHash,
  blindSign,
  checkBlinded,
  decodeEnrolment,
  type EnrolmentRequest,
  encodeDraw,
  encodeEnrolmentAnswer,
  type IssuerPrivateKey,
  invitedHash,
  openIssuerKey,
  signEnrolmentReceipt,
} from "@amana/core/credential";
import { type HolderFields, type IssuerEntry, type KeyDestroyedEntry, signEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { ManifestAudience, ManifestIssuer } from "@amana/core/manifest";
import { type SigningKey, signingKey } from "@amana/core/primitives";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { issuerPlace, type LiveRound, type Rounds } from "./round.ts";

/** Private keys of one issuer as the store keeps them, hex: two of PKCS #8, and the seed of the key that signs what it says. */
export interface IssuerKeys {
  readonly pkcs8: string;
  readonly reportPkcs8: string;
  readonly signingSeed: string;
}

/** The document `rounds/<id>/issuer-keys`: `<audience>/<issuer>` → keys. Whoever makes a round live writes it; sealing removes keys. */
export type IssuerKeysDocument = Readonly<Record<string, IssuerKeys>>;

const keysSchema: v.GenericSchema<unknown, IssuerKeysDocument> = v.record(
  v.string(),
  v.strictObject({ pkcs8: hex(), reportPkcs8: hex(), signingSeed: hex(32) }),
);
const statementsSchema: v.GenericSchema<unknown, Readonly<Record<string, string>>> = v.record(v.string(), hex(64));

export interface IssuerOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly now?: () => Date;
  /** Which issuers of a round are run here: by default those that no other process is named for. */
  readonly runs?: (audience: string, issuer: ManifestIssuer) => boolean;
}

export interface Issuer {
  /**
   * Reads the round's keys from the store. Call it before a round becomes live and at start. @throws ERR_ISSUER_KEY if they are not the
   * manifest's, ERR_STORE_DAMAGED if one is missing while people may enrol
   */
  load(round: LiveRound): Promise<void>;
  /**
   * One enrolment (`AME1`) at the issuer named `issuer`; answers with two blind signatures and the signature of a receipt, 576 bytes. Attacker-controlled.
   * @throws ERR_ENROLMENT_FORMAT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_ROUND_CANCELLED, ERR_BLIND_INPUT, ERR_INVITATION_UNKNOWN,
   * ERR_INVITATION_REPLACED,
   * ERR_INVITATION_USED, ERR_SIGNATURE_FAULT, ERR_OVERLOADED, ERR_STORE_WRITE
   */
  enrol(issuer: string, body: Uint8Array): Promise<Uint8Array>;
  /** Signs what one issuer says, for the ledger. @throws ERR_STORE_DAMAGED without its key */
  sign<E extends IssuerEntry>(round: LiveRound, audience: string, issuer: string, fields: HolderFields<E>): E;
  /**
   * Destroys the round's keys, on the disk and in memory, and returns what their issuers say of it. The statements are durable before a key
   * goes, and come again until {@link forgetStatements}. Sealing calls it when the objection time is over.
   */
  destroyKeys(round: LiveRound): Promise<readonly KeyDestroyedEntry[]>;
  /** The ledger has the statements of {@link destroyKeys}. */
  forgetStatements(round: LiveRound): Promise<void>;
}

/** What stands where the hash of a request would, for an invitation that was replaced or revoked: nobody's request has it. */
export const REPLACED: string = "0".repeat(64);

/** The store's name of a round's issuer: invitations of audience and issuer. Use it with `Store.addInvitations`. */
export function invitationsOf(audience: string, issuer: string): string {
  return `${audience}.${issuer}`;
}

/** The document that holds a round's issuer keys. */
export function issuerKeysName(round: LiveRound): string {
  return `rounds/${round.idHex}/issuer-keys`;
}

function statementsName(round: LiveRound): string {
  return `rounds/${round.idHex}/destroyed-keys`;
}

interface OpenKeys {
  readonly signing: SigningKey;
  readonly key: IssuerPrivateKey;
  readonly reportKey: IssuerPrivateKey;
}

/** The issuers of this server's rounds. They know who is eligible and never what is answered. */
export function createIssuer({ rounds, store, now = () => new Date(), runs = (_, { origin }) => origin === null }: IssuerOptions): Issuer {
  const opened = new Map<string, Map<string, OpenKeys>>();
  return {
    async load(round) {
      const document = await store.readDocument(issuerKeysName(round));
      const result = v.safeParse(keysSchema, document ?? {});
      if (!result.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${issuerKeysName(round)}` });
      const keys = openKeys(round, result.output);
      const statements = await readStatements(store, round);
      const missing = placesOf(round, runs).some(
        ({ place }) => !keys.has(place) && !Object.hasOwn(statements, place) && !round.state.destroyed.has(place),
      );
      const { state, times } = round;
      const isOver = state.enrolmentEnded || times.cancelled !== null || now().getTime() / 1000 >= times.windows.enrolmentClose;
      // Later the round's draws cannot be signed, and that is said at every tick; other rounds are not to suffer from it.
      if (missing && !isOver) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Missing: keys of ${issuerKeysName(round)}` });
      opened.set(round.idHex, keys);
    },

    async enrol(name, body) {
      // 1. Form, round, audience, issuer, window.
      const request = decodeEnrolment(body);
      const round = rounds.byId(toHex(request.manifestId));
      if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
      const { audience, issuer } = findIssuer(round, request, name);
      checkWindow(round, now());
      const keys = opened.get(round.idHex)?.get(issuerPlace(audience.id, issuer.name));
      if (keys === undefined) throw new AmanaError("ERR_ROUND_CLOSED");
      // 2. Range: a request that cannot be signed burns nothing.
      checkBlinded(keys.key.key, request.blinded);
      checkBlinded(keys.reportKey.key, request.reportBlinded);
      // 3. The invitation.
      const place = invitationsOf(audience.id, issuer.name);
      const invited = invitedHash(fromHex(round.manifest.programme), round.manifest.round, issuer.name, request.code);
      const invitation = await store.invitation(round.idHex, place, toHex(invited));
      if (invitation === null) throw new AmanaError("ERR_INVITATION_UNKNOWN");
      const requestHash = toHex(SHA256(body));
      const { drawnBy } = invitation;
      // That it was replaced stands in the ledger, for whoever has the code: it tells nobody anything new.
      if (drawnBy === REPLACED) throw new AmanaError("ERR_INVITATION_REPLACED");
      // One code must not buy any number of signatures: nothing is signed that would not be released.
      if (drawnBy !== null && drawnBy !== requestHash) throw new AmanaError("ERR_INVITATION_USED");
      // 4. Sign in OpenSSL and verify. Nothing leaves before the claim, which keeps the draw with it, is durable.
      const answer = {
        blindSignature: blindSign(keys.key, request.blinded),
        reportBlindSignature: blindSign(keys.reportKey, request.reportBlinded),
      };
      const hashes = { blindedHash: blindedHash(request.blinded), reportBlindedHash: blindedHash(request.reportBlinded) };
      const draw = { invitedHash: invited, ...hashes, ...answer };
      const outcome = await store.claimInvitation(round.idHex, place, toHex(invited), requestHash, encodeDraw(draw));
      if (outcome === "unknown") throw new AmanaError("ERR_INVITATION_UNKNOWN");
      if (outcome === "other") throw new AmanaError("ERR_INVITATION_USED");
      if (outcome === "closed") throw new AmanaError(round.times.cancelled === null ? "ERR_ROUND_CLOSED" : "ERR_ROUND_CANCELLED");
      // 5. The same request gets the same answer: RSA signatures of one message are one number, and Ed25519 is deterministic.
      const where = { manifestId: round.id, audience: request.audience, issuer: issuer.name };
      return encodeEnrolmentAnswer({ ...answer, receipt: signEnrolmentReceipt(where, draw, keys.signing) });
    },

    sign<E extends IssuerEntry>(round: LiveRound, audience: string, issuer: string, fields: HolderFields<E>): E {
      const keys = opened.get(round.idHex)?.get(issuerPlace(audience, issuer));
      if (keys === undefined) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Missing: keys of ${issuerKeysName(round)}` });
      return signEntry<E>(round.manifest, fields, keys.signing);
    },

    async destroyKeys(round) {
      // 1. What the keys say last is kept first: a stop in between must not leave destroyed keys that nobody can vouch for.
      const signed = new Map(Object.entries(await readStatements(store, round)));
      for (const [place, { signing }] of opened.get(round.idHex) ?? [])
        signed.set(
          place,
          signEntry<KeyDestroyedEntry>(round.manifest, { type: "key-destroyed", holder: `issuer/${place}` }, signing).signature,
        );
      await store.writeDocument(statementsName(round), Object.fromEntries([...signed].sort()));
      // 2. The keys.
      opened.delete(round.idHex);
      await store.removeDocument(issuerKeysName(round));
      // A disk that failed while the round went live may have left the draft's copy.
      await store.removeDocument(`drafts/${round.manifest.round}/issuer-keys`);
      return [...signed].map(([place, signature]) => ({
        protocol: PROTOCOL,
        type: "key-destroyed",
        manifest: round.idHex,
        holder: `issuer/${place}`,
        signature,
      }));
    },

    forgetStatements: (round) => store.removeDocument(statementsName(round)),
  };
}

async function readStatements(store: Store, round: LiveRound): Promise<Readonly<Record<string, string>>> {
  const result = v.safeParse(statementsSchema, (await store.readDocument(statementsName(round))) ?? {});
  if (!result.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${statementsName(round)}` });
  return result.output;
}

/** The issuers of a round that `runs` names. */
export function placesOf(
  { manifest }: LiveRound,
  runs: (audience: string, issuer: ManifestIssuer) => boolean,
): { readonly audience: string; readonly issuer: ManifestIssuer; readonly place: string }[] {
  return manifest.audiences.flatMap(({ id, issuers }) =>
    issuers.filter((issuer) => runs(id, issuer)).map((issuer) => ({ audience: id, issuer, place: issuerPlace(id, issuer.name) })),
  );
}

function findIssuer(round: LiveRound, request: EnrolmentRequest, name: string): { audience: ManifestAudience; issuer: ManifestIssuer } {
  const audience = round.manifest.audiences[request.audience];
  const issuer = audience?.issuers.find((candidate) => candidate.name === name);
  if (audience === undefined || issuer === undefined) throw new AmanaError("ERR_ENROLMENT_FORMAT");
  return { audience, issuer };
}

function checkWindow({ times, state }: LiveRound, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  if (seconds < times.windows.enrolmentOpen) throw new AmanaError("ERR_ROUND_NOT_OPEN");
  if (seconds >= times.windows.enrolmentClose || state.enrolmentEnded) throw new AmanaError("ERR_ROUND_CLOSED");
}

/** The keys that there are; each must be the manifest's. */
function openKeys({ manifest }: LiveRound, document: IssuerKeysDocument): Map<string, OpenKeys> {
  const keys = new Map<string, OpenKeys>();
  for (const audience of manifest.audiences) {
    for (const issuer of audience.issuers) {
      const stored = document[issuerPlace(audience.id, issuer.name)];
      if (stored === undefined) continue;
      const open = {
        key: openIssuerKey(fromHex(stored.pkcs8)),
        reportKey: openIssuerKey(fromHex(stored.reportPkcs8)),
        signing: signingKey(fromHex(stored.signingSeed)),
      };
      const right = toHex(open.key.key.spki) === issuer.spki && toHex(open.reportKey.key.spki) === issuer.reportSpki;
      if (!right || toHex(open.signing.publicKey) !== issuer.signingKey) throw new AmanaError("ERR_ISSUER_KEY");
      keys.set(issuerPlace(audience.id, issuer.name), open);
    }
  }
  return keys;
}
