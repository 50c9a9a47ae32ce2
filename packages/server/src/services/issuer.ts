import { fromHex, hex, SHA256, toHex } from "@amana/core/bytes";
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
} from "@amana/core/credential";
import { AmanaError } from "@amana/core/errors";
import type { ManifestAudience, ManifestIssuer } from "@amana/core/manifest";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { issuerPlace, type LiveRound, type Rounds } from "./round.ts";

/** Private keys of one issuer as the store keeps them, hex of PKCS #8. */
export interface IssuerKeys {
  readonly pkcs8: string;
  readonly reportPkcs8: string;
}

/** The document `rounds/<id>/issuer-keys`: `<audience>/<issuer>` → keys. Whoever makes a round live writes it; sealing removes keys. */
export type IssuerKeysDocument = Readonly<Record<string, IssuerKeys>>;

const keysSchema: v.GenericSchema<unknown, IssuerKeysDocument> = v.record(v.string(), v.strictObject({ pkcs8: hex(), reportPkcs8: hex() }));

export interface IssuerOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly now?: () => Date;
}

export interface Issuer {
  /**
   * Reads the round's keys from the store. Call it before a round becomes live and at start. @throws ERR_ISSUER_KEY if they are not the
   * manifest's, ERR_STORE_DAMAGED if one is missing while people may enrol
   */
  load(round: LiveRound): Promise<void>;
  /**
   * One enrolment (`AME1`) at the issuer named `issuer`; answers with two blind signatures, 512 bytes. Attacker-controlled.
   * @throws ERR_ENROLMENT_FORMAT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_ROUND_CANCELLED, ERR_BLIND_INPUT, ERR_INVITATION_UNKNOWN,
   * ERR_INVITATION_USED, ERR_SIGNATURE_FAULT, ERR_OVERLOADED, ERR_STORE_WRITE
   */
  enrol(issuer: string, body: Uint8Array): Promise<Uint8Array>;
  /** Destroys the round's keys, on the disk and in memory. Sealing calls it when the objection time is over. */
  destroyKeys(round: LiveRound): Promise<void>;
}

/** The store's name of a round's issuer: invitations of audience and issuer. Use it with `Store.addInvitations`. */
export function invitationsOf(audience: string, issuer: string): string {
  return `${audience}.${issuer}`;
}

/** The document that holds a round's issuer keys. */
export function issuerKeysName(round: LiveRound): string {
  return `rounds/${round.idHex}/issuer-keys`;
}

interface OpenKeys {
  readonly key: IssuerPrivateKey;
  readonly reportKey: IssuerPrivateKey;
}

/** The issuers of this server's rounds. They know who is eligible and never what is answered. */
export function createIssuer({ rounds, store, now = () => new Date() }: IssuerOptions): Issuer {
  const opened = new Map<string, Map<string, OpenKeys>>();
  return {
    async load(round) {
      const document = await store.readDocument(issuerKeysName(round));
      const result = v.safeParse(keysSchema, document ?? {});
      if (!result.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${issuerKeysName(round)}` });
      const keys = openKeys(round, result.output);
      const { manifest, state, times } = round;
      const needed = manifest.audiences.reduce((sum, { issuers }) => sum + issuers.length, 0);
      const isOver = state.enrolmentEnded || times.cancelled !== null || now().getTime() / 1000 >= times.windows.enrolmentClose;
      if (keys.size < needed && !isOver) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Missing: keys of ${issuerKeysName(round)}` });
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
      if (!store.isInvited(round.idHex, place, toHex(invited))) throw new AmanaError("ERR_INVITATION_UNKNOWN");
      const requestHash = toHex(SHA256(body));
      const drawnBy = store.drawnBy(round.idHex, place, toHex(invited));
      // One code must not buy any number of signatures: nothing is signed that would not be released.
      if (drawnBy !== null && drawnBy !== requestHash) throw new AmanaError("ERR_INVITATION_USED");
      // 4. Sign in OpenSSL and verify. Nothing leaves before the claim, which keeps the draw with it, is durable.
      const answer = {
        blindSignature: blindSign(keys.key, request.blinded),
        reportBlindSignature: blindSign(keys.reportKey, request.reportBlinded),
      };
      const hashes = { blindedHash: blindedHash(request.blinded), reportBlindedHash: blindedHash(request.reportBlinded) };
      const draw = encodeDraw({ invitedHash: invited, ...hashes, ...answer });
      const outcome = await store.claimInvitation(round.idHex, place, toHex(invited), requestHash, draw);
      if (outcome === "unknown") throw new AmanaError("ERR_INVITATION_UNKNOWN");
      if (outcome === "other") throw new AmanaError("ERR_INVITATION_USED");
      // 5. The same request gets the same answer: RSA signatures of one message are one number.
      return encodeEnrolmentAnswer(answer);
    },

    async destroyKeys(round) {
      opened.delete(round.idHex);
      await store.removeDocument(issuerKeysName(round));
      // A disk that failed while the round went live may have left the draft's copy.
      await store.removeDocument(`drafts/${round.manifest.round}/issuer-keys`);
    },
  };
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
      const open = { key: openIssuerKey(fromHex(stored.pkcs8)), reportKey: openIssuerKey(fromHex(stored.reportPkcs8)) };
      const right = toHex(open.key.key.spki) === issuer.spki && toHex(open.reportKey.key.spki) === issuer.reportSpki;
      if (!right) throw new AmanaError("ERR_ISSUER_KEY");
      keys.set(issuerPlace(audience.id, issuer.name), open);
    }
  }
  return keys;
}
