import { createHash } from "node:crypto";
import { AmanaError } from "@amana/core/errors";
import { FileCache } from "../file-cache.ts";
import type {
  Admission,
  Admitted,
  Claimed,
  EpochRecord,
  IndexedRecord,
  Invitation,
  LookedUp,
  PendingCount,
  Store,
  StoredGroup,
  Upload,
} from "../store.ts";
import { Admissions } from "./admissions.ts";
import { Database, fromHex } from "./database.ts";
import { Invitations } from "./invitations.ts";
import { Lease } from "./lease.ts";
import { migrate } from "./migrations.ts";
import { checkSettings, tellingSettings } from "./settings.ts";
import { RoundTables } from "./tables.ts";
import { Uploads } from "./uploads.ts";

/**
 * Opens a PostgreSQL database (15 or newer) by its address, `postgres://user:password@host:port/database`, and brings its tables to the present
 * version. Any number of processes may share one. The address is a secret, and in no error.
 * @throws ERR_CONFIG_INVALID for a database that may forget or notes times, ERR_STORE_NEWER for a newer program's, ERR_OVERLOADED when it is not there, ERR_STORE_WRITE
 */
export async function postgresStore(url: string): Promise<PostgresStored> {
  const database = new Database(url);
  try {
    await checkSettings(database);
    await migrate(database);
    const store = new PostgresStore(database);
    return Object.assign(store, { telling: await tellingSettings(database) });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The store, and what its operator should see to: settings of the database by which it tells when answers came. */
export interface PostgresStored extends Store {
  readonly telling: readonly string[];
}

interface Round {
  readonly admissions: Admissions;
  readonly invitations: Invitations;
  readonly uploads: Uploads;
}

/** Names of documents, as the default store has them. */
const DOCUMENT = /^[a-z0-9-]+(\/[a-z0-9-]+){0,3}$/;
const HASH = /^[0-9a-f]{64}$/;
const ISSUER = /^[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/;

class PostgresStore implements Store {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #tables: RoundTables;
  readonly #rounds = new Map<string, Round>();
  readonly #files = new FileCache();

  constructor(database: Database) {
    this.#database = database;
    this.#lease = new Lease(database);
    this.#tables = new RoundTables(database);
  }

  async putFile(bytes: Uint8Array): Promise<string> {
    const name = hashOf(bytes);
    await this.#database.query("INSERT INTO amana.file (sha256, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING", [fromHex(name), bytes]);
    return name;
  }

  async getFile(sha256: string): Promise<Uint8Array | null> {
    if (!HASH.test(sha256)) return null;
    return this.#files.get(sha256, async () => {
      const bytes = await this.#bytes("SELECT bytes FROM amana.file WHERE sha256 = $1", fromHex(sha256));
      if (bytes !== null && hashOf(bytes) !== sha256) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: file ${sha256}` });
      return bytes;
    });
  }

  readTile(path: string): Promise<Uint8Array | null> {
    return this.#bytes("SELECT bytes FROM amana.tile WHERE path = $1", path);
  }

  async writeTile(path: string, bytes: Uint8Array): Promise<void> {
    await this.#lease.write(
      "INSERT INTO amana.tile (path, bytes) VALUES ($1, $2) ON CONFLICT (path) DO UPDATE SET bytes = EXCLUDED.bytes",
      [path, bytes],
    );
  }

  async readCheckpoint(): Promise<string | null> {
    const [row] = await this.#database.query<{ note: string }>("SELECT note FROM amana.checkpoint");
    return row?.note ?? null;
  }

  async writeCheckpoint(note: string): Promise<void> {
    await this.#lease.write("INSERT INTO amana.checkpoint (note) VALUES ($1) ON CONFLICT (one) DO UPDATE SET note = EXCLUDED.note", [note]);
  }

  async readDocument(name: string): Promise<unknown> {
    const [row] = await this.#database.query<{ value: unknown }>("SELECT value FROM amana.document WHERE name = $1", [documentName(name)]);
    return row?.value ?? null;
  }

  async writeDocument(name: string, value: unknown): Promise<void> {
    await this.#lease.write(
      "INSERT INTO amana.document (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
      [documentName(name), JSON.stringify(value)],
    );
  }

  async removeDocument(name: string): Promise<void> {
    const [there] = await this.#database.query("SELECT FROM amana.document WHERE name = $1", [documentName(name)]);
    if (there === undefined) return;
    await this.#lease.write("DELETE FROM amana.document WHERE name = $1", [name]);
    // Documents hold keys: what is destroyed is cleared from its page now.
    await this.#database.query("VACUUM (SKIP_LOCKED) amana.document").catch(() => undefined);
  }

  async listDocuments(prefix: string): Promise<string[]> {
    const folder = `${documentName(prefix.replace(/\/$/, ""))}/`;
    const rows = await this.#database.query<{ name: string }>(
      "SELECT name FROM amana.document WHERE starts_with(name, $1) AND strpos(substr(name, length($1) + 1), '/') = 0 ORDER BY name COLLATE \"C\"",
      [folder],
    );
    return rows.map(({ name }) => name);
  }

  addInvitations(round: string, issuer: string, invited: readonly string[]): Promise<void> {
    if (!ISSUER.test(issuer)) throw new TypeError("not an audience and an issuer");
    if (!invited.every((hash) => HASH.test(hash))) throw new TypeError("not invited hashes");
    return this.#round(round).invitations.add(issuer, invited);
  }

  invitation(round: string, issuer: string, invited: string): Promise<Invitation | null> {
    return this.#round(round).invitations.find(issuer, invited);
  }

  claimInvitation(round: string, issuer: string, invited: string, requestHash: string, draw: Uint8Array): Promise<Claimed> {
    return this.#round(round).invitations.claim(issuer, invited, requestHash, draw);
  }

  draws(round: string, issuer: string): Promise<Uint8Array[]> {
    return this.#round(round).invitations.draws(issuer);
  }

  mergeClaims(round: string): Promise<void> {
    return this.#round(round).invitations.merge();
  }

  endClaims(round: string): Promise<void> {
    return this.#round(round).invitations.end();
  }

  admitSubmission(round: string, admission: Admission): Promise<Admitted> {
    return this.#round(round).admissions.admit(admission);
  }

  lookUp(round: string, responseKey: string, sequence: number): Promise<LookedUp> {
    return this.#round(round).admissions.lookUp(responseKey, sequence);
  }

  admittedLeaves(round: string): Promise<{ leafHash: string; epoch: number }[]> {
    return this.#round(round).admissions.leaves();
  }

  index(round: string): Promise<IndexedRecord[]> {
    return this.#round(round).admissions.all();
  }

  records(round: string, leafHashes: ReadonlySet<string>): Promise<EpochRecord[]> {
    return this.#round(round).admissions.records(leafHashes);
  }

  pendingCounts(round: string): Promise<ReadonlyMap<number, PendingCount>> {
    return this.#round(round).admissions.counts();
  }

  endAdmissions(round: string): Promise<void> {
    return this.#round(round).admissions.end();
  }

  prepareEpoch(round: string, epoch: number): Promise<Uint8Array[]> {
    return this.#round(round).admissions.prepare(epoch);
  }

  finishEpoch(round: string, epoch: number, superseded: "drop" | "keep"): Promise<void> {
    return this.#round(round).admissions.finish(epoch, superseded);
  }

  recoverRound(round: string, sealed: readonly { to: number; count: number }[], superseded: "drop" | "keep"): Promise<void> {
    return this.#round(round).admissions.recover(sealed, superseded);
  }

  putGroup(round: string, upload: string, group: StoredGroup): Promise<"kept" | "same" | "other"> {
    return this.#round(round).uploads.put(upload, group);
  }

  uploads(round: string): Promise<Upload[]> {
    return this.#round(round).uploads.list();
  }

  claimUploads(round: string, uploads: readonly string[], leafHash: string): Promise<boolean> {
    return this.#round(round).uploads.claim(uploads, leafHash);
  }

  settleUploads(round: string, uploads: readonly string[]): Promise<void> {
    return this.#round(round).uploads.settle(uploads);
  }

  dropUploads(round: string, uploads: readonly Pick<Upload, "upload" | "mark">[]): Promise<void> {
    return this.#round(round).uploads.drop(uploads);
  }

  settledChunks(round: string): Promise<number> {
    return this.#round(round).uploads.settled();
  }

  chunk(round: string, sha256: string): Promise<Uint8Array | null> {
    return this.#round(round).uploads.chunk(sha256);
  }

  async destroyEnvelopes(round: string): Promise<void> {
    await this.#round(round).admissions.destroyEnvelopes();
    await this.#round(round).uploads.destroy();
  }

  epoch(round: string, epoch: number): AsyncIterable<EpochRecord> {
    return this.#round(round).admissions.epoch(epoch);
  }

  /** How much room the database's machine has is not told from inside: its operator watches it. */
  async free(): Promise<null> {
    return null;
  }

  alone<T>(refresh: () => Promise<void>, task: () => Promise<T>): Promise<T> {
    return this.#lease.run(refresh, task);
  }

  async useOnce(token: string, { now, until }: { readonly now: number; readonly until: number }): Promise<boolean> {
    await this.#database.query("DELETE FROM amana.used_token WHERE until < $1", [Math.floor(now)]);
    const used = await this.#database.query(
      "INSERT INTO amana.used_token (token, until) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1",
      [token, Math.ceil(until)],
    );
    return used.length === 1;
  }

  async sharedKey(fresh: Uint8Array): Promise<Uint8Array> {
    await this.#database.query("INSERT INTO amana.shared_key (key) VALUES ($1) ON CONFLICT DO NOTHING", [fresh]);
    const [row] = await this.#database.query<{ key: Buffer }>("SELECT key FROM amana.shared_key");
    return new Uint8Array(row?.key ?? fresh);
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#rounds.values()].flatMap((round) => [round.admissions.idle(), round.invitations.idle(), round.uploads.idle()]),
    );
    await this.#database.close();
  }

  async #bytes(sql: string, key: unknown): Promise<Uint8Array | null> {
    const [row] = await this.#database.query<{ bytes: Buffer }>(sql, [key]);
    return row === undefined ? null : new Uint8Array(row.bytes);
  }

  #round(id: string): Round {
    const known = this.#rounds.get(id);
    if (known !== undefined) return known;
    if (!HASH.test(id)) throw new TypeError("not a manifest id in hex");
    const round: Round = {
      admissions: new Admissions(this.#tables, id),
      invitations: new Invitations(this.#tables, id),
      uploads: new Uploads(this.#database, this.#tables, id),
    };
    this.#rounds.set(id, round);
    return round;
  }
}

function documentName(name: string): string {
  if (!DOCUMENT.test(name)) throw new TypeError("not the name of a document");
  return name;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
