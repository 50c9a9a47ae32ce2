import { DRAW_LENGTH } from "@amana/core/credential";
import {
  type DrawsEntry,
  type Entry,
  type InvitationsEntry,
  IssuerRecord,
  type KeyDestroyedEntry,
  type ReplacedEntry,
} from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { readDraws } from "./draws-file.ts";
import { fetchFile } from "./ledger-view.ts";
import type { Transport } from "./transport.ts";

type Said = DrawsEntry | ReplacedEntry | KeyDestroyedEntry;

/** What the issuers of one round have logged, in ledger order. Nothing is verified until a record is made. */
export class IssuerEntries {
  readonly #invitations = new Map<string, InvitationsEntry[]>();
  readonly #said = new Map<string, Said[]>();

  /** Takes an entry of the round; what is no issuer's is left out. */
  add(entry: Entry): void {
    if (entry.type === "invitations") append(this.#invitations, `${entry.audience}/${entry.issuer}`, entry as InvitationsEntry);
    if (entry.type === "draws" || entry.type === "replaced") append(this.#said, `${entry.audience}/${entry.issuer}`, entry as Said);
    if (entry.type === "key-destroyed" && entry.holder.startsWith("issuer/"))
      append(this.#said, entry.holder.slice("issuer/".length), entry);
  }

  /**
   * Fetches one issuer's lists and takes everything it logged, draw by draw.
   * @throws ERR_ISSUER_RECORD with the issuer's name and what is wrong, ERR_INVITATIONS_FORMAT, ERR_DRAWS_FORMAT, ERR_RESPONSE_INVALID, ERR_NETWORK
   */
  async record(transport: Transport, manifest: Manifest, audience: number, issuer: number): Promise<IssuerRecord> {
    const { id, issuers, rosterSize } = manifest.audiences[audience] as Manifest["audiences"][number];
    const { name, invitations } = issuers[issuer] as (typeof issuers)[number];
    const place = `${id}/${name}`;
    const [list, ...more] = this.#invitations.get(place) ?? [];
    if (list === undefined || more.length > 0 || list.count !== invitations.count || list.length !== 32 * list.count)
      throw new AmanaError("ERR_ISSUER_RECORD", { note: `${place}: the list of invitations is not in the ledger once.` });
    const record = new IssuerRecord(manifest, audience, issuer, await fetchFile(transport, list.sha256, list.length));
    for (const entry of this.#said.get(place) ?? []) {
      if (entry.type === "draws") await takeDraws(transport, record, entry, DRAW_LENGTH * rosterSize);
      else if (entry.type === "replaced") record.replaced(entry);
      else record.keyDestroyed(entry);
    }
    return record;
  }

  /** The records of all issuers, by audience, in the manifest's order. @throws as {@link record} */
  async records(transport: Transport, manifest: Manifest): Promise<IssuerRecord[][]> {
    const all: IssuerRecord[][] = [];
    for (const [audience, { issuers }] of manifest.audiences.entries()) {
      const records: IssuerRecord[] = [];
      for (const issuer of issuers.keys()) records.push(await this.record(transport, manifest, audience, issuer));
      all.push(records);
    }
    return all;
  }
}

/** A list may be long: it is taken piece by piece. */
async function takeDraws(transport: Transport, record: IssuerRecord, entry: DrawsEntry, limit: number): Promise<void> {
  const taking = record.takeDraws(entry);
  for await (const draws of readDraws(transport, entry, limit)) taking.add(draws);
  taking.end();
}

function append<T>(lists: Map<string, T[]>, place: string, entry: T): void {
  const list = lists.get(place) ?? [];
  list.push(entry);
  lists.set(place, list);
}
