import { encodeJson, fromHex, SHA256, toHex } from "@amana/core/bytes";
import { decodeDraws, encodeDraws } from "@amana/core/credential";
import { type DrawsEntry, encodeEntry, IssuerRecord, type KeyDestroyedEntry, type ReplacedEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { type Manifest, type ManifestIssuer, manifestId, manifestSchema, manifestTimes, type RoundTimes } from "@amana/core/manifest";
import * as v from "valibot";
import type { FoundRound } from "../relay/rounds.ts";
import { createIssuer, type Issuer, invitationsOf, issuerKeysName } from "../services/issuer.ts";
import { encodeDelivery, spareFor, takeOut } from "../services/issuing.ts";
import { readObjection, signObjection } from "../services/objections.ts";
import { type LiveRound, liveRound, Rounds } from "../services/round.ts";
import { Serial } from "../services/serial.ts";
import type { Store } from "../stores/store.ts";
import { type IssuerSetup, offeredKeysName } from "./folder.ts";

/** How an issuer's process reaches the operator's server. It trusts it for nothing: what it fetches it verifies. */
export interface IssuerLink {
  /** The round's manifest and amendments, verified up to the pinned programme and all signatures; null while there is none. */
  findRound(): Promise<FoundRound | null>;
  /** Both return once the public ledger has the entry. */
  deliverDraws(body: Uint8Array): Promise<void>;
  deliverEntry(entry: Uint8Array): Promise<void>;
}

/** What the process has signed for the ledger. `file` names the list of a `draws` entry. */
interface Said {
  readonly entry: DrawsEntry | ReplacedEntry | KeyDestroyedEntry;
  readonly file: string | null;
  readonly delivered: boolean;
}

const saidSchema = v.array(v.object({ entry: v.looseObject({ type: v.string() }), file: v.nullable(v.string()), delivered: v.boolean() }));

/** What `amana issuer status` says. */
export interface IssuerStatus {
  /** Programme id, hex. */
  readonly programme: string;
  readonly round: string;
  readonly audience: string;
  readonly issuer: string;
  readonly state: "offered" | "upcoming" | "enrolling" | "objections" | "over" | "keys destroyed";
  /** Signed, and not yet in the ledger. */
  readonly undelivered: number;
  readonly drawsLogged: number | null;
}

/** How often it looks for amendments, in seconds. */
const LOOK = 60;

/** One issuer, alone with its own data: it enrols, publishes its draws, takes objections, destroys its keys. */
export class IssuerDesk {
  readonly #store: Store;
  readonly #setup: IssuerSetup;
  readonly #link: IssuerLink;
  readonly #now: () => Date;
  readonly #rounds = new Rounds();
  readonly #issuer: Issuer;
  readonly #turn = new Serial();
  #said: Said[] = [];
  #record: IssuerRecord | null = null;
  /** What amendments made of the round's times, as far as it has seen; null for the manifest's own. */
  #times: RoundTimes | null = null;
  #lookedAt = 0;

  private constructor(store: Store, setup: IssuerSetup, link: IssuerLink, now: () => Date) {
    this.#store = store;
    this.#setup = setup;
    this.#link = link;
    this.#now = now;
    const { audience, issuer } = setup.offer;
    const runs = (id: string, { name }: ManifestIssuer): boolean => id === audience && name === issuer.name;
    this.#issuer = createIssuer({ rounds: this.#rounds, store, now, runs });
  }

  /** Opens a folder's issuer, with its round if that was found before. @throws ERR_STORE_DAMAGED, ERR_ISSUER_KEY */
  static async open(store: Store, setup: IssuerSetup, link: IssuerLink, now: () => Date): Promise<IssuerDesk> {
    const desk = new IssuerDesk(store, setup, link, now);
    const known = await store.readDocument("manifest");
    if (known !== null && known !== undefined) await desk.#live(v.parse(manifestSchema, known));
    return desk;
  }

  /** One enrolment. Attacker-controlled. @throws as `Issuer.enrol` */
  async enrol(name: string, body: Uint8Array): Promise<Uint8Array> {
    if (name !== this.#setup.offer.issuer.name) throw new AmanaError("ERR_NOT_FOUND");
    return this.#issuer.enrol(name, body);
  }

  /** One objection. Attacker-controlled. @throws as `signObjection` */
  async object(name: string, body: Uint8Array): Promise<void> {
    if (name !== this.#setup.offer.issuer.name) throw new AmanaError("ERR_NOT_FOUND");
    const { receipt, round, audience } = readObjection(name, body, this.#rounds);
    if (audience !== this.#setup.offer.audience) throw new AmanaError("ERR_ENROLMENT_RECEIPT");
    await this.#turn.run(async () => {
      const record = this.#recordOf();
      const signed = signObjection(receipt, { round, audience, record, now: this.#now(), issuer: this.#issuer });
      if (signed === null) return;
      record.draws(signed.entry, signed.file);
      await this.#say(signed.entry, signed.file);
    });
    await this.#tryDelivery();
  }

  /** Replaces an invitation, or revokes it without `spares`. The spare's code may be given out when this returns: the ledger names it. */
  async replace(invited: string, spares: readonly string[]): Promise<{ readonly by: string | null }> {
    const by = await this.#turn.run(async () => {
      const round = this.#round();
      const { audience, issuer } = this.#setup.offer;
      const before = this.#said.find(({ entry }) => entry.type === "replaced" && entry.invited === invited)?.entry as
        | ReplacedEntry
        | undefined;
      if (before !== undefined) return before.by;
      if (hasEnded(round.times, this.#now().getTime() / 1000)) throw new AmanaError("ERR_ROUND_CLOSED");
      const record = this.#recordOf();
      const spare = spareFor(record, spares);
      await takeOut(this.#store, round, invitationsOf(audience, issuer.name), invited);
      const names = { audience, issuer: issuer.name, invited, by: spare };
      const entry = this.#issuer.sign<ReplacedEntry>(round, audience, issuer.name, { type: "replaced", ...names });
      record.replaced(entry);
      await this.#say(entry, null);
      return spare;
    });
    await this.#turn.run(() => this.#deliver());
    return { by };
  }

  status(): IssuerStatus {
    const { programme, round: name, audience, issuer } = this.#setup.offer;
    const round = this.#rounds.byName(name);
    const undelivered = this.#said.filter(({ delivered }) => !delivered).length;
    const lists = this.#said.flatMap(({ entry, delivered }) => (delivered && entry.type === "draws" ? [entry.count] : []));
    return {
      programme,
      round: name,
      audience,
      issuer: issuer.name,
      state: this.#state(round),
      undelivered,
      drawsLogged: lists.length === 0 ? null : lists.reduce((sum, count) => sum + count, 0),
    };
  }

  #state(round: LiveRound | undefined): IssuerStatus["state"] {
    if (round === undefined) return "offered";
    if (this.#record?.destroyed === true) return "keys destroyed";
    const seconds = this.#now().getTime() / 1000;
    const { windows, deadlines, cancelled } = round.times;
    if (cancelled !== null) return "over";
    if (seconds < windows.enrolmentOpen) return "upcoming";
    if (seconds < windows.enrolmentClose) return "enrolling";
    return seconds < windows.enrolmentClose + deadlines.objection ? "objections" : "over";
  }

  /** Does what is due by the clock. What cannot be delivered now is delivered by a later call. @throws ERR_NETWORK and what else stops it */
  tick(): Promise<void> {
    return this.#turn.run(async () => {
      const round = this.#rounds.byName(this.#setup.offer.round) ?? (await this.#find());
      if (round === null) return;
      const seconds = this.#now().getTime() / 1000;
      const isUndrawn = (): boolean => hasEnded(round.times, seconds) && this.#recordOf().drawn === null;
      // Draws are the last word: not before it is known that enrolment was not lengthened. Keys go also when the server is gone.
      if (isUndrawn()) await this.#look(round, seconds);
      else if (Math.abs(seconds - this.#lookedAt) >= LOOK) await this.#look(round, seconds).catch(() => undefined);
      if (isUndrawn()) await this.#publishDraws(round);
      await this.#deliver();
      const { cancelled, windows, deadlines } = round.times;
      const isOver = cancelled !== null || seconds >= windows.enrolmentClose + deadlines.objection;
      if (isOver && this.#recordOf().drawn !== null && !this.#recordOf().destroyed) {
        // Signed and kept before the keys go: a stop in between loses no statement.
        for (const entry of await this.#issuer.destroyKeys(round)) {
          this.#recordOf().keyDestroyed(entry);
          await this.#say(entry, null);
        }
        await this.#issuer.forgetStatements(round);
        await this.#deliver();
      }
    });
  }

  /** Ends what was begun. */
  async close(): Promise<void> {
    await this.#turn.idle();
    await this.#store.close();
  }

  /** Looks for amendments. Who hides one that was seen moves nothing back. */
  async #look(round: LiveRound, seconds: number): Promise<void> {
    const found = await this.#link.findRound();
    if (found === null || toHex(manifestId(found.manifest)) !== round.idHex) throw new AmanaError("ERR_ROUND_UNKNOWN");
    if (found.times.amendments > round.times.amendments) this.#times = found.times;
    this.#lookedAt = seconds;
  }

  /** A round at the times that hold. */
  #roundOf(manifest: Manifest): LiveRound {
    const times = (): RoundTimes => this.#times ?? manifestTimes(manifest);
    return {
      ...liveRound(manifest, 0),
      get times() {
        return times();
      },
    };
  }

  async #find(): Promise<LiveRound | null> {
    const found = await this.#link.findRound();
    if (found === null) return null;
    const { manifest } = found;
    const { offer } = this.#setup;
    const audience = manifest.audiences.find(({ id }) => id === offer.audience);
    const own = audience?.issuers.find(({ name }) => name === offer.issuer.name);
    // An operator that changed anything of the offer gets no issuer for it.
    if (own === undefined || Buffer.compare(encodeJson(own), encodeJson(offer.issuer)) !== 0) throw new AmanaError("ERR_ISSUER_KEY");
    const round = liveRound(manifest, 0);
    const place = invitationsOf(offer.audience, offer.issuer.name);
    const keys = await this.#store.readDocument(offeredKeysName(offer.round));
    if (keys !== null) await this.#store.writeDocument(issuerKeysName(round), keys);
    const record = this.#newRecord(round);
    await this.#store.addInvitations(
      round.idHex,
      place,
      Array.from({ length: record.list.invited }, (_, at) => toHex(record.list.at(at))),
    );
    await this.#store.writeDocument("manifest", manifest);
    this.#times = found.times;
    await this.#live(manifest);
    return this.#round();
  }

  async #live(manifest: Manifest): Promise<void> {
    const round = this.#roundOf(manifest);
    const stored = v.safeParse(saidSchema, (await this.#store.readDocument("said")) ?? []);
    if (!stored.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: "Unreadable: said" });
    this.#said = stored.output as unknown as Said[];
    const record = this.#newRecord(round);
    for (const { entry, file } of this.#said) {
      if (entry.type === "draws") record.draws(entry, await this.#file(file));
      else if (entry.type === "replaced") record.replaced(entry);
      else record.keyDestroyed(entry);
    }
    if (record.drawn !== null) round.state.enrolmentEnded = true;
    if (record.destroyed) round.state.destroyed.add(`${this.#setup.offer.audience}/${this.#setup.offer.issuer.name}`);
    await this.#issuer.load(round);
    this.#record = record;
    this.#rounds.add(round);
    await this.#addSpares(round);
  }

  /** Spares that the ledger names are invitations from then on. */
  async #addSpares(round: LiveRound): Promise<void> {
    const place = invitationsOf(this.#setup.offer.audience, this.#setup.offer.issuer.name);
    for (const { entry, delivered } of this.#said) {
      if (!delivered || entry.type !== "replaced" || entry.by === null) continue;
      if (!this.#store.isInvited(round.idHex, place, entry.by)) await this.#store.addInvitations(round.idHex, place, [entry.by]);
    }
  }

  async #publishDraws(round: LiveRound): Promise<void> {
    const { audience, issuer } = this.#setup.offer;
    round.state.enrolmentEnded = true;
    await this.#store.mergeClaims(round.idHex);
    const draws = (await this.#store.draws(round.idHex, invitationsOf(audience, issuer.name))).flatMap((draw) => decodeDraws(draw));
    const file = encodeDraws(draws);
    const fields = { audience, issuer: issuer.name, count: draws.length, sha256: toHex(SHA256(file)), length: file.length };
    const entry = this.#issuer.sign<DrawsEntry>(round, audience, issuer.name, { type: "draws", ...fields });
    this.#recordOf().draws(entry, file);
    await this.#say(entry, file);
  }

  /** Keeps what was signed, before anybody gets it. */
  async #say(entry: Said["entry"], file: Uint8Array | null): Promise<void> {
    const said: Said = { entry, file: file === null ? null : await this.#store.putFile(file), delivered: false };
    await this.#write([...this.#said, said]);
  }

  async #write(said: Said[]): Promise<void> {
    await this.#store.writeDocument("said", said);
    this.#said = said;
  }

  async #tryDelivery(): Promise<void> {
    await this.#turn.run(() => this.#deliver()).catch(() => undefined);
  }

  /** Hands in, in order, what the ledger does not have. The same bytes again are the same entry. */
  async #deliver(): Promise<void> {
    for (const [at, { entry, file, delivered }] of this.#said.entries()) {
      if (delivered) continue;
      if (entry.type === "draws") await this.#link.deliverDraws(encodeDelivery(entry, await this.#file(file)));
      else await this.#link.deliverEntry(encodeEntry(entry));
      await this.#write(this.#said.with(at, { entry, file, delivered: true }));
    }
    await this.#addSpares(this.#round());
  }

  #round(): LiveRound {
    const round = this.#rounds.byName(this.#setup.offer.round);
    if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
    return round;
  }

  #recordOf(): IssuerRecord {
    if (this.#record === null) throw new AmanaError("ERR_ROUND_UNKNOWN");
    return this.#record;
  }

  #newRecord({ manifest }: LiveRound): IssuerRecord {
    const { audience, issuer, invitations } = this.#setup.offer;
    const at = manifest.audiences.findIndex(({ id }) => id === audience);
    const place = (manifest.audiences[at]?.issuers ?? []).findIndex(({ name }) => name === issuer.name);
    return new IssuerRecord(manifest, at, place, fromHex(invitations));
  }

  async #file(sha256: string | null): Promise<Uint8Array> {
    const file = sha256 === null ? null : await this.#store.getFile(sha256);
    if (file === null) throw new AmanaError("ERR_STORE_DAMAGED");
    return file;
  }
}

/** Nobody enrols any more. */
function hasEnded({ cancelled, windows }: RoundTimes, seconds: number): boolean {
  return cancelled !== null || seconds >= windows.enrolmentClose;
}
