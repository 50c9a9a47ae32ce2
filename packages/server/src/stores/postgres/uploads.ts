import { createHash, randomBytes } from "node:crypto";
import { AmanaError } from "@amana/core/errors";
import { GroupCommit } from "../group.ts";
import type { StoredGroup, Upload } from "../store.ts";
import { type Database, fromHex, type Query, toHex } from "./database.ts";
import type { RoundTables } from "./tables.ts";

/** Groups of a round that may wait for the database; more are refused. */
const QUEUE = 64;
const CHUNKS = 4;
const CHUNK = 65_536;
const UPLOAD = /^[0-9a-f]{32}$/;
/** Messages that one upload may be claimed by: each sealed anew because the one before was refused. */
const MOST_CLAIMS = 64;

type Kept = "kept" | "same" | "other";

interface Waiting {
  readonly upload: string;
  readonly group: StoredGroup;
}

interface UploadRow {
  readonly upload: Buffer;
  readonly groups: number;
  readonly mark: Buffer;
  readonly present: number;
  readonly claims: readonly Buffer[];
}

/** Attachments of one round: groups of chunks under the upload's random name, and after a seal chunks under their hash alone. */
export class Uploads {
  readonly #round: Buffer;
  readonly #name: string;
  readonly #database: Database;
  readonly #tables: RoundTables;
  readonly #commit: GroupCommit<Waiting, Kept>;

  constructor(database: Database, tables: RoundTables, round: string) {
    this.#name = round;
    this.#round = fromHex(round);
    this.#database = database;
    this.#tables = tables;
    this.#commit = new GroupCommit((items) => this.#putAll(items), QUEUE);
  }

  put(upload: string, group: StoredGroup): Promise<Kept> {
    if (!UPLOAD.test(upload)) return Promise.reject(new TypeError("not the id of an upload in hex"));
    return this.#commit.submit({ upload, group });
  }

  async list(): Promise<Upload[]> {
    const rows = await this.#database.query<UploadRow>(
      `SELECT upload, groups, mark,
         (SELECT count(*)::int FROM amana.upload_group g WHERE g.round = u.round AND g.upload = u.upload) AS present,
         ARRAY(SELECT leaf_hash FROM amana.upload_claim c WHERE c.round = u.round AND c.upload = u.upload ORDER BY leaf_hash) AS claims
       FROM amana.upload u WHERE round = $1`,
      [this.#round],
    );
    return rows.map(({ upload, groups, mark, present, claims }) => ({
      upload: toHex(upload),
      groups,
      present,
      claims: claims.map(toHex),
      mark: toHex(mark),
    }));
  }

