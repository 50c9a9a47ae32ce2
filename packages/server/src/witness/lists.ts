import { toHex } from "@amana/core/bytes";
import { DRAW_LENGTH } from "@amana/core/credential";
import {
  type DrawsEntry,
  type Entry,
  type InvitationsEntry,
  IssuerRecord,
  type KeyDestroyedEntry,
  type ManifestEntry,
} from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { type Manifest, manifestId } from "@amana/core/manifest";
import type { Refusal } from "./rules.ts";

/** Gives a file of the ledger by its hash, checked and kept, of exactly `length` bytes. @throws ERR_LEDGER_MISSING, ERR_NETWORK, ERR_STORE_WRITE */
export type ListFiles = (sha256: string, length: number) => Promise<Uint8Array>;

/** Bytes of an invited hash. */
const INVITED = 32;

/**
 * What issuers have logged, in ledger order: lists of invitations and draws, which a witness fetches, checks and keeps, replacements, and destroyed
 * keys. A refused entry changes nothing. Of an issuer whose keys are gone no more is remembered than that.
 */
export class IssuerLists {
  readonly #files: ListFiles;
  readonly #manifests = new Map<string, Manifest>();
  /** By `<manifest>/<audience>/<issuer>`; null once the keys are gone. */
  readonly #records = new Map<string, IssuerRecord | null>();

  constructor(files: ListFiles) {
    this.#files = files;
  }

  /** Takes up what was taken before, in ledger order. Lists of issuers whose keys are gone since are not looked at again. */
  static async after(files: ListFiles, kept: readonly Entry[]): Promise<IssuerLists> {
    const lists = new IssuerLists(files);
    const gone = new Set(kept.flatMap((entry) => (isIssuerKeyDestroyed(entry) ? [placeOfDestroyed(entry)] : [])));
    for (const place of gone) lists.#records.set(place, null);
    for (const [index, entry] of kept.entries()) {
      if (entry.type === "manifest") lists.manifest(entry);
      else if (!gone.has(placeOf(entry)) && (await lists.take(index, entry)) !== null) throw new AmanaError("ERR_STORE_DAMAGED");
    }
    return lists;
  }

  manifest({ manifest }: ManifestEntry): void {
    this.#manifests.set(toHex(manifestId(manifest)), manifest);
  }

  /** Whether this is an entry that must be kept: what comes later is checked against it. */
  static keeps(entry: Entry): boolean {
    return ["manifest", "invitations", "draws", "replaced"].includes(entry.type) || isIssuerKeyDestroyed(entry);
  }

  /** The next entry; null if it may stand there. Its file is attacker-controlled. @throws ERR_LEDGER_MISSING, ERR_NETWORK, ERR_STORE_WRITE */
  async take(index: number, entry: Entry): Promise<Refusal | null> {
    try {
      await this.#take(entry);
      return null;
    } catch (error) {
      if (!isAmanaError(error) || !REFUSED.has(error.code)) throw error;
      return { code: error.code, index, contradicts: null };
    }
  }

  async #take(entry: Entry): Promise<void> {
    const place = placeOf(entry);
    if (entry.type === "invitations") return this.#invitations(place, entry as InvitationsEntry);
    if (entry.type === "draws") {
      const draws = entry as DrawsEntry;
      if (draws.length !== DRAW_LENGTH * draws.count || draws.count > this.#rosterOf(draws)) throw new AmanaError("ERR_DRAWS_FORMAT");
      return this.#record(place).draws(draws, await this.#files(draws.sha256, draws.length));
    }
    if (entry.type === "replaced") this.#record(place).replaced(entry);
    if (!isIssuerKeyDestroyed(entry)) return;
    this.#record(place).keyDestroyed(entry);
    this.#records.set(place, null);
  }

  async #invitations(place: string, { manifest: id, audience, issuer, sha256, length, count }: InvitationsEntry): Promise<void> {
    const manifest = this.#manifests.get(id);
    const at = manifest?.audiences.findIndex((each) => each.id === audience) ?? -1;
    const by = manifest?.audiences[at]?.issuers.findIndex(({ name }) => name === issuer) ?? -1;
    const named = manifest?.audiences[at]?.issuers[by]?.invitations;
    if (manifest === undefined || named === undefined || this.#records.has(place)) throw new AmanaError("ERR_ISSUER_RECORD");
    if (count !== named.count || length !== INVITED * count) throw new AmanaError("ERR_INVITATIONS_FORMAT");
    this.#records.set(place, new IssuerRecord(manifest, at, by, await this.#files(sha256, length)));
  }

  #rosterOf({ manifest, audience }: DrawsEntry): number {
    return this.#manifests.get(manifest)?.audiences.find(({ id }) => id === audience)?.rosterSize ?? 0;
  }

  #record(place: string): IssuerRecord {
    const record = this.#records.get(place);
    if (record === undefined || record === null) throw new AmanaError("ERR_ISSUER_RECORD");
    return record;
  }
}

/** What an issuer, or whoever logs for it, must not do; everything else is a failure to look. */
const REFUSED: ReadonlySet<string> = new Set(["ERR_ISSUER_RECORD", "ERR_INVITATIONS_FORMAT", "ERR_DRAWS_FORMAT"]);

function isIssuerKeyDestroyed(entry: Entry): entry is KeyDestroyedEntry {
  return entry.type === "key-destroyed" && entry.holder.startsWith("issuer/");
}

function placeOfDestroyed({ manifest, holder }: KeyDestroyedEntry): string {
  return `${manifest}/${holder.slice("issuer/".length)}`;
}

function placeOf(entry: Entry): string {
  if (isIssuerKeyDestroyed(entry)) return placeOfDestroyed(entry);
  return "audience" in entry && "issuer" in entry ? `${entry.manifest}/${entry.audience}/${entry.issuer}` : "";
}
