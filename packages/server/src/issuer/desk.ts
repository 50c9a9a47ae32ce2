import { SHA256, toHex } from "@amana/core/bytes";
import { decodeDraws, encodeDraws } from "@amana/core/credential";
import type { DrawsEntry, ReplacedEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { type Manifest, type ManifestIssuer, manifestId, manifestSchema, manifestTimes, type RoundTimes } from "@amana/core/manifest";
import * as v from "valibot";
import { createIssuer, type Issuer, invitationsOf } from "../services/issuer.ts";
import { spareFor, takeOut } from "../services/issuing.ts";
import { readObjection, signObjection } from "../services/objections.ts";
import { type LiveRound, liveRound, Rounds } from "../services/round.ts";
import { Serial } from "../services/serial.ts";
import type { Store } from "../stores/store.ts";
import { adoptRound, emptyRecord, MANIFEST } from "./adopt.ts";
import type { IssuerSetup } from "./folder.ts";
import type { IssuerLink } from "./link.ts";
import { Statements } from "./statements.ts";

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

/** A round that was taken up, and what was said in it. */
interface Taken {
  readonly round: LiveRound;
  readonly statements: Statements;
}

/** One issuer, alone with its own data: it enrols, publishes its draws, takes objections, destroys its keys. */
export class IssuerDesk {
  readonly #store: Store;
  readonly #setup: IssuerSetup;
  readonly #link: IssuerLink;
  readonly #now: () => Date;
  readonly #rounds = new Rounds();
  readonly #issuer: Issuer;
  readonly #turn = new Serial();
  #taken: Taken | null = null;
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
    const known = await store.readDocument(MANIFEST);
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
      const { statements } = this.#takenUp();
      const record = await statements.record();
      const signed = signObjection(receipt, { round, audience, record, now: this.#now(), issuer: this.#issuer });
      if (signed !== null) await statements.say(signed.entry, signed.file);
    });
    // It is said: what cannot be delivered now is delivered by the clock.
    await this.#turn.run(() => this.#deliver()).catch(() => undefined);
  }

  /** Replaces an invitation, or revokes it without `spares`. The spare's code may be given out when this returns: the ledger names it. */
  async replace(invited: string, spares: readonly string[]): Promise<{ readonly by: string | null }> {
    const by = await this.#turn.run(async () => {
      const { round, statements } = this.#takenUp();
      const { audience, issuer } = this.#setup.offer;
      const before = statements.replacementOf(invited);
      if (before !== undefined) return before.by;
      if (hasEnded(round.times, this.#now().getTime() / 1000)) throw new AmanaError("ERR_ROUND_CLOSED");
      const spare = spareFor(await statements.record(), spares);
      await takeOut(this.#store, round, invitationsOf(audience, issuer.name), invited);
      const names = { audience, issuer: issuer.name, invited, by: spare };
      await statements.say(this.#issuer.sign<ReplacedEntry>(round, audience, issuer.name, { type: "replaced", ...names }), null);
      return spare;
    });
    await this.#turn.run(() => this.#deliver());
    return { by };
  }

  status(): IssuerStatus {
    const { programme, round, audience, issuer } = this.#setup.offer;
    const { undelivered = 0, drawsLogged = null } = this.#taken?.statements ?? {};
    return { programme, round, audience, issuer: issuer.name, state: this.#state(), undelivered, drawsLogged };
  }

  #state(): IssuerStatus["state"] {
    if (this.#taken === null) return "offered";
    const { round, statements } = this.#taken;
    if (statements.keysDestroyed) return "keys destroyed";
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
      const taken = this.#taken ?? (await this.#find());
      if (taken === null) return;
      const { round, statements } = taken;
      const seconds = this.#now().getTime() / 1000;
      const isUndrawn = (): boolean => hasEnded(round.times, seconds) && !statements.hasDraws;
      // Draws are the last word: not before it is known that enrolment was not lengthened.
      if (isUndrawn()) await this.#look(round, seconds);
      else if (Math.abs(seconds - this.#lookedAt) >= LOOK) await this.#look(round, seconds).catch(() => undefined);
      if (isUndrawn()) await this.#publishDraws(taken);
      // Neither waits for the other: not the keys for a server that is gone, nor the draws for a disk that keeps a key.
      try {
        await this.#destroyKeys(taken, seconds);
      } finally {
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

  async #find(): Promise<Taken | null> {
    const found = await this.#link.findRound();
    if (found === null) return null;
    await adoptRound(this.#store, this.#setup, found.manifest);
    this.#times = found.times;
    return this.#live(found.manifest);
  }

  async #live(manifest: Manifest): Promise<Taken> {
    const round = this.#roundOf(manifest);
    const { audience, issuer } = this.#setup.offer;
    const statements = await Statements.open(this.#store, this.#link, () => emptyRecord(this.#setup, manifest));
    if (statements.hasDraws) round.state.enrolmentEnded = true;
    if (statements.keysDestroyed) round.state.destroyed.add(`${audience}/${issuer.name}`);
    await this.#issuer.load(round);
    const taken = { round, statements };
    await this.#addSpares(taken);
    this.#rounds.add(round);
    this.#taken = taken;
    return taken;
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

  /** Spares that the ledger names are invitations from then on. */
  async #addSpares({ round, statements }: Taken): Promise<void> {
    const { audience, issuer } = this.#setup.offer;
    const place = invitationsOf(audience, issuer.name);
    const news: string[] = [];
    for (const spare of statements.spares) if ((await this.#store.invitation(round.idHex, place, spare)) === null) news.push(spare);
    if (news.length > 0) await this.#store.addInvitations(round.idHex, place, news);
  }

  async #publishDraws({ round, statements }: Taken): Promise<void> {
    const { audience, issuer } = this.#setup.offer;
    round.state.enrolmentEnded = true;
    await this.#store.endClaims(round.idHex);
    const draws = (await this.#store.draws(round.idHex, invitationsOf(audience, issuer.name))).flatMap((draw) => decodeDraws(draw));
    const file = encodeDraws(draws);
    const fields = { audience, issuer: issuer.name, count: draws.length, sha256: toHex(SHA256(file)), length: file.length };
    await statements.say(this.#issuer.sign<DrawsEntry>(round, audience, issuer.name, { type: "draws", ...fields }), file);
  }

  /** Once nobody can object any more. Signed and kept before the keys go: a stop in between loses no statement. */
  async #destroyKeys({ round, statements }: Taken, seconds: number): Promise<void> {
    const { cancelled, windows, deadlines } = round.times;
    const isOver = cancelled !== null || seconds >= windows.enrolmentClose + deadlines.objection;
    if (!isOver || !statements.hasDraws || statements.keysDestroyed) return;
    for (const entry of await this.#issuer.destroyKeys(round)) await statements.say(entry, null);
    await this.#issuer.forgetStatements(round);
  }

  async #deliver(): Promise<void> {
    const taken = this.#takenUp();
    await taken.statements.deliver();
    await this.#addSpares(taken);
  }

  #takenUp(): Taken {
    if (this.#taken === null) throw new AmanaError("ERR_ROUND_UNKNOWN");
    return this.#taken;
  }
}

/** Nobody enrols any more. */
function hasEnded({ cancelled, windows }: RoundTimes, seconds: number): boolean {
  return cancelled !== null || seconds >= windows.enrolmentClose;
}
