import { concat, decodeJson, encodeJson, Reader, vector } from "@amana/core/bytes";
import { DRAW_LENGTH } from "@amana/core/credential";
import {
  type DrawsEntry,
  encodeEntry,
  entrySchema,
  type IssuerRecord,
  type KeyDestroyedEntry,
  type ReplacedEntry,
  verifyEntry,
} from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Store } from "../stores/store.ts";
import { type Issuer, invitationsOf, REPLACED } from "./issuer.ts";
import { type IssuerOf, type IssuerRecords, takeDraws } from "./issuer-records.ts";
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
  readonly records: IssuerRecords;
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

type Replaced = Pick<ReplacedEntry, "audience" | "issuer" | "by">;

/** The body with which an issuer's own process hands in its draws: the signed entry, then the file. */
export function encodeDelivery(entry: DrawsEntry, file: Uint8Array): Uint8Array {
  return concat(vector(encodeEntry(entry)), file);
}

/** What issuers log: those of other processes deliver it, signed; those of this server are asked for it. Everything is checked before it is logged. */
export class Issuing {
  readonly #options: IssuingOptions;

  constructor(options: IssuingOptions) {
    this.#options = options;
  }

  /** The longest delivery of a round: all people of an audience draw. */
  longest({ manifest }: LiveRound): number {
    return 4096 + DRAW_LENGTH * Math.max(0, ...manifest.audiences.map(({ rosterSize }) => rosterSize));
  }

