import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { AmanaError } from "@amana/core/errors";
import type { Database, Query, Session } from "./database.ts";
import { told } from "./errors.ts";

/** Held by the one process that may write documents and the ledger. Of a session: it ends with the connection, whoever breaks it. */
const TAKE = "SELECT pg_advisory_lock(5715268110414)";
const LEAVE = "SELECT pg_advisory_unlock(5715268110414)";
/** Milliseconds after which a process lets nobody of its own in any more, so that others have their turn. */
const TURN = 250;

interface Holding {
  readonly session: Session;
  readonly since: number;
  /** Tasks that go on under it. */
  tasks: number;
  /** This process has said that it writes, once this resolves; null before, and where it could not. */
  marked: Promise<void> | null;
  /** Nobody joins any more. */
  closing: boolean;
  readonly over: Promise<void>;
  end: () => void;
}

/**
 * The turn to write. While one process has it, its tasks run beside each other as if no other process were there; what they write goes over the
 * very connection that holds the lock, so that a process that has lost the lock cannot write.
 */
export class Lease {
  readonly #database: Database;
  readonly #inside = new AsyncLocalStorage<Holding>();
  #holding: Holding | null = null;
  #taking: Promise<Holding> | null = null;
  /** What stood in the writer's row when this process last looked at everything; null before. */
  #seen: string | null = null;
  #present: string | null = null;
  #refreshing: Promise<void> | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs a task in this process's turn, after `refresh` where another process has written. @throws ERR_OVERLOADED */
  async run<T>(refresh: () => Promise<void>, task: () => Promise<T>): Promise<T> {
    return this.#within(async () => {
      await this.#refresh(refresh);
      return task();
    });
  }

  /** Writes in this process's turn. @throws ERR_OVERLOADED, ERR_STORE_WRITE */
  async write<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.#within(async (holding) => {
      try {
        await this.#mark(holding);
        return await holding.session.ask<Row>(sql, parameters);
      } catch (error) {
        // Whether it was written is not known: everything is looked at again before anything else is.
        this.#seen = null;
        throw told(error);
      }
    });
  }

  async #within<T>(task: (holding: Holding) => Promise<T>): Promise<T> {
    const mine = this.#inside.getStore();
    const isInside = mine !== undefined && mine.tasks > 0;
    if (isInside) mine.tasks++;
    const holding = isInside ? mine : await this.#enter();
    try {
      return await this.#inside.run(holding, () => task(holding));
    } finally {
      await this.#leave(holding);
    }
  }

  async #enter(): Promise<Holding> {
    for (;;) {
      const held = this.#holding;
      if (held === null) {
        this.#taking ??= this.#take().finally(() => {
          this.#taking = null;
        });
        await this.#taking;
        continue;
      }
      if (Date.now() - held.since > TURN || held.session.lost) held.closing = true;
      if (!held.closing) {
        held.tasks++;
        return held;
      }
      await held.over;
    }
  }

  async #take(): Promise<Holding> {
    const session = await this.#database.session();
    try {
      await session.ask(TAKE);
      const [row] = await session.ask<{ mark: Buffer }>("SELECT mark FROM amana.writer");
      this.#present = row?.mark.toString("hex") ?? "";
    } catch (error) {
      session.end();
      throw told(error);
    }
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#holding = { session, since: Date.now(), tasks: 0, marked: null, closing: false, over, end };
    return this.#holding;
  }

  async #leave(holding: Holding): Promise<void> {
    holding.tasks--;
    if (holding.tasks > 0) return;
    this.#holding = null;
    if (holding.session.lost) this.#seen = null;
    else await holding.session.ask(LEAVE).catch(() => undefined);
    holding.session.end();
    holding.end();
  }

  async #refresh(refresh: () => Promise<void>): Promise<void> {
    if (this.#seen === this.#present) return;
    const present = this.#present;
    this.#refreshing ??= refresh()
      .then(() => {
        if (this.#present === present) this.#seen = present;
      })
      .finally(() => {
        this.#refreshing = null;
      });
    await this.#refreshing;
  }

  /**
   * Others look at everything again when they find another mark than they know. Before the first write, so that none is missed: what the others do
   * not look at again, a ledger entry for instance, they would write over.
   */
  #mark(holding: Holding): Promise<void> {
    if (holding.session.lost) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 1 });
    holding.marked ??= this.#say(holding).catch((error: unknown) => {
      holding.marked = null;
      throw error;
    });
    return holding.marked;
  }

  async #say(holding: Holding): Promise<void> {
    const mark = randomBytes(16);
    const isUpToDate = this.#seen === this.#present;
    await ask(holding.session.ask, mark);
    this.#present = mark.toString("hex");
    if (isUpToDate) this.#seen = this.#present;
  }
}

async function ask(query: Query, mark: Buffer): Promise<void> {
  await query("INSERT INTO amana.writer (mark) VALUES ($1) ON CONFLICT (one) DO UPDATE SET mark = EXCLUDED.mark", [mark]);
}
