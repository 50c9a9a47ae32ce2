import type { Store } from "../stores/store.ts";
import type { LiveRound, Rounds } from "./round.ts";

/** Private keys of one issuer as the store keeps them, hex of PKCS #8. */
export interface IssuerKeys {
  readonly pkcs8: string;
  readonly reportPkcs8: string;
}

/** The document `rounds/<id>/issuer-keys`: `<audience>/<issuer>` → keys. Whoever makes a round live writes it; sealing removes keys. */
export type IssuerKeysDocument = Readonly<Record<string, IssuerKeys>>;

export interface IssuerOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly now?: () => Date;
}

export interface Issuer {
  /** Reads the round's keys from the store. Call it when a round becomes live and at start. */
  load(round: LiveRound): Promise<void>;
  /**
   * One enrolment (`AME1`) at the issuer named `issuer`; answers with two blind signatures, 512 bytes. Attacker-controlled.
   * @throws ERR_ENROLMENT_FORMAT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_BLIND_INPUT, ERR_INVITATION_UNKNOWN,
   * ERR_INVITATION_USED, ERR_SIGNATURE_FAULT, ERR_OVERLOADED, ERR_STORE_WRITE
   */
  enrol(issuer: string, body: Uint8Array): Promise<Uint8Array>;
}

/** The store's name of a round's issuer: invitations of audience and issuer. Use it with `Store.addInvitations`. */
export function invitationsOf(audience: string, issuer: string): string {
  return `${audience}.${issuer}`;
}

export function createIssuer(_options: IssuerOptions): Issuer {
  throw new TypeError("being written");
}
