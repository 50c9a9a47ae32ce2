import { GroupCommit } from "../group.ts";
import type { Claimed, Invitation } from "../store.ts";
import { fromHex, type Query, toHex } from "./database.ts";
import { type Desk, lockEnrolment, makeTable, type RoundTables, replaceTable } from "./tables.ts";

/** Claims of a round that may wait for the database; more are refused. */
const QUEUE = 1024;

const COLUMNS = "issuer, invited, request_hash, draw";

interface Claim {
  readonly issuer: string;
  readonly invited: string;
  readonly requestHash: string;
  readonly draw: Uint8Array;
}

interface ClaimRow {
  readonly issuer: string;
  readonly invited: Buffer;
  readonly request_hash: Buffer | null;
}

/** The invitations of one round, and the claims that wait to be merged into them: both tables are rewritten whole, in the order of hashes. */
export class Invitations {
  readonly #round: string;
  readonly #tables: RoundTables;
  readonly #group: GroupCommit<Claim, Claimed>;

  constructor(tables: RoundTables, round: string) {
    this.#round = round;
    this.#tables = tables;
    this.#group = new GroupCommit((claims) => this.#commit(claims), QUEUE);
  }

  async find(issuer: string, invited: string): Promise<Invitation | null> {
    const [row] = await this.#tables.read<ClaimRow>(this.#round, (desk) => ofPlaces(desk), [[issuer], [fromHex(invited)]]);
    if (row === undefined) return null;
    return { drawnBy: row.request_hash === null ? null : toHex(row.request_hash) };
  }

  claim(issuer: string, invited: string, requestHash: string, draw: Uint8Array): Promise<Claimed> {
    return this.#group.submit({ issuer, invited, requestHash, draw });
  }

  async draws(issuer: string): Promise<Uint8Array[]> {
    const rows = await this.#tables.read<{ draw: Buffer }>(
      this.#round,
      ({ claims, invitations }) =>
        `SELECT draw FROM ${claims} WHERE issuer = $1 UNION ALL SELECT draw FROM ${invitations} WHERE issuer = $1 AND draw IS NOT NULL`,
      [issuer],
    );
    return rows.map(({ draw }) => new Uint8Array(draw));
  }

  /** Again: changes nothing. When one came to be invited does not show, as everything is rewritten. */
  add(issuer: string, invited: readonly string[]): Promise<void> {
    return this.#change(async (query, { invitations }) => {
      const now = await makeTable(query, "invitations");
      await query(
        `INSERT INTO ${now} (${COLUMNS}) SELECT ${COLUMNS} FROM (
           SELECT ${COLUMNS} FROM ${invitations}
           UNION ALL SELECT $1, added, NULL, NULL FROM (SELECT DISTINCT unnest($2::bytea[]) AS added) a
           WHERE NOT EXISTS (SELECT FROM ${invitations} i WHERE i.issuer = $1 AND i.invited = added)
         ) every ORDER BY issuer, invited`,
        [issuer, invited.map(fromHex)],
      );
      await replaceTable(query, this.#round, "invitations", { old: invitations, now });
    });
  }

  merge(): Promise<void> {
    return this.#change((query, desk) => this.#merge(query, desk));
  }

  /** What was claimed before is decided when this begins. */
  end(): Promise<void> {
    return this.#change(async (query, desk) => {
      await query("UPDATE amana.enrolment SET ended = true WHERE round = $1 AND NOT ended", [fromHex(this.#round)]);
      await this.#merge(query, desk);
    });
  }

  /** Resolves when what was begun is decided. */
  idle(): Promise<void> {
    return this.#group.exclusive(async () => undefined);
  }

  #change(work: (query: Query, desk: Desk) => Promise<void>): Promise<void> {
    return this.#group.exclusive(() =>
      this.#tables.change(this.#round, async (query) => work(query, await lockEnrolment(query, this.#round)), "slow"),
    );
  }

  async #merge(query: Query, { claims, invitations }: Desk): Promise<void> {
    const [waits] = await query(`SELECT FROM ${claims} LIMIT 1`);
    if (waits === undefined) return;
    const now = { claims: await makeTable(query, "claims"), invitations: await makeTable(query, "invitations") };
    await query(
      `INSERT INTO ${now.invitations} (${COLUMNS})
       SELECT issuer, invited, coalesce(c.request_hash, i.request_hash), coalesce(c.draw, i.draw)
       FROM ${invitations} i LEFT JOIN ${claims} c USING (issuer, invited) ORDER BY issuer, invited`,
    );
    await replaceTable(query, this.#round, "invitations", { old: invitations, now: now.invitations });
    await replaceTable(query, this.#round, "claims", { old: claims, now: now.claims });
  }

  /** Decides a group and writes it, under the lock of the round's enrolment. */
  #commit(group: readonly Claim[]): Promise<Claimed[]> {
    return this.#tables.change(this.#round, async (query) => {
      const desk = await lockEnrolment(query, this.#round);
      const rows = await query<ClaimRow>(ofPlaces(desk), [group.map(({ issuer }) => issuer), group.map(({ invited }) => fromHex(invited))]);
      const drawnBy = new Map(
        rows.map(({ issuer, invited, request_hash }) => [placeOf({ issuer, invited: toHex(invited) }), request_hash]),
      );
      const staged = new Map<string, Claim>();
      const decisions = group.map((claim): Claimed => {
        const place = placeOf(claim);
        const known = drawnBy.get(place);
        if (known === undefined) return "unknown";
        const by = staged.get(place)?.requestHash ?? (known === null ? null : toHex(known));
        if (by !== null) return by === claim.requestHash ? "same" : "other";
        if (desk.ended) return "closed";
        staged.set(place, claim);
        return "claimed";
      });
      const claimed = [...staged.values()];
      if (claimed.length > 0) {
        await query(`INSERT INTO ${desk.claims} (${COLUMNS}) SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[])`, [
          claimed.map(({ issuer }) => issuer),
          claimed.map(({ invited }) => fromHex(invited)),
          claimed.map(({ requestHash }) => fromHex(requestHash)),
          claimed.map(({ draw }) => Buffer.from(draw)),
        ]);
      }
      return decisions;
    });
  }
}

function placeOf({ issuer, invited }: Pick<Claim, "issuer" | "invited">): string {
  return `${issuer}/${invited}`;
}

/** What is known of some invitations: issuers in $1, their hashes in $2. */
function ofPlaces({ claims, invitations }: Pick<Desk, "claims" | "invitations">): string {
  return `SELECT issuer, invited, coalesce(c.request_hash, i.request_hash) AS request_hash
    FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::bytea[]) AS asked (issuer, invited)) asked
    JOIN ${invitations} i USING (issuer, invited) LEFT JOIN ${claims} c USING (issuer, invited)`;
}
