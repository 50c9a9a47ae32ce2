import { type InvitationCode, type LocalizedText, newSecretCode, type SecretCode } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest, RoundKind, Separation } from "@amana/core/manifest";
import { type Programme, programmeDigits, programmeId } from "@amana/core/programme";
import { fetchProgramme, LedgerView, type SeenManifest } from "../wire/ledger-view.ts";
import { fetchQuestionnaire, fetchRound, fetchRounds, type RoundState, type RoundSummary } from "../wire/rounds.ts";
import { Transport } from "../wire/transport.ts";
import { Credential } from "./credential.ts";
import { drawTokens, noTokens, type Tokens } from "./enrolment.ts";
import { findKept } from "./kept.ts";
import { parseInvitationLink } from "./link.ts";
import { type ClientOptions, environment } from "./options.ts";
import type { ReceiptSource } from "./receipt.ts";

/** A round whose programme, manifest, co-signatures and place in the ledger were verified. */
export class Round {
  readonly name: string;
  readonly kind: RoundKind;
  readonly title: LocalizedText;
  readonly manifest: Manifest;
  readonly manifestId: Uint8Array;
  readonly programme: Programme;
  /** The programme's digits, to compare with those the organisations publish. */
  readonly digits: string;
  readonly separation: readonly Separation[];
  /** What the server says of the round's progress. A hint. */
  readonly state: RoundState;
  readonly #source: ReceiptSource;
  readonly #codes: readonly InvitationCode[];
  readonly #audience: string | null;

  constructor(source: ReceiptSource, state: RoundState, codes: readonly InvitationCode[], audience: string | null) {
    const { manifest, id } = source.seen;
    this.name = manifest.round;
    this.kind = manifest.kind;
    this.title = manifest.title;
    this.manifest = manifest;
    this.manifestId = id;
    this.programme = source.programme;
    this.digits = programmeDigits(programmeId(source.programme));
    this.separation = manifest.separation;
    this.state = state;
    this.#source = source;
    this.#codes = codes;
    this.#audience = audience;
  }

  /** Whether the link brought invitation codes. */
  get invited(): boolean {
    return this.#codes.length > 0;
  }

  /** Draws a secret code. Show it, have it confirmed, keep it nowhere. */
  newSecretCode(): SecretCode {
    return newSecretCode(this.#source.environment.rng);
  }

  /**
   * Draws the credential with the invitation's codes. Call it after the person has confirmed the secret code, never at load:
   * a mail scanner must not burn an invitation. The same code gives the same credential again.
   * @throws ERR_INVITATION_UNKNOWN, ERR_INVITATION_USED, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_NETWORK
   */
  async enrol(secretCode: SecretCode): Promise<Credential> {
    if (!this.invited) throw new AmanaError("ERR_INVITATION_UNKNOWN");
    const { manifest, transport, seen } = { ...this.#source, manifest: this.manifest };
    const places = manifest.audiences.flatMap(({ id }, place) => (this.#audience === null || this.#audience === id ? [place] : []));
    for (const place of places) {
      try {
        return await this.#credential(await drawTokens(transport, seen, place, this.#codes, secretCode), secretCode);
      } catch (error) {
        // A code typed from paper does not say its audience: try the next.
        if (!isAmanaError(error, "ERR_INVITATION_UNKNOWN")) throw error;
      }
    }
    throw new AmanaError("ERR_INVITATION_UNKNOWN");
  }

  /**
   * Comes back with the secret code alone, on any device. Finds the answer in the ledger; an answer so recent that it is not there
   * yet can be changed if the audience is given.
   * @throws ERR_NOT_FOUND when nothing is in the ledger under this code and no audience was given
   */
  async resume(secretCode: SecretCode, audience: string | null = this.#audience): Promise<Credential> {
    const key = responseSigningKey(secretCode, this.manifestId);
    const kept = await findKept(this.#source, key.publicKey);
    const place = kept?.audience ?? this.manifest.audiences.findIndex(({ id }) => id === audience);
    if (place < 0) throw new AmanaError("ERR_NOT_FOUND");
    return this.#credential(noTokens(this.manifest, place), secretCode, kept?.sequence ?? null);
  }

  async #credential(tokens: Tokens, secretCode: SecretCode, sequence: number | null = null): Promise<Credential> {
    const hash = this.manifest.audiences[tokens.audience]?.questionnaire as string;
    const questionnaire = await fetchQuestionnaire(this.#source.transport, hash);
    return new Credential({ tokens, key: responseSigningKey(secretCode, this.manifestId), questionnaire, sequence }, this.#source);
  }
}

/**
 * Opens an invitation link: fetches and verifies programme, ledger, manifest and co-signatures, and sends nothing that names
 * the person. @throws ERR_PROGRAMME_MISMATCH, ERR_LEDGER_*, ERR_MANIFEST_INVALID, ERR_COSIGNATURE, ERR_CODE_FORMAT, ERR_NETWORK, …
 */
export async function openInvitation(link: string, options: ClientOptions): Promise<Round> {
  const { base, round, audience, codes } = parseInvitationLink(link);
  const { source, state } = await openSource(base, round, options);
  return new Round(source, state, codes, audience);
}

/** Opens a round without an invitation, to come back with a secret code. @throws as {@link openInvitation} */
export async function openRound(base: string, round: string, options: ClientOptions): Promise<Round> {
  const { source, state } = await openSource(base, round, options);
  return new Round(source, state, [], null);
}

/** The rounds that a server names, for a start page. */
export function listRounds(base: string, options: Pick<ClientOptions, "fetch">): Promise<readonly RoundSummary[]> {
  return fetchRounds(new Transport(base, options.fetch));
}

/** Everything checked that must hold before a client blinds or seals. */
export async function openSource(
  base: string,
  round: string,
  options: ClientOptions,
): Promise<{ source: ReceiptSource; state: RoundState }> {
  const transport = new Transport(base, options.fetch);
  const env = environment(options);
  const programme = await fetchProgramme(transport, options.programme);
  const summary = await fetchRound(transport, round);
  const view = await LedgerView.fetch(transport, programme, env.now());
  const seen: SeenManifest = await view.manifestAt(summary.entryIndex, round);
  return { source: { transport, programme, seen, environment: env }, state: summary.state };
}
