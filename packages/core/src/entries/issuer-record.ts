import { equal, fromHex, SHA256 } from "../bytes/index.ts";
import { checkDraw, DRAW_LENGTH, type Draw, decodeDraws } from "../credential/index.ts";
import { AmanaError } from "../errors/index.ts";
import { InvitedList, type Manifest, type RoundIssuer, roundIssuers } from "../manifest/index.ts";
import type { DrawsEntry, ReplacedEntry } from "./model.ts";
import { type IssuerEntry, verifyEntry } from "./signatures.ts";

/** What an invitation is, by its place in the list. */
const VALID = 0;
const DRAWN = 1;
const REPLACED = 2;
const SPARE = 3;

/**
 * What one issuer has logged in a round, entry by entry in ledger order, and whether it may: draws among valid invitations, each signed and none twice;
 * replacements of what nobody drew by what was never given out. Servers ask before they log, trustees before they commit, witnesses and
 * auditors when they look. A list that is refused changes nothing.
 */
export class IssuerRecord {
  readonly #manifest: Manifest;
  readonly #issuer: RoundIssuer;
  readonly #place: string;
  readonly #list: InvitedList;
  readonly #states: Uint8Array;
  /** 32 bytes for each place, of those that were drawn. */
  readonly #blinded: Uint8Array;
  #logged = false;
  #destroyed = false;

  /**
   * `audience` and `issuer` are places in the manifest; `file` is the invitations file.
   * @throws ERR_INVITATIONS_FORMAT when it is not the manifest's, ERR_ISSUER_RECORD when there is no such issuer
   */
  constructor(manifest: Manifest, audience: number, issuer: number, file: Uint8Array) {
    const named = manifest.audiences[audience];
    const invitations = named?.issuers[issuer]?.invitations;
    const found = roundIssuers(manifest, audience)[issuer];
    if (named === undefined || invitations === undefined || found === undefined) throw new AmanaError("ERR_ISSUER_RECORD");
    this.#manifest = manifest;
    this.#issuer = found;
    this.#place = `${named.id}/${found.name}`;
    this.#list = new InvitedList(file, invitations);
    this.#states = new Uint8Array(this.#list.count).fill(SPARE, this.#list.invited);
    this.#blinded = new Uint8Array(32 * this.#list.count);
  }

  /** The checked list of invited hashes. */
  get list(): InvitedList {
    return this.#list;
  }

  /** How many have drawn; null while no list of draws was taken. */
  get drawn(): number | null {
    return this.#logged ? this.#states.reduce((sum, state) => sum + (state === DRAWN ? 1 : 0), 0) : null;
  }

  /** Whether the issuer has signed that its keys are gone. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** What the ledger has of an invitation: the blinded hash of its draw, or why there is none. */
  stateOf(invitedHash: Uint8Array): "unknown" | "open" | "replaced" | "spare" | { readonly blindedHash: Uint8Array } {
    const place = this.#list.find(invitedHash);
    if (place < 0) return "unknown";
    if (this.#states[place] === DRAWN) return { blindedHash: this.#blinded.slice(32 * place, 32 * place + 32) };
    return this.#states[place] === REPLACED ? "replaced" : this.#states[place] === SPARE ? "spare" : "open";
  }

  /** Takes a list of draws with its file; both are attacker-controlled. @throws ERR_ISSUER_RECORD with what is wrong, ERR_DRAWS_FORMAT */
  draws(entry: DrawsEntry, file: Uint8Array): void {
    const taking = this.takeDraws(entry);
    if (!equal(SHA256(file), fromHex(entry.sha256))) this.#wrong("another list of draws than it signed");
    taking.add(decodeDraws(file));
    taking.end();
  }

  /**
   * The same for a list that is read piece by piece, and whose hash the caller compares. Nothing counts before `end`.
   * @throws ERR_ISSUER_RECORD with what is wrong, here and from both calls
   */
  takeDraws(entry: DrawsEntry): { add(draws: readonly Draw[]): void; end(): void } {
    this.#mine(entry, `${entry.audience}/${entry.issuer}`);
    const places = new Set<number>();
    return {
      add: (draws) => {
        for (const draw of draws) {
          const place = this.#placeOf(draw);
          if (places.has(place)) this.#wrong("an invitation that was drawn twice");
          places.add(place);
          this.#blinded.set(draw.blindedHash, 32 * place);
        }
      },
      end: () => {
        if (places.size !== entry.count || entry.length !== DRAW_LENGTH * places.size) this.#wrong("a list of draws of another length");
        for (const place of places) this.#states[place] = DRAWN;
        this.#logged = true;
      },
    };
  }

  #placeOf(draw: Draw): number {
    const place = this.#list.find(draw.invitedHash);
    if (place < 0) this.#wrong("a draw without an invitation");
    const state = this.#states[place];
    if (state === DRAWN) this.#wrong("an invitation that was drawn twice");
    if (state === REPLACED) this.#wrong("a draw of an invitation that was replaced");
    if (state === SPARE) this.#wrong("a draw of a spare that was given to nobody");
    if (!checkDraw(draw, this.#issuer)) this.#wrong("a draw that its keys did not sign");
    return place;
  }

  /** Takes a replacement or a revocation. @throws ERR_ISSUER_RECORD with what is wrong */
  replaced(entry: ReplacedEntry): void {
    this.#mine(entry, `${entry.audience}/${entry.issuer}`);
    if (this.#logged) this.#wrong("a replacement after its draws");
    const place = this.#list.find(fromHex(entry.invited));
    if (this.#states[place] !== VALID) this.#wrong("a replacement of what is no valid invitation");
    const by = entry.by === null ? -1 : this.#list.find(fromHex(entry.by));
    if (entry.by !== null && this.#states[by] !== SPARE) this.#wrong("a replacement by what is no spare, or was given out before");
    this.#states[place] = REPLACED;
    if (by >= 0) this.#states[by] = VALID;
  }

  /** Takes the statement that the keys are gone: nothing comes after it. @throws ERR_ISSUER_RECORD with what is wrong */
  keyDestroyed(entry: IssuerEntry & { readonly type: "key-destroyed" }): void {
    this.#mine(entry, entry.holder.slice("issuer/".length));
    if (!this.#logged) this.#wrong("a destroyed key before its draws");
    this.#destroyed = true;
  }

  #mine(entry: IssuerEntry, place: string): void {
    if (place !== this.#place || !verifyEntry(this.#manifest, entry)) this.#wrong("an entry that it did not sign");
    if (this.#destroyed) this.#wrong("an entry after its keys were destroyed");
  }

  #wrong(what: string): never {
    throw new AmanaError("ERR_ISSUER_RECORD", { note: `${this.#place}: ${what}.` });
  }
}
