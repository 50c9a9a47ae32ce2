import { type InvitationCode, type LocalizedText, newSecretCode, type SecretCode } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import { AmanaError } from "@amana/core/errors";
import type { Manifest, RoundKind, RoundTimes, Separation } from "@amana/core/manifest";
import { type Programme, programmeDigits, programmeId } from "@amana/core/programme";
import type { RoundState } from "../wire/rounds.ts";
import { Credential } from "./credential.ts";
import { drawHashes, drawnTokens, loggedDraws, requireGroup, settledDraws } from "./drawn.ts";
import { drawTokens, noTokens, type Tokens } from "./enrolment.ts";
import { type RoundReading, readRound } from "./kept.ts";
import { parseInvitationLink } from "./link.ts";
import type { ClientOptions } from "./options.ts";
import { openSource, type RoundSource } from "./source.ts";

/** A round whose programme, manifest, co-signatures and place in the ledger were verified. */
export class Round {
  readonly name: string;
  readonly kind: RoundKind;
  readonly title: LocalizedText;
  readonly manifest: Manifest;
  readonly manifestId: Uint8Array;
  /** When things open and close: the manifest's times, as its amendments have moved them; and why the round was cancelled, if it was. */
  readonly times: RoundTimes;
  readonly programme: Programme;
  /** The programme's digits, to compare with those the organisations publish. */
  readonly digits: string;
  readonly separation: readonly Separation[];
  /** What the server says of the round's progress. A hint. */
  readonly state: RoundState;
  readonly #source: RoundSource;
  readonly #codes: readonly InvitationCode[];
  readonly #audience: string | null;

  constructor(source: RoundSource, state: RoundState, codes: readonly InvitationCode[], audience: string | null) {
    const { manifest, id } = source.seen;
    this.name = manifest.round;
    this.kind = manifest.kind;
    this.title = manifest.title;
    this.manifest = manifest;
    this.manifestId = id;
    this.times = source.times;
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

  /**
   * When the relay gives on what it holds, unix seconds: all at once, and once more, a smaller crowd, what comes after that. After the
   * second nothing can be sent any more. Null in a round without a relay.
   */
  get releases(): readonly [number, number] | null {
    return this.#source.route?.releases(this.times) ?? null;
  }

  /** Draws a secret code. Show it, have it confirmed, keep it nowhere. */
  newSecretCode(): SecretCode {
    return newSecretCode(this.#source.environment.rng);
  }

  /**
   * Draws the credential with the invitation's codes. Call it after the person has confirmed the secret code, never at load:
   * a mail scanner must not burn an invitation. The same code gives the same credential again.
   *
   * A code is shown to the issuer that it is for, and to no other: who saw it could use it. So where the link does not say for
   * which audience it is and there are several, `audience` must.
   * @throws ERR_ROUND_CANCELLED, ERR_INVITATION_UNKNOWN, ERR_INVITATION_REPLACED, ERR_INVITATION_USED, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_TOKEN_INVALID, ERR_NETWORK
   */
  async enrol(secretCode: SecretCode, audience: string | null = this.#audience): Promise<Credential> {
    if (this.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
    if (!this.invited) throw new AmanaError("ERR_INVITATION_UNKNOWN");
    const { transport, seen, environment } = this.#source;
    const { audiences } = this.manifest;
    // With phases an issuer that draws on after its time would learn by the time who answers.
    if (this.#phases && environment.now().getTime() / 1000 >= this.times.windows.enrolmentClose) throw new AmanaError("ERR_ROUND_CLOSED");
    const place = audience === null && audiences.length === 1 ? 0 : audiences.findIndex(({ id }) => id === audience);
    if (place < 0) throw new AmanaError("ERR_INVITATION_UNKNOWN", { note: "Open the whole link: it says for which group it is." });
    const tokens = await drawTokens(transport, seen, place, this.#codes, secretCode);
    // Through a relay nobody answers "this number is used": who has answered before goes on from what the ledger has.
    const reading =
      this.releases === null ? null : await readRound(this.#source, responseSigningKey(secretCode, this.manifestId).publicKey);
    const sequence = reading?.kept?.sequence ?? null;
    const times = reading?.times ?? this.times;
    return new Credential({ tokens, secretCode, sequence, settled: !this.#phases, times }, this.#source);
  }

  /**
   * Comes back with the secret code alone, on any device. Finds the answer in the ledger; an answer so recent that it is not there
   * yet can be changed if the audience is given. In a round with `phases` it finds the draw as well, so that this is how one answers; in one with
   * `relay` too, as soon as enrolment is over (before that, the invitation with the same code leads back: `enrol`).
   * @throws ERR_NOT_FOUND when nothing is there under this code and no audience was given; ERR_ROUND_NOT_OPEN while a round with `phases`
   * is not settled, and with `relay` while the lists of who enrolled are due but not public; ERR_ROUND_TOO_FEW when the group is too small to open ever; ERR_LEDGER_*, ERR_NETWORK
   */
  async resume(secretCode: SecretCode, audience: string | null = this.#audience): Promise<Credential> {
    const reading = await readRound(this.#source, responseSigningKey(secretCode, this.manifestId).publicKey);
    const sequence = reading.kept?.sequence ?? null;
    const { times } = reading;
    if (this.#phases) {
      const draws = await settledDraws(this.#source, reading, drawHashes(this.#source, secretCode));
      const tokens = drawnTokens(this.#source, draws, secretCode);
      if (tokens === null) throw new AmanaError("ERR_NOT_FOUND");
      requireGroup(this.#source, draws, tokens.audience);
      return new Credential({ tokens, secretCode, sequence, settled: true, times }, this.#source);
    }
    if (this.releases !== null) {
      const tokens = await this.#relayedTokens(reading, secretCode);
      return new Credential({ tokens, secretCode, sequence, settled: true, times }, this.#source);
    }
    const place = reading.kept?.audience ?? this.manifest.audiences.findIndex(({ id }) => id === audience);
    if (place < 0) throw new AmanaError("ERR_NOT_FOUND");
    return new Credential({ tokens: noTokens(this.manifest, place), secretCode, sequence, settled: true, times }, this.#source);
  }

  /**
   * Every version that goes through a relay needs its tokens. Those who have answered find them in their leaf, others, once the issuers have
   * logged them, among everybody's draws, which all fetch alike: the requests do not tell who has. @throws ERR_NOT_FOUND, ERR_ROUND_NOT_OPEN
   */
  async #relayedTokens(reading: RoundReading, secretCode: SecretCode): Promise<Tokens> {
    const draws = await loggedDraws(this.#source, reading, drawHashes(this.#source, secretCode));
    if (reading.kept !== null && reading.tokens !== null)
      return { audience: reading.kept.audience, response: reading.tokens, report: [], receipts: [] };
    const tokens = drawnTokens(this.#source, draws, secretCode);
    if (tokens !== null) return tokens;
    // While people enrol, the invitation and the same code lead back. Between that and the lists nothing does.
    const enrolling = this.#source.environment.now().getTime() / 1000 < reading.times.windows.enrolmentClose;
    const listed = this.manifest.audiences.every(({ id, issuers }) =>
      issuers.every(({ name }) => reading.draws.some(({ audience, issuer }) => audience === id && issuer === name)),
    );
    throw new AmanaError(enrolling || listed ? "ERR_NOT_FOUND" : "ERR_ROUND_NOT_OPEN");
  }

  get #phases(): boolean {
    return this.separation.includes("phases");
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
