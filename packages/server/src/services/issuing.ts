import { concat, decodeJson, encodeJson, Reader, SHA256, toHex, vector } from "@amana/core/bytes";
import { DRAW_LENGTH } from "@amana/core/credential";
import { type DrawsEntry, encodeEntry, entrySchema, IssuerRecord, type KeyDestroyedEntry, type ReplacedEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Store } from "../stores/store.ts";
import { type Issuer, invitationsOf, REPLACED } from "./issuer.ts";
import type { Ledger } from "./ledger.ts";
import { readObjection, signObjection } from "./objections.ts";
import { issuerPlace, type LiveRound, noteDraws, type Rounds } from "./round.ts";
import type { Serial } from "./serial.ts";

export interface IssuingOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly issuer: Issuer;
  readonly now: () => Date;
  /** What is logged waits for what else is logged. */
  readonly turn: Serial;
}

/** An invitation that nobody drew, and what comes in its place. Hashes only: the codes are for people. */
export interface ReplaceInput {
  readonly round: string;
  readonly audience: string;
  readonly issuer: string;
  /** Invited hash of the lost invitation, hex. */
  readonly invited: string;
  /** Invited hashes of spares, hex: the first that was not given out is taken. Empty to revoke. */
  readonly spares: readonly string[];
}

/** The body with which an issuer's own process hands in its draws: the signed entry, then the file. */
export function encodeDelivery(entry: DrawsEntry, file: Uint8Array): Uint8Array {
  return concat(vector(encodeEntry(entry)), file);
}

/** What issuers log: those of other processes deliver it, signed; those of this server are asked for it. Everything is checked before it is logged. */
export class Issuing {
  readonly #options: IssuingOptions;
  readonly #records = new Map<string, { readonly record: IssuerRecord; read: number }>();

  constructor(options: IssuingOptions) {
    this.#options = options;
  }

  /** The longest delivery of a round: all people of an audience draw. */
  longest({ manifest }: LiveRound): number {
    return 4096 + DRAW_LENGTH * Math.max(0, ...manifest.audiences.map(({ rosterSize }) => rosterSize));
  }