  async settled(): Promise<number> {
    const [row] = await this.#database.query<{ count: number }>("SELECT count(*)::int AS count FROM amana.chunk WHERE round = $1", [
      this.#round,
    ]);
    return row?.count ?? 0;
  }

  claim(uploads: readonly string[], leafHash: string): Promise<boolean> {
    return this.#change(async (query) => {
      const names = uploads.map(fromHex);
      await query("SELECT FROM amana.upload WHERE round = $1 AND upload = ANY($2::bytea[]) ORDER BY upload FOR UPDATE", [
        this.#round,
        names,
      ]);
      const rows = await query<{ whole: boolean; full: boolean }>(
        `SELECT groups = (SELECT count(*) FROM amana.upload_group g WHERE g.round = u.round AND g.upload = u.upload) AS whole,
           $4 <= (SELECT count(*) FROM amana.upload_claim c WHERE c.round = u.round AND c.upload = u.upload AND c.leaf_hash <> $3) AS full
         FROM amana.upload u WHERE round = $1 AND upload = ANY($2::bytea[])`,
        [this.#round, names, fromHex(leafHash), MOST_CLAIMS],
      );
      if (rows.length < new Set(uploads).size || !rows.every(({ whole, full }) => whole && !full)) return false;
      await query(
        `INSERT INTO amana.upload_claim (round, upload, leaf_hash) SELECT $1, upload, $3 FROM unnest($2::bytea[]) AS upload ON CONFLICT DO NOTHING`,
        [this.#round, names, fromHex(leafHash)],
      );
      await query("UPDATE amana.upload SET mark = $3 WHERE round = $1 AND upload = ANY($2::bytea[])", [this.#round, names, newMark()]);
      return true;
    });
  }

  async chunk(hash: string): Promise<Uint8Array | null> {
    const [row] = await this.#database.query<{ bytes: Buffer }>(
      `SELECT bytes FROM amana.chunk WHERE round = $1 AND sha256 = $2
       UNION ALL SELECT substr(chunks, place * ${CHUNK} + 1, ${CHUNK}) FROM amana.upload_chunk JOIN amana.upload_group USING (round, upload, index)
       WHERE round = $1 AND sha256 = $2 LIMIT 1`,
      [this.#round, fromHex(hash)],
    );
    if (row === undefined) return null;
    if (hashOf(row.bytes) !== hash) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: chunk ${hash}` });
    return new Uint8Array(row.bytes);
  }

  /** Chunks in the order of their hashes, then the uploads go; the database forgets where their rows were. */
  async settle(uploads: readonly string[]): Promise<void> {
    await this.#change(async (query) => {
      const names = uploads.map(fromHex);
      await query(
        `INSERT INTO amana.chunk (round, sha256, bytes)
         SELECT DISTINCT ON (sha256) round, sha256, substr(chunks, place * ${CHUNK} + 1, ${CHUNK})
         FROM amana.upload_chunk JOIN amana.upload_group USING (round, upload, index)
         WHERE round = $1 AND upload = ANY($2::bytea[]) ORDER BY sha256 ON CONFLICT DO NOTHING`,
        [this.#round, names],
      );
      await query("DELETE FROM amana.upload WHERE round = $1 AND upload = ANY($2::bytea[])", [this.#round, names]);
    });
    await this.#sweep();
  }

  async drop(uploads: readonly Pick<Upload, "upload" | "mark">[]): Promise<void> {
    if (uploads.length === 0) return;
    await this.#change((query) =>
      query(
        `DELETE FROM amana.upload u USING unnest($2::bytea[], $3::bytea[]) AS meant (upload, mark)
         WHERE u.round = $1 AND u.upload = meant.upload AND u.mark = meant.mark`,
        [this.#round, uploads.map(({ upload }) => fromHex(upload)), uploads.map(({ mark }) => fromHex(mark))],
      ),
    );
    await this.#sweep();
  }

  /** Everything goes: of a round that was cancelled, or whose retention is over. */
  async destroy(): Promise<void> {
    await this.#change(async (query) => {
      for (const table of ["upload", "chunk"]) await query(`DELETE FROM amana.${table} WHERE round = $1`, [this.#round]);
    });
    await this.#sweep();
  }

  /** Resolves when what was begun is decided. */
  idle(): Promise<void> {
    return this.#commit.exclusive(async () => undefined);
  }

  /** Deleted rows are cleared from their pages now and not some time later. What cannot be cleared now is by the next one. */
  async #sweep(): Promise<void> {
    const tables = ["upload", "upload_group", "upload_chunk", "upload_claim", "chunk"].map((name) => `amana.${name}`);
    await this.#database.query(`VACUUM (SKIP_LOCKED) ${tables.join(", ")}`).catch(() => undefined);
  }

  #change<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#tables.change(this.#name, work);
  }

  /** Groups of one upload one after the other, uploads side by side. */
  #putAll(items: readonly Waiting[]): Promise<(Kept | Error)[]> {
    const turns = new Map<string, Promise<unknown>>();
    const results = items.map(({ upload, group }) => {
      const turn = (turns.get(upload) ?? Promise.resolve()).then(() => this.#put(upload, group).catch((error: Error) => error));
      turns.set(upload, turn);
      return turn;
    });
    return Promise.all(results);
  }

  #put(upload: string, { groups, index, chunks }: StoredGroup): Promise<Kept> {
    const hashes = Array.from({ length: CHUNKS }, (_, at) => hashOf(chunks.subarray(at * CHUNK, (at + 1) * CHUNK)));
    return this.#change(async (query) => {
      const place = [this.#round, fromHex(upload)];
      await query("INSERT INTO amana.upload (round, upload, groups, mark) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [
        ...place,
        groups,
        newMark(),
      ]);
      const [known] = await query<{ groups: number }>("SELECT groups FROM amana.upload WHERE round = $1 AND upload = $2 FOR UPDATE", place);
      if (known?.groups !== groups) return "other";
      const kept = await query(
        "INSERT INTO amana.upload_group (round, upload, index, chunks) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1",
        [...place, index, chunks],
      );
      if (kept.length === 0) {
        const rows = await query<{ sha256: Buffer }>(
          "SELECT sha256 FROM amana.upload_chunk WHERE round = $1 AND upload = $2 AND index = $3 ORDER BY place",
          [...place, index],
        );
        return rows.map(({ sha256 }) => toHex(sha256)).join() === hashes.join() ? "same" : "other";
      }
      await query(
        "INSERT INTO amana.upload_chunk (round, upload, index, place, sha256) SELECT $1, $2, $3, * FROM unnest($4::smallint[], $5::bytea[])",
        [...place, index, hashes.map((_, at) => at), hashes.map(fromHex)],
      );
      await query("UPDATE amana.upload SET mark = $3 WHERE round = $1 AND upload = $2", [...place, newMark()]);
      return "kept";
    });
  }
}

function newMark(): Buffer {
  return randomBytes(8);
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
