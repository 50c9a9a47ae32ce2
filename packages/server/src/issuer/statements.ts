import { type DrawsEntry, encodeEntry, type IssuerRecord, type KeyDestroyedEntry, type ReplacedEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { takeDraws } from "../services/issuer-records.ts";
import { encodeDelivery } from "../services/issuing.ts";
import type { Store } from "../stores/store.ts";
import type { IssuerLink } from "./link.ts";

/** What the process has signed for the ledger. `file` names the list of a `draws` entry. */
interface Said {
  readonly entry: DrawsEntry | ReplacedEntry | KeyDestroyedEntry;
  readonly file: string | null;
  readonly delivered: boolean;
}

const saidSchema = v.array(v.object({ entry: v.looseObject({ type: v.string() }), file: v.nullable(v.string()), delivered: v.boolean() }));

/**
 * What one issuer says in the ledger, in order: kept before anybody gets it, handed in until the ledger has it. What could not be kept was not said,
 * also not for the record: else a disk that fails once would leave draws that are never published, and keys that are destroyed all the same.
 * Whoever calls it takes turns.
 */
export class Statements {
  readonly #store: Store;
  readonly #link: IssuerLink;
  readonly #emptyRecord: () => IssuerRecord;
  #said: readonly Said[];
  /** Null until it is read from what was said. */
  #record: IssuerRecord | null = null;

  private constructor(store: Store, link: IssuerLink, emptyRecord: () => IssuerRecord, said: readonly Said[]) {
    this.#store = store;
    this.#link = link;
    this.#emptyRecord = emptyRecord;
    this.#said = said;
  }

  /** Reads what was said before. `emptyRecord` makes the record of this issuer before it said anything. @throws ERR_STORE_DAMAGED, ERR_ISSUER_RECORD */
  static async open(store: Store, link: IssuerLink, emptyRecord: () => IssuerRecord): Promise<Statements> {
    const stored = v.safeParse(saidSchema, (await store.readDocument("said")) ?? []);
    if (!stored.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: "Unreadable: said" });
    const statements = new Statements(store, link, emptyRecord, stored.output as unknown as Said[]);
    await statements.record();
    return statements;
  }

  /** What the issuer has said, as the ledger will judge it. @throws ERR_STORE_DAMAGED without a list of draws */
  async record(): Promise<IssuerRecord> {
    if (this.#record !== null) return this.#record;
    const record = this.#emptyRecord();
    for (const { entry, file } of this.#said) await take(record, entry, entry.type === "draws" ? await this.#file(file) : null);
    this.#record = record;
    return record;
  }

  /** Whether draws were said, delivered or not. */
  get hasDraws(): boolean {
    return this.#said.some(({ entry }) => entry.type === "draws");
  }

  get keysDestroyed(): boolean {
    return this.#said.some(({ entry }) => entry.type === "key-destroyed");
  }

  /** How many are not in the ledger yet. */
  get undelivered(): number {
    return this.#said.filter(({ delivered }) => !delivered).length;
  }

  /** How many draws the ledger has; null while it has no list. */
  get drawsLogged(): number | null {
    const lists = this.#said.flatMap(({ entry, delivered }) => (delivered && entry.type === "draws" ? [entry.count] : []));
    return lists.length === 0 ? null : lists.reduce((sum, count) => sum + count, 0);
  }

  /** What was said of a lost invitation, by its invited hash; undefined if nothing. */
  replacementOf(invited: string): ReplacedEntry | undefined {
    for (const { entry } of this.#said) if (entry.type === "replaced" && entry.invited === invited) return entry;
    return undefined;
  }

  /** The spares that the ledger names, by invited hash. */
  get spares(): readonly string[] {
    return this.#said.flatMap(({ entry, delivered }) => (delivered && entry.type === "replaced" && entry.by !== null ? [entry.by] : []));
  }

  /** Says something: it may, and it is on the disk, when this returns. @throws ERR_ISSUER_RECORD, ERR_STORE_WRITE; then nothing was said */
  async say(entry: Said["entry"], file: Uint8Array | null): Promise<void> {
    const record = await this.record();
    // Read again from what was said, unless all goes well.
    this.#record = null;
    await take(record, entry, file);
    await this.#write([...this.#said, { entry, file: file === null ? null : await this.#store.putFile(file), delivered: false }]);
    this.#record = record;
  }

  /** Hands in, in order, what the ledger does not have. The same bytes again are the same entry. @throws ERR_NETWORK and what the server refuses */
  async deliver(): Promise<void> {
    for (const [at, { entry, file, delivered }] of this.#said.entries()) {
      if (delivered) continue;
      if (entry.type === "draws") await this.#link.deliverDraws(encodeDelivery(entry, await this.#file(file)));
      else await this.#link.deliverEntry(encodeEntry(entry));
      await this.#write(this.#said.with(at, { entry, file, delivered: true }));
    }
  }

  async #write(said: readonly Said[]): Promise<void> {
    await this.#store.writeDocument("said", said);
    this.#said = said;
  }

  async #file(sha256: string | null): Promise<Uint8Array> {
    const file = sha256 === null ? null : await this.#store.getFile(sha256);
    if (file === null) throw new AmanaError("ERR_STORE_DAMAGED");
    return file;
  }
}

async function take(record: IssuerRecord, entry: Said["entry"], file: Uint8Array | null): Promise<void> {
  if (entry.type === "draws") await takeDraws(record, entry, file ?? new Uint8Array(0));
  else if (entry.type === "replaced") record.replaced(entry);
  else record.keyDestroyed(entry);
}
