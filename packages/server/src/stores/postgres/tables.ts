import { randomBytes } from "node:crypto";
import { type Database, fromHex, type Query } from "./database.ts";

/** The tables that a round has, one at a time of each kind: when one is rewritten, the old one is dropped with its file. */
export type Kind = "waiting" | "submissions" | "claims" | "invitations";

/** A round's row, locked: nobody else admits or seals meanwhile. */
export interface Gate {
  readonly waiting: string;
  readonly submissions: string;
  readonly closed: number;
  readonly sealed: number;
  readonly ended: boolean;
}

/** The row of its enrolment, locked: nobody else claims or merges meanwhile. */
export interface Desk {
  readonly claims: string;
  readonly invitations: string;
  readonly ended: boolean;
}

const HOLDER = { waiting: "round", submissions: "round", claims: "enrolment", invitations: "enrolment" } as const;
const KEY = { round: "id", enrolment: "round" } as const;

/** Makes a table like its kind's template and gives its name, which tells nothing. */
export async function makeTable(query: Query, kind: Kind): Promise<string> {
  const name = `amana.${kind}_${randomBytes(8).toString("hex")}`;
  await query(`CREATE TABLE ${name} (LIKE amana.${kind}_template INCLUDING ALL)`);
  return name;
}

/** Puts a table that is written in the place of the old one, which goes with its file at the commit. */
export async function replaceTable(
  query: Query,
  round: string,
  kind: Kind,
  names: { readonly old: string; readonly now: string },
): Promise<void> {
  const holder = HOLDER[kind];
  await query(`UPDATE amana.${holder} SET ${kind} = $2 WHERE ${KEY[holder]} = $1`, [fromHex(round), names.now]);
  await query(`DROP TABLE ${names.old}`);
}

/** Reads a round's row and locks it until the transaction ends. */
export async function lockRound(query: Query, round: string): Promise<Gate> {
  const [gate] = await query<Gate>("SELECT waiting, submissions, closed, sealed, ended FROM amana.round WHERE id = $1 FOR UPDATE", [
    fromHex(round),
  ]);
  return gate as Gate;
}

export async function lockEnrolment(query: Query, round: string): Promise<Desk> {
  const [desk] = await query<Desk>("SELECT claims, invitations, ended FROM amana.enrolment WHERE round = $1 FOR UPDATE", [fromHex(round)]);
  return desk as Desk;
}

/** The rounds that have their rows and tables. Made at first use, by one process whoever comes first. */
export class RoundTables {
  readonly #database: Database;
  readonly #made = new Map<string, Promise<void>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves when the round has its tables. */
  ready(round: string): Promise<void> {
    const known = this.#made.get(round) ?? this.#make(round);
    this.#made.set(round, known);
    known.catch(() => this.#made.delete(round));
    return known;
  }

  /** Asks a round's present tables. Another process may drop them the next moment: then it is asked again, of those that are there now. */
  async read<Row>(round: string, sql: (names: Gate & Desk) => string, parameters: readonly unknown[] = []): Promise<Row[]> {
    await this.ready(round);
    return this.#database.task(async (query) => query<Row>(sql(await namesOf(query, round)), parameters));
  }

  /** Runs a transaction that locks what it needs. @throws as `Database.transaction` */
  async change<T>(round: string, work: (query: Query) => Promise<T>, time?: "slow"): Promise<T> {
    await this.ready(round);
    return this.#database.transaction(work, time);
  }

  async #make(round: string): Promise<void> {
    await this.#database.transaction(async (query) => {
      const [there] = await query("SELECT FROM amana.enrolment WHERE round = $1", [fromHex(round)]);
      if (there !== undefined) return;
      // Whoever comes second waits here for the first, and finds the row.
      const tables = [await makeTable(query, "waiting"), await makeTable(query, "submissions")];
      const made = await query(
        "INSERT INTO amana.round (id, waiting, submissions) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING id",
        [fromHex(round), ...tables],
      );
      if (made.length === 0) {
        await query(`DROP TABLE ${tables.join(", ")}`);
        return;
      }
      const desk = [await makeTable(query, "claims"), await makeTable(query, "invitations")];
      await query("INSERT INTO amana.enrolment (round, claims, invitations) VALUES ($1, $2, $3)", [fromHex(round), ...desk]);
    });
  }
}

async function namesOf(query: Query, round: string): Promise<Gate & Desk> {
  const [names] = await query<Gate & Desk>(
    "SELECT waiting, submissions, closed, sealed, claims, invitations FROM amana.round JOIN amana.enrolment ON round = id WHERE id = $1",
    [fromHex(round)],
  );
  return names as Gate & Desk;
}
