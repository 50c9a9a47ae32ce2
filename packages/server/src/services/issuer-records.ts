import { SHA256, toHex } from "@amana/core/bytes";
import { decodeDraws } from "@amana/core/credential";
import { type DrawsEntry, IssuerRecord, type ReplacedEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Store } from "../stores/store.ts";
import type { Ledger } from "./ledger.ts";
import { issuerPlace, type LiveRound } from "./round.ts";

/** One issuer of a round: the audience's id and its name. */
export interface IssuerOf {
  readonly audience: string;
  readonly issuer: string;
}

/** Draws whose signatures are checked before anything else has its turn. */
const AT_ONCE = 256;

/**
 * What each issuer has logged, by the ledger, its own issuers too. A witness refuses a ledger for ever from the first entry on that an issuer may not
 * log: so whoever logs for an issuer asks its record before. All use happens in the one turn of what is logged.
 */
export class IssuerRecords {
  readonly #ledger: Ledger;
  readonly #store: Store;
  readonly #known = new Map<string, { readonly record: IssuerRecord; read: number }>();

  constructor(ledger: Ledger, store: Store) {
    this.#ledger = ledger;
    this.#store = store;
  }

  /** The record as the ledger has it. @throws ERR_STORE_DAMAGED without its list of invitations or a list of draws */
  async of(round: LiveRound, { audience, issuer }: IssuerOf): Promise<IssuerRecord> {
    const { documents } = this.#ledger;
    const key = keyOf(round, { audience, issuer });
    let known = this.#known.get(key);
    for (let at = known?.read ?? 0; at < documents.length; at++) {
      const { entry } = documents[at] as (typeof documents)[number];
      if (!("manifest" in entry) || entry.manifest !== round.idHex) continue;
      const mine = "issuer" in entry && entry.audience === audience && entry.issuer === issuer;
      if (mine && entry.type === "invitations")
        known = { record: newRecord(round, { audience, issuer }, await this.#file(entry.sha256)), read: at };
      else if (mine && entry.type === "draws" && known !== undefined)
        await takeDraws(known.record, entry as DrawsEntry, await this.#file(entry.sha256));
      else if (mine && entry.type === "replaced") known?.record.replaced(entry as ReplacedEntry);
      else if (entry.type === "key-destroyed" && entry.holder === `issuer/${issuerPlace(audience, issuer)}`)
        known?.record.keyDestroyed(entry);
      if (known !== undefined) known.read = at + 1;
    }
    if (known === undefined) throw new AmanaError("ERR_STORE_DAMAGED");
    known.read = documents.length;
    this.#known.set(key, known);
    return known.record;
  }

  /**
   * Logs what these issuers' records have taken. If that fails they are read from the ledger again. What a record refused changed nothing in it, and
   * need not come here: else strangers could have all draws of a round checked anew with every refused request.
   */
  async logged<T>(round: LiveRound, places: readonly IssuerOf[], log: () => Promise<T>): Promise<T> {
    const keys = places.map((place) => keyOf(round, place));
    try {
      const result = await log();
      for (const known of keys.map((key) => this.#known.get(key))) if (known !== undefined) known.read = this.#ledger.documents.length;
      return result;
    } catch (error) {
      for (const key of keys) this.#known.delete(key);
      throw error;
    }
  }

  async #file(sha256: string): Promise<Uint8Array> {
    const file = await this.#store.getFile(sha256);
    if (file === null || toHex(SHA256(file)) !== sha256) throw new AmanaError("ERR_STORE_DAMAGED");
    return file;
  }
}

/** Has a record take a list, however long, while requests are answered in between. @throws as `IssuerRecord.draws` */
export async function takeDraws(record: IssuerRecord, entry: DrawsEntry, file: Uint8Array): Promise<void> {
  const taking = record.takeDraws(entry);
  if (toHex(SHA256(file)) !== entry.sha256) throw new AmanaError("ERR_ISSUER_RECORD", { note: "Another list of draws than it signed." });
  const draws = decodeDraws(file);
  for (let at = 0; at < draws.length; at += AT_ONCE) {
    taking.add(draws.slice(at, at + AT_ONCE));
    await new Promise((resolve) => setImmediate(resolve));
  }
  taking.end();
}

function keyOf({ idHex }: LiveRound, { audience, issuer }: IssuerOf): string {
  return `${idHex}/${issuerPlace(audience, issuer)}`;
}

function newRecord({ manifest }: LiveRound, { audience, issuer }: IssuerOf, file: Uint8Array): IssuerRecord {
  const at = manifest.audiences.findIndex(({ id }) => id === audience);
  const place = (manifest.audiences[at]?.issuers ?? []).findIndex(({ name }) => name === issuer);
  return new IssuerRecord(manifest, at, place, file);
}
