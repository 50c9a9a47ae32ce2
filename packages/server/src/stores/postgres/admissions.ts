import { AmanaError } from "@amana/core/errors";
import { Deciding } from "../deciding.ts";
import { GroupCommit } from "../group.ts";
import type { Admission, Admitted, AdmittedSequence, EpochRecord, IndexedRecord, KnownKey, LookedUp, PendingCount } from "../store.ts";
import { fromHex, type Query, toHex } from "./database.ts";
import { type Gate, lockRound, makeTable, type RoundTables, replaceTable } from "./tables.ts";

/** Submissions of a round that may wait for the database; more are refused. */
const QUEUE = 1024;
/** Records that are read at once. */
const PAGE = 256;

const COLUMNS = "epoch, leaf_hash, response_key, audience, sequence";

interface KeyRow {
  readonly response_key: Buffer;
  readonly audience: number;
  readonly sequence: number;
  readonly leaf_hash: Buffer;
  readonly epoch: number;
}

interface RecordRow extends KeyRow {
  readonly leaf: Buffer;
  readonly envelope: Buffer | null;
}

interface Asked {
  readonly responseKey: string;
  readonly sequence: number;
}

/** The submissions of one round: those that wait, in a table that is dropped at each seal, and those that are sealed. */
export class Admissions {
  readonly #round: string;
  readonly #tables: RoundTables;
  readonly #group: GroupCommit<Admission, Admitted>;
  readonly #looks: GroupCommit<Asked, LookedUp>;

  constructor(tables: RoundTables, round: string) {
    this.#round = round;
    this.#tables = tables;
    this.#group = new GroupCommit((admissions) => this.#commit(admissions), QUEUE);
    this.#looks = new GroupCommit((asked) => this.#lookUpAll(asked), QUEUE);
  }

  /** Whatever asks while the database answers is asked together. */
  lookUp(responseKey: string, sequence: number): Promise<LookedUp> {
    return this.#looks.submit({ responseKey, sequence });
  }

  admit(admission: Admission): Promise<Admitted> {
    return this.#group.submit(admission);
  }