  /**
   * Logs a list of draws that an issuer's own process signed, and returns its index; the same delivery again, the same index.
   * Attacker-controlled. @throws ERR_DRAWS_FORMAT, ERR_JSON_*, ERR_ENTRY_REFUSED, ERR_NOT_DUE, ERR_ROUND_CLOSED, ERR_ISSUER_RECORD
   */
  async deliver(round: LiveRound, body: Uint8Array): Promise<number> {
    const reader = new Reader(body, "ERR_DRAWS_FORMAT");
    const entry = decodeJson(reader.vector(4096), entrySchema);
    const file = reader.take(reader.left);
    if (entry.type !== "draws" || entry.manifest !== round.idHex) throw new AmanaError("ERR_ENTRY_REFUSED");
    const draws = entry as DrawsEntry;
    if (this.#placeOf(round, draws.audience, draws.issuer).origin === null) throw new AmanaError("ERR_ENTRY_REFUSED");
    // Before anything else waits for it: anyone can send this.
    if (!verifyEntry(round.manifest, draws)) throw new AmanaError("ERR_ISSUER_RECORD");
    return this.#options.turn.run(() => this.#logDraws(round, draws, file));
  }

  /** Logs a replacement or a destroyed key that an issuer's own process signed. Attacker-controlled. @throws as {@link deliver} */
  async log(round: LiveRound, entry: ReplacedEntry | KeyDestroyedEntry): Promise<number> {
    const [audience = "", issuer = ""] =
      entry.type === "replaced" ? [entry.audience, entry.issuer] : entry.holder.slice("issuer/".length).split("/");
    if (this.#placeOf(round, audience, issuer).origin === null) throw new AmanaError("ERR_ENTRY_REFUSED");
    if (!verifyEntry(round.manifest, entry)) throw new AmanaError("ERR_ISSUER_RECORD");
    return this.#options.turn.run(() => this.#logEntry(round, { audience, issuer }, entry));
  }

  /**
   * Takes an enrolment receipt of an issuer of this server whose draw is not logged, and logs it. Attacker-controlled.
   * @throws ERR_ENROLMENT_RECEIPT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_INVITATION_USED, ERR_INVITATION_UNKNOWN
   */
  async object(name: string, body: Uint8Array): Promise<void> {
    const { rounds, issuer, now, turn, records } = this.#options;
    const { receipt, round, audience } = readObjection(name, body, rounds);
    if (this.#placeOf(round, audience, name).origin !== null) throw new AmanaError("ERR_ENROLMENT_RECEIPT");
    await turn.run(async () => {
      const record = await records.of(round, { audience, issuer: name });
      const signed = signObjection(receipt, { round, audience, record, now: now(), issuer });
      if (signed !== null) await this.#logDraws(round, signed.entry, signed.file);
    });
  }

  /**
   * Replaces an invitation of an issuer of this server, or revokes it, and says by which spare: only now may its code be given out. Again, after a
   * failure or a lost answer: the same spare.
   * @throws ERR_ROUND_UNKNOWN, ERR_INVITATION_USED, ERR_INVITATION_UNKNOWN, ERR_ISSUER_RECORD
   */
  async replace({ round: name, audience, issuer, invited, spares }: ReplaceInput): Promise<{ readonly by: string | null }> {
    const { rounds, store, turn, issuer: desk, records, now } = this.#options;
    const round = rounds.byName(name);
    if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
    if (this.#placeOf(round, audience, issuer).origin !== null) throw new AmanaError("ERR_ENTRY_REFUSED");
    return turn.run(async () => {
      const before = this.#replacementOf(round, { audience, issuer }, invited);
      if (before !== null) {
        await this.#addSpare(round, before);
        return { by: before.by };
      }
      // A code that is taken out, and not replaced, would be lost.
      if (now().getTime() / 1000 >= round.times.windows.enrolmentClose) throw new AmanaError("ERR_NOT_DUE");
      const by = spareFor(await records.of(round, { audience, issuer }), spares);
      // From here on the old code draws nothing, whatever comes in between.
      await takeOut(store, round, invitationsOf(audience, issuer), invited);
      const entry = desk.sign<ReplacedEntry>(round, audience, issuer, { type: "replaced", audience, issuer, invited, by });
      await this.#logEntry(round, { audience, issuer }, entry);
      await this.#addSpare(round, entry);
      return { by };
    });
  }

  /** What the ledger says of an invitation that was replaced or revoked before; null if nothing. Asked again, the answer is the same. */
  #replacementOf({ idHex }: LiveRound, { audience, issuer }: IssuerOf, invited: string): Replaced | null {
    for (const { entry } of this.#options.ledger.documents) {
      const mine = entry.type === "replaced" && entry.manifest === idHex && entry.audience === audience && entry.issuer === issuer;
      if (mine && entry.invited === invited) return entry;
    }
    return null;
  }

  /** A spare that the ledger names is an invitation from then on. */
  async #addSpare({ idHex }: LiveRound, { audience, issuer, by }: Replaced): Promise<void> {
    const { store } = this.#options;
    const place = invitationsOf(audience, issuer);
    if (by !== null && (await store.invitation(idHex, place, by)) === null) await store.addInvitations(idHex, place, [by]);
  }

  /** Makes spares known that a stop left between the ledger and the store. Call it at start. */
  async recover(): Promise<void> {
    const { ledger, rounds } = this.#options;
    for (const { entry } of ledger.documents) {
      const round = entry.type === "replaced" ? rounds.byId(entry.manifest) : undefined;
      if (entry.type !== "replaced" || round === undefined) continue;
      if (this.#placeOf(round, entry.audience, entry.issuer).origin === null) await this.#addSpare(round, entry);
    }
  }

  async #logDraws(round: LiveRound, entry: DrawsEntry, file: Uint8Array): Promise<number> {
    const { ledger, store, now, records } = this.#options;
    const before = this.#logged(entry);
    if (before !== null) return before;
    const { times } = round;
    const seconds = now().getTime() / 1000;
    if (times.cancelled === null && seconds < times.windows.enrolmentClose) throw new AmanaError("ERR_NOT_DUE");
    // Until the issuer's keys are gone a late list is taken: one that was signed in time would else hold back all after it. What is counted it cannot excuse.
    const isOver = seconds >= times.windows.enrolmentClose + times.deadlines.objection;
    if (isOver && this.#isReleased(round)) throw new AmanaError("ERR_ROUND_CLOSED");
    const { audience, issuer } = entry;
    await takeDraws(await records.of(round, { audience, issuer }), entry, file);
    return records.logged(round, [{ audience, issuer }], async () => {
      await store.putFile(file);
      const index = await ledger.log(entry);
      noteDraws(round, index, issuerPlace(audience, issuer), entry.count);
      return index;
    });
  }

  /**
   * A replacement has no time of its own: the record takes it until the issuer's draws. One that was signed in time, and comes late, would else stand in
   * the way of all that its issuer delivers after it.
   */
  async #logEntry(round: LiveRound, place: IssuerOf, entry: ReplacedEntry | KeyDestroyedEntry): Promise<number> {
    const before = this.#logged(entry);
    if (before !== null) return before;
    const { now, records, ledger } = this.#options;
    const { times, state } = round;
    const over = times.cancelled !== null || now().getTime() / 1000 >= times.windows.enrolmentClose + times.deadlines.objection;
    if (entry.type === "key-destroyed" && !over) throw new AmanaError("ERR_NOT_DUE");
    const record = await records.of(round, place);
    if (entry.type === "replaced") record.replaced(entry);
    else record.keyDestroyed(entry);
    return records.logged(round, [place], async () => {
      const index = await ledger.log(entry);
      if (entry.type === "key-destroyed") state.destroyed.add(issuerPlace(place.audience, place.issuer));
      return index;
    });
  }

  #isReleased({ idHex }: LiveRound): boolean {
    return this.#options.ledger.documents.some(({ entry }) => entry.type === "release" && entry.manifest === idHex);
  }

  /** The index of an entry that is in the ledger already, byte for byte. */
  #logged(entry: DrawsEntry | ReplacedEntry | KeyDestroyedEntry): number | null {
    const bytes = encodeJson(entry);
    const found = this.#options.ledger.documents.find(
      (each) => each.entry.type === entry.type && Buffer.compare(encodeJson(each.entry), bytes) === 0,
    );
    return found?.index ?? null;
  }

  #placeOf(round: LiveRound, audience: string, issuer: string) {
    const found = round.manifest.audiences.find(({ id }) => id === audience)?.issuers.find(({ name }) => name === issuer);
    if (found === undefined) throw new AmanaError("ERR_ENTRY_REFUSED");
    return found;
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
  if (outcome === "closed") throw new AmanaError("ERR_ROUND_CLOSED");
}