  /**
   * Logs a list of draws that an issuer's own process signed, and returns its index; the same delivery again, the same index.
   * Attacker-controlled. @throws ERR_DRAWS_FORMAT, ERR_JSON_*, ERR_ENTRY_REFUSED, ERR_NOT_DUE, ERR_ISSUER_RECORD
   */
  async deliver(round: LiveRound, body: Uint8Array): Promise<number> {
    const reader = new Reader(body, "ERR_DRAWS_FORMAT");
    const entry = decodeJson(reader.vector(4096), entrySchema);
    const file = reader.take(reader.left);
    if (entry.type !== "draws" || entry.manifest !== round.idHex) throw new AmanaError("ERR_ENTRY_REFUSED");
    const draws = entry as DrawsEntry;
    if (this.#placeOf(round, draws.audience, draws.issuer).origin === null) throw new AmanaError("ERR_ENTRY_REFUSED");
    return this.#options.turn.run(() => this.#logDraws(round, draws, file));
  }

  /** Logs a replacement or a destroyed key that an issuer's own process signed. Attacker-controlled. @throws as {@link deliver} */
  async log(round: LiveRound, entry: ReplacedEntry | KeyDestroyedEntry): Promise<number> {
    const [audience = "", issuer = ""] =
      entry.type === "replaced" ? [entry.audience, entry.issuer] : entry.holder.slice("issuer/".length).split("/");
    if (this.#placeOf(round, audience, issuer).origin === null) throw new AmanaError("ERR_ENTRY_REFUSED");
    return this.#options.turn.run(() => this.#logEntry(round, audience, issuer, entry));
  }

  /**
   * Takes an enrolment receipt of an issuer of this server whose draw is not logged, and logs it. Attacker-controlled.
   * @throws ERR_ENROLMENT_RECEIPT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_INVITATION_USED, ERR_INVITATION_UNKNOWN
   */
  async object(name: string, body: Uint8Array): Promise<void> {
    const { rounds, issuer, now, turn } = this.#options;
    const { receipt, round, audience } = readObjection(name, body, rounds);
    if (this.#placeOf(round, audience, name).origin !== null) throw new AmanaError("ERR_ENROLMENT_RECEIPT");
    await turn.run(async () => {
      const record = await this.#record(round, audience, name);
      const signed = signObjection(receipt, { round, audience, record, now: now(), issuer });
      if (signed !== null) await this.#logDraws(round, signed.entry, signed.file);
    });
  }

  /**
   * Replaces an invitation of an issuer of this server, or revokes it, and says by which spare: only now may its code be given out.
   * @throws ERR_ROUND_UNKNOWN, ERR_INVITATION_USED, ERR_INVITATION_UNKNOWN, ERR_ISSUER_RECORD
   */
  async replace({ round: name, audience, issuer, invited, spares }: ReplaceInput): Promise<{ readonly by: string | null }> {
    const { rounds, store, turn, issuer: desk } = this.#options;
    const round = rounds.byName(name);
    if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
    if (this.#placeOf(round, audience, issuer).origin !== null) throw new AmanaError("ERR_ENTRY_REFUSED");
    return turn.run(async () => {
      const record = await this.#record(round, audience, issuer);
      const by = spareFor(record, spares);
      const place = invitationsOf(audience, issuer);
      // From here on the old code draws nothing, whatever comes in between.
      await takeOut(store, round, place, invited);
      const entry = desk.sign<ReplacedEntry>(round, audience, issuer, { type: "replaced", audience, issuer, invited, by });
      await this.#logEntry(round, audience, issuer, entry);
      if (by !== null) await store.addInvitations(round.idHex, place, [by]);
      return { by };
    });
  }

  /** Makes spares known that a stop left between the ledger and the store. Call it at start. */
  async recover(): Promise<void> {
    const { ledger, rounds, store } = this.#options;
    for (const { entry } of ledger.documents) {
      if (entry.type !== "replaced" || entry.by === null) continue;
      const round = rounds.byId(entry.manifest);
      if (round === undefined || this.#placeOf(round, entry.audience, entry.issuer).origin !== null) continue;
      const place = invitationsOf(entry.audience, entry.issuer);
      if (!store.isInvited(round.idHex, place, entry.by)) await store.addInvitations(round.idHex, place, [entry.by]);
    }
  }

  async #logDraws(round: LiveRound, entry: DrawsEntry, file: Uint8Array): Promise<number> {
    const { ledger, store, now } = this.#options;
    const before = this.#logged(entry);
    if (before !== null) return before;
    const { times } = round;
    if (times.cancelled === null && now().getTime() / 1000 < times.windows.enrolmentClose) throw new AmanaError("ERR_NOT_DUE");
    return this.#applied(round, entry.audience, entry.issuer, async (record) => {
      record.draws(entry, file);
      await store.putFile(file);
      const index = await ledger.log(entry);
      noteDraws(round, issuerPlace(entry.audience, entry.issuer), entry.count);
      return index;
    });
  }

  async #logEntry(round: LiveRound, audience: string, issuer: string, entry: ReplacedEntry | KeyDestroyedEntry): Promise<number> {
    const before = this.#logged(entry);
    if (before !== null) return before;
    const { times, state } = round;
    const seconds = this.#options.now().getTime() / 1000;
    const { enrolmentClose } = times.windows;
    const due =
      entry.type === "replaced"
        ? seconds < enrolmentClose
        : times.cancelled !== null || seconds >= enrolmentClose + times.deadlines.objection;
    if (!due) throw new AmanaError("ERR_NOT_DUE");
    return this.#applied(round, audience, issuer, async (record) => {
      if (entry.type === "replaced") record.replaced(entry);
      else record.keyDestroyed(entry);
      const index = await this.#options.ledger.log(entry);
      if (entry.type === "key-destroyed") state.destroyed.add(issuerPlace(audience, issuer));
      return index;
    });
  }

  /** The index of an entry that is in the ledger already, byte for byte. */
  #logged(entry: DrawsEntry | ReplacedEntry | KeyDestroyedEntry): number | null {
    const bytes = encodeJson(entry);
    const found = this.#options.ledger.documents.find(
      (each) => each.entry.type === entry.type && Buffer.compare(encodeJson(each.entry), bytes) === 0,
    );
    return found?.index ?? null;
  }

  /** Applies to the record what is about to be logged. If that fails the record is read from the ledger again. */
  async #applied(round: LiveRound, audience: string, issuer: string, log: (record: IssuerRecord) => Promise<number>): Promise<number> {
    const key = `${round.idHex}/${issuerPlace(audience, issuer)}`;
    const record = await this.#record(round, audience, issuer);
    try {
      const index = await log(record);
      this.#records.set(key, { record, read: this.#options.ledger.documents.length });
      return index;
    } catch (error) {
      this.#records.delete(key);
      throw error;
    }
  }

  #placeOf(round: LiveRound, audience: string, issuer: string) {
    const found = round.manifest.audiences.find(({ id }) => id === audience)?.issuers.find(({ name }) => name === issuer);
    if (found === undefined) throw new AmanaError("ERR_ENTRY_REFUSED");
    return found;
  }

  /** What an issuer has logged, by the ledger as it is. */
  async #record(round: LiveRound, audience: string, issuer: string): Promise<IssuerRecord> {
    const { documents } = this.#options.ledger;
    const key = `${round.idHex}/${issuerPlace(audience, issuer)}`;
    let known = this.#records.get(key);
    for (let at = known?.read ?? 0; at < documents.length; at++) {
      const { entry } = documents[at] as (typeof documents)[number];
      if (!("manifest" in entry) || entry.manifest !== round.idHex) continue;
      const mine = "issuer" in entry && entry.audience === audience && entry.issuer === issuer;
      if (mine && entry.type === "invitations") {
        const { audiences } = round.manifest;
        const place = audiences.findIndex(({ id }) => id === audience);
        const issuers = audiences[place]?.issuers ?? [];
        const file = await this.#file(entry.sha256);
        known = {
          record: new IssuerRecord(
            round.manifest,
            place,
            issuers.findIndex(({ name }) => name === issuer),
            file,
          ),
          read: at,
        };
      } else if (mine && entry.type === "draws") known?.record.draws(entry as DrawsEntry, await this.#file(entry.sha256));
      else if (mine && entry.type === "replaced") known?.record.replaced(entry as ReplacedEntry);
      else if (entry.type === "key-destroyed" && entry.holder === `issuer/${issuerPlace(audience, issuer)}`)
        known?.record.keyDestroyed(entry);
    }
    if (known === undefined) throw new AmanaError("ERR_STORE_DAMAGED");
    known.read = documents.length;
    this.#records.set(key, known);
    return known.record;
  }

  async #file(sha256: string): Promise<Uint8Array> {
    const file = await this.#options.store.getFile(sha256);
    if (file === null || toHex(SHA256(file)) !== sha256) throw new AmanaError("ERR_STORE_DAMAGED");
    return file;
  }
}

/** The first spare that was given to nobody; null where none is offered. @throws ERR_INVITATION_UNKNOWN when all of them are used up */
export function spareFor(record: IssuerRecord, spares: readonly string[]): string | null {
  if (spares.length === 0) return null;
  const by = spares.find((hash) => /^[0-9a-f]{64}$/.test(hash) && record.stateOf(Buffer.from(hash, "hex")) === "spare");
  if (by === undefined) throw new AmanaError("ERR_INVITATION_UNKNOWN", { note: "None of these spares is left." });
  return by;
}

/** Claims an invitation for nobody. @throws ERR_INVITATION_USED, ERR_INVITATION_UNKNOWN */
export async function takeOut(store: Store, round: LiveRound, place: string, invited: string): Promise<void> {
  const outcome = await store.claimInvitation(round.idHex, place, invited, REPLACED, new Uint8Array(0));
  if (outcome === "other") throw new AmanaError("ERR_INVITATION_USED");
  if (outcome === "unknown") throw new AmanaError("ERR_INVITATION_UNKNOWN");
}
