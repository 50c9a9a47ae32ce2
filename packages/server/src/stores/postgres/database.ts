import { AmanaError } from "@amana/core/errors";
import pg from "pg";
import { codeOf, told, UNDEFINED_TABLE } from "./errors.ts";

/** Asks one connection. Parameters are bytes, text, numbers, booleans, or arrays of them. */
export type Query = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

/** Connections of one process. */
const CONNECTIONS = 10;
/** Questions that may be under way or wait for a connection; more are refused. */
const QUEUE = 2048;
/** Milliseconds. A question that takes longer is given up; seals and merges have their own time. */
const STATEMENT = 15_000;
const SLOW = 600_000;
/** What a database that does not answer at all, behind a line that was cut, gets beyond its own limit. */
const SILENCE = 5000;
const CONNECT = 5000;
const RETRIES = 4;

/** One PostgreSQL, by a bounded pool of connections that are made anew when they are lost. The address is a secret: it is in no error. */
export class Database {
  readonly #pool: pg.Pool;
  #using = 0;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      statement_timeout: STATEMENT,
      lock_timeout: STATEMENT,
      idle_in_transaction_session_timeout: 2 * STATEMENT,
      application_name: "amana",
    });
    // An idle connection that is lost is nobody's concern: the next question makes a new one.
    this.#pool.on("error", () => undefined);
  }

  /** One question, by itself. @throws ERR_OVERLOADED when the database is away or too many ask, ERR_STORE_WRITE */
  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#bounded(() => this.#withClient("quick", (query) => query<Row>(sql, parameters)));
  }

  /** Several questions on one connection, asked again from the beginning where a table was dropped between them. @throws as {@link query} */
  task<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#bounded(() => this.#withClient("quick", work));
  }

  /** Several questions that hold together or not at all, and are on the disk when this returns. @throws as {@link query} */
  transaction<T>(work: (query: Query) => Promise<T>, time: "quick" | "slow" = "quick"): Promise<T> {
    return this.#bounded(() =>
      this.#withClient(time, async (query) => {
        await query(time === "quick" ? BEGIN : `${BEGIN}; SET LOCAL statement_timeout = ${SLOW}; SET LOCAL lock_timeout = ${SLOW}`);
        try {
          const result = await work(query);
          await query("COMMIT");
          return result;
        } catch (error) {
          await query("ROLLBACK").catch(() => undefined);
          throw error;
        }
      }),
    );
  }

  /** A connection of one's own, until `end`. @throws ERR_OVERLOADED */
  async session(): Promise<Session> {
    try {
      const client = await this.#pool.connect();
      return new Session(client, SILENCE + STATEMENT);
    } catch (error) {
      throw told(error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #bounded<T>(task: () => Promise<T>): Promise<T> {
    if (this.#using >= QUEUE) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 1 });
    this.#using++;
    try {
      return await again(task);
    } catch (error) {
      throw told(error);
    } finally {
      this.#using--;
    }
  }

  async #withClient<T>(time: "quick" | "slow", work: (query: Query) => Promise<T>): Promise<T> {
    const session = new Session(await this.#pool.connect(), SILENCE + (time === "quick" ? STATEMENT : SLOW));
    try {
      return await work(session.ask);
    } finally {
      session.end();
    }
  }
}

const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED";

/** A connection that one task has for itself. */
export class Session {
  readonly #client: pg.PoolClient;
  readonly #patience: number;
  #lost = false;

  /** `patience`: milliseconds after which a connection that says nothing counts as lost. */
  constructor(client: pg.PoolClient, patience: number) {
    this.#client = client;
    this.#patience = patience;
    client.on("error", this.#onError);
  }

  /** The connection broke: whatever it held, a lock among it, is gone. */
  get lost(): boolean {
    return this.#lost;
  }

  readonly ask: Query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    try {
      const values = parameters.map((value) => (value instanceof Uint8Array ? asBuffer(value) : value));
      const asked = { text: sql, query_timeout: this.#patience, ...(values.length === 0 ? {} : { values }) };
      const result = await this.#client.query(asked);
      return [result].flat().at(-1)?.rows as Row[];
    } catch (error) {
      // Without a SQLSTATE it is the connection that failed.
      if (!/^[0-9A-Z]{5}$/.test(codeOf(error) ?? "") || codeOf(error)?.startsWith("57P")) this.#lost = true;
      throw error;
    }
  };

  /** Gives the connection back; one that broke is thrown away. */
  end(): void {
    this.#client.off("error", this.#onError);
    this.#client.release(this.#lost);
  }

  readonly #onError = (): void => {
    this.#lost = true;
  };
}

/** Runs a task once more where its round's tables were changed for others, or the database chose it to break a deadlock. */
async function again<T>(task: () => Promise<T>): Promise<T> {
  for (let left = RETRIES; ; left--) {
    try {
      return await task();
    } catch (error) {
      const code = codeOf(error);
      if (left === 0 || (code !== UNDEFINED_TABLE && code !== "40001" && code !== "40P01")) throw error;
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

export const fromHex = (hex: string): Buffer => Buffer.from(hex, "hex");
export const toHex = (bytes: Buffer): string => bytes.toString("hex");