  async all(): Promise<IndexedRecord[]> {
    const rows = await this.#tables.read<KeyRow & { sealed: boolean }>(
      this.#round,
      ({ waiting, submissions }) =>
        `SELECT ${COLUMNS}, false AS sealed FROM ${waiting} UNION ALL SELECT ${COLUMNS}, true FROM ${submissions}`,
    );
    return rows.map(({ response_key, sequence, leaf_hash, epoch, sealed }) => ({
      responseKey: toHex(response_key),
      sequence,
      leafHash: toHex(leaf_hash),
      epoch: sealed ? epoch : null,
    }));
  }

  async leaves(): Promise<{ leafHash: string; epoch: number }[]> {
    const rows = await this.#tables.read<Pick<KeyRow, "leaf_hash" | "epoch">>(
      this.#round,
      ({ waiting, submissions }) => `SELECT leaf_hash, epoch FROM ${waiting} UNION ALL SELECT leaf_hash, epoch FROM ${submissions}`,
    );
    return rows.map(({ leaf_hash, epoch }) => ({ leafHash: toHex(leaf_hash), epoch }));
  }

  async counts(): Promise<ReadonlyMap<number, PendingCount>> {
    const rows = await this.#tables.read<PendingCount & { epoch: number }>(
      this.#round,
      ({ waiting }) =>
        `SELECT epoch, count(*)::int AS records, count(*) FILTER (WHERE new_key)::int AS "newKeys" FROM ${waiting} GROUP BY epoch ORDER BY epoch`,
    );
    return new Map(rows.map(({ epoch, records, newKeys }) => [epoch, { records, newKeys }]));
  }

  async records(leafHashes: ReadonlySet<string>): Promise<EpochRecord[]> {
    const rows = await this.#tables.read<RecordRow>(
      this.#round,
      ({ waiting, submissions }) =>
        `SELECT ${COLUMNS}, leaf, envelope FROM ${waiting} WHERE leaf_hash = ANY($1::bytea[])
         UNION ALL SELECT ${COLUMNS}, leaf, envelope FROM ${submissions} WHERE leaf_hash = ANY($1::bytea[]) ORDER BY leaf_hash`,
      [[...leafHashes].map(fromHex)],
    );
    return rows.map(epochRecord);
  }

  async *epoch(epoch: number): AsyncGenerator<EpochRecord> {
    for (let last = Buffer.alloc(0); ; ) {
      const rows: RecordRow[] = await this.#tables.read<RecordRow>(
        this.#round,
        ({ submissions, sealed }) =>
          `SELECT ${COLUMNS}, leaf, envelope FROM ${submissions}
           WHERE epoch = (SELECT min(epoch) FROM ${submissions} WHERE epoch >= $1) AND $1 <= ${sealed} AND leaf_hash > $2 ORDER BY leaf_hash LIMIT ${PAGE}`,
        [epoch, last],
      );
      yield* rows.map(epochRecord);
      if (rows.length < PAGE) return;
      last = Buffer.from((rows.at(-1) as RecordRow).leaf_hash);
    }
  }

  /** What was submitted before is decided when this returns. */
  end(): Promise<void> {
    return this.#group.exclusive(() =>
      this.#tables.change(this.#round, async (query) => {
        await lockRound(query, this.#round);
        await query("UPDATE amana.round SET ended = true WHERE id = $1 AND NOT ended", [fromHex(this.#round)]);
      }),
    );
  }

  prepare(epoch: number): Promise<Uint8Array[]> {
    return this.#group.exclusive(() =>
      this.#tables.change(
        this.#round,
        async (query) => {
          const { waiting, sealed } = await lockRound(query, this.#round);
          if (epoch <= sealed) throw new TypeError("this epoch is sealed");
          await query("UPDATE amana.round SET closed = $2 WHERE id = $1 AND closed < $2", [fromHex(this.#round), epoch]);
          const rows = await query<{ leaf: Buffer }>(`SELECT leaf FROM ${waiting} WHERE epoch <= $1 ORDER BY leaf_hash`, [epoch]);
          return rows.map(({ leaf }) => new Uint8Array(leaf));
        },
        "slow",
      ),
    );
  }

  finish(epoch: number, superseded: "drop" | "keep"): Promise<void> {
    return this.#group.exclusive(() =>
      this.#tables.change(
        this.#round,
        async (query) => {
          const gate = await lockRound(query, this.#round);
          if (epoch > gate.sealed) await this.#seal(query, gate, epoch, superseded);
        },
        "slow",
      ),
    );
  }

  async destroyEnvelopes(): Promise<void> {
    await this.#tables.change(
      this.#round,
      async (query) => {
        const { submissions } = await lockRound(query, this.#round);
        const [kept] = await query(`SELECT FROM ${submissions} WHERE envelope IS NOT NULL LIMIT 1`);
        if (kept === undefined) return;
        const now = await makeTable(query, "submissions");
        await query(
          `INSERT INTO ${now} (${COLUMNS}, leaf, envelope) SELECT ${COLUMNS}, leaf, NULL FROM ${submissions} ORDER BY epoch, leaf_hash`,
        );
        await replaceTable(query, this.#round, "submissions", { old: submissions, now });
      },
      "slow",
    );
  }

  async recover(sealed: readonly { readonly to: number; readonly count: number }[], superseded: "drop" | "keep"): Promise<void> {
    const last = sealed.at(-1)?.to ?? -1;
    await this.#tables.change(
      this.#round,
      async (query) => {
        const gate = await lockRound(query, this.#round);
        const counts = await query<{ epoch: number; count: number }>(
          `SELECT epoch, count(*)::int AS count FROM ${gate.submissions} GROUP BY epoch`,
        );
        const kept = new Map(counts.map(({ epoch, count }) => [epoch, count]));
        // 1. The last seal that the ledger has may not be finished: what was prepared for it waits, and nothing else can be among it.
        if (last > gate.sealed && gate.closed >= last) {
          const [row] = await query<{ count: number }>(`SELECT count(*)::int AS count FROM ${gate.waiting} WHERE epoch <= $1`, [last]);
          kept.set(last, row?.count ?? 0);
        }
        // 2. What the ledger says is sealed is there, and nothing else is: otherwise the ledger is older than this database.
        for (const { to, count } of sealed) if (kept.get(to) !== count) throw damaged(this.#round, to);
        for (const epoch of kept.keys()) if (!sealed.some(({ to }) => to === epoch)) throw damaged(this.#round, epoch);
        if (last > gate.sealed) await this.#seal(query, gate, last, superseded);
      },
      "slow",
    );
  }

  /** In one transaction: everything up to `epoch` is written in leaf order, what is left goes into a new table in leaf order, and the old one is dropped. */
  async #seal(query: Query, { waiting, submissions }: Gate, epoch: number, superseded: "drop" | "keep"): Promise<void> {
    const isSuperseded = `($2 AND (EXISTS (SELECT FROM ${waiting} o WHERE o.response_key = w.response_key AND o.sequence > w.sequence AND o.epoch <= $1)
      OR EXISTS (SELECT FROM ${submissions} o WHERE o.response_key = w.response_key AND o.sequence > w.sequence)))`;
    await query(
      `INSERT INTO ${submissions} (${COLUMNS}, leaf, envelope)
       SELECT $1, leaf_hash, response_key, audience, sequence, leaf, CASE WHEN ${isSuperseded} THEN NULL ELSE envelope END
       FROM ${waiting} w WHERE epoch <= $1 ORDER BY leaf_hash`,
      [epoch, superseded === "drop"],
    );
    if (superseded === "drop") {
      await query(
        `UPDATE ${submissions} s SET envelope = NULL WHERE envelope IS NOT NULL AND epoch < $1
         AND EXISTS (SELECT FROM ${submissions} o WHERE o.response_key = s.response_key AND o.sequence > s.sequence AND o.epoch = $1)`,
        [epoch],
      );
    }
    const now = await makeTable(query, "waiting");
    await query(
      `INSERT INTO ${now} (${COLUMNS}, leaf, envelope, new_key) SELECT ${COLUMNS}, leaf, envelope, new_key FROM ${waiting} WHERE epoch > $1 ORDER BY leaf_hash`,
      [epoch],
    );
    await replaceTable(query, this.#round, "waiting", { old: waiting, now });
    await query("UPDATE amana.round SET sealed = $2, closed = greatest(closed, $2) WHERE id = $1", [fromHex(this.#round), epoch]);
  }

  /** Resolves when what was begun is decided. */
  idle(): Promise<void> {
    return this.#group.exclusive(async () => undefined);
  }

  async #lookUpAll(asked: readonly Asked[]): Promise<LookedUp[]> {
    const rows = await this.#tables.read<KeyRow>(this.#round, (gate) => ofKeys(gate), [
      [...new Set(asked.map((each) => each.responseKey))].map(fromHex),
    ]);
    const known = new KnownRows(rows);
    return asked.map(({ responseKey, sequence }) => known.lookUp(responseKey, sequence));
  }

  /** Decides a group and writes it, under the round's lock. */
  async #commit(admissions: readonly Admission[]): Promise<Admitted[]> {
    return this.#tables.change(this.#round, async (query) => {
      const gate = await lockRound(query, this.#round);
      const keys = [...new Set(admissions.map(({ responseKey }) => responseKey))].map(fromHex);
      const known = new KnownRows(await query<KeyRow>(ofKeys(gate), [keys]));
      const limited = admissions.some(({ revisionsUpTo, responseKey }) => Number.isFinite(revisionsUpTo) && known.has(responseKey));
      const [row] = limited ? await query<{ count: number }>(`SELECT count(*)::int AS count FROM ${gate.waiting}`) : [];
      const epochOf = ({ epoch }: Admission): number => Math.max(epoch, gate.closed + 1);
      const deciding = new Deciding({ lookUp: known.lookUp, waiting: row?.count ?? 0, ended: gate.ended, epochOf });
      const decisions = admissions.map((admission) => deciding.decide(admission));
      const { admitted } = deciding;
      if (admitted.length > 0) await insert(query, gate.waiting, admitted, { epochOf, isKnown: (key) => known.has(key) });
      return decisions;
    });
  }
}

function ofKeys({ waiting, submissions }: Pick<Gate, "waiting" | "submissions">): string {
  return `SELECT ${COLUMNS} FROM ${waiting} WHERE response_key = ANY($1::bytea[])
    UNION ALL SELECT ${COLUMNS} FROM ${submissions} WHERE response_key = ANY($1::bytea[])`;
}

interface Inserting {
  readonly epochOf: (admission: Admission) => number;
  readonly isKnown: (responseKey: string) => boolean;
}

async function insert(query: Query, waiting: string, admitted: readonly Admission[], { epochOf, isKnown }: Inserting): Promise<void> {
  // A key that comes with several versions at once is new with the first of them alone.
  const fresh = new Set<string>();
  const isNew = admitted.map(({ responseKey }) => !isKnown(responseKey) && !fresh.has(responseKey) && fresh.add(responseKey).size > 0);
  const kept = await query(
    `INSERT INTO ${waiting} (${COLUMNS}, leaf, envelope, new_key)
     SELECT * FROM unnest($1::int[], $2::bytea[], $3::bytea[], $4::smallint[], $5::smallint[], $6::bytea[], $7::bytea[], $8::boolean[])
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      admitted.map(epochOf),
      admitted.map(({ leafHash }) => fromHex(leafHash)),
      admitted.map(({ responseKey }) => fromHex(responseKey)),
      admitted.map(({ audience }) => audience),
      admitted.map(({ sequence }) => sequence),
      admitted.map(({ leaf }) => Buffer.from(leaf)),
      admitted.map(({ envelope }) => Buffer.from(envelope)),
      isNew,
    ],
  );
  // The lock makes it impossible; the constraint has the last word.
  if (kept.length !== admitted.length) throw new AmanaError("ERR_STORE_WRITE");
}

/** What is known of some keys, from all their rows. */
class KnownRows {
  readonly #keys = new Map<string, KnownKey>();
  readonly #sequences = new Map<string, AdmittedSequence>();

  constructor(rows: readonly KeyRow[]) {
    for (const { response_key, audience, sequence, leaf_hash, epoch } of rows) {
      const key = toHex(response_key);
      const { highestSequence = 0, count = 0 } = this.#keys.get(key) ?? {};
      this.#keys.set(key, { audience, highestSequence: Math.max(highestSequence, sequence), count: count + 1 });
      this.#sequences.set(`${key}/${sequence}`, { leafHash: toHex(leaf_hash), epoch });
    }
  }

  has(responseKey: string): boolean {
    return this.#keys.has(responseKey);
  }

  readonly lookUp = (responseKey: string, sequence: number): LookedUp => ({
    key: this.#keys.get(responseKey) ?? null,
    admitted: this.#sequences.get(`${responseKey}/${sequence}`) ?? null,
  });
}

function epochRecord({ response_key, audience, sequence, leaf_hash, leaf, envelope }: RecordRow): EpochRecord {
  return {
    responseKey: toHex(response_key),
    audience,
    sequence,
    leafHash: toHex(leaf_hash),
    leaf: new Uint8Array(leaf),
    envelope: envelope === null ? null : new Uint8Array(envelope),
  };
}

function damaged(round: string, epoch: number): AmanaError {
  return new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: round ${round}, epoch ${epoch}` });
}
