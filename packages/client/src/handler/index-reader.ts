import { AmanaError } from "@amana/core/errors";
import type { LoggedMessage } from "./channel.ts";
import { INDEX_PAGE, type IndexedMessage, type IndexPage } from "./channel-index.ts";

/** Epochs `from` to `to`; null for everything since. */
export interface EpochRange {
  readonly from: number;
  readonly to: number | null;
}

/** A server that names more than a channel can hold is asked no further. */
const MOST_ROWS = 500_000;

interface Unread extends EpochRange {
  /** What the ledger has of them. */
  readonly leaves: readonly string[];
}

/**
 * Reads a channel's index page by page: first what the ledger did not have when this visit began, then its epochs, the newest first. An epoch of
 * which everything is opened already is not asked for: the ledger says what it has.
 */
export class IndexReader {
  readonly #ask: (range: EpochRange, after: string | null) => Promise<IndexPage>;
  readonly #isOpened: (leafHash: string) => boolean;
  /** Everything that was named, by leaf hash. */
  readonly rows: Map<string, IndexedMessage> = new Map();
  /** In the ledger, and not named by an index that was read to its end. */
  readonly missing: Set<string> = new Set();
  /** How many messages that no ledger has the server counted, and did not name. */
  short = 0;
  readonly #ranges: Unread[];
  #after: string | null = null;
  /** What the first page of what came last counted; null before it. */
  #total: number | null = null;
  #recent = 0;

  constructor(
    leaves: ReadonlyMap<string, LoggedMessage>,
    ask: (range: EpochRange, after: string | null) => Promise<IndexPage>,
    isOpened: (leafHash: string) => boolean,
  ) {
    this.#ask = ask;
    this.#isOpened = isOpened;
    this.#ranges = rangesOf(leaves);
  }

  /** Whether every page was read of which anything is not opened. */
  get isDone(): boolean {
    return this.isRecentDone && this.#ranges.every(({ leaves }) => leaves.every(this.#isOpened));
  }

  /** Whether what came last was read to its end. */
  get isRecentDone(): boolean {
    return this.#ranges[0]?.to !== null;
  }

  /** Messages that came last and were not named yet. Those of the ledger are known without. */
  get unnamed(): number {
    return this.isRecentDone ? 0 : Math.max(1, (this.#total ?? 0) - this.#recent);
  }

  /** Reads one page; null when there is none left. @throws ERR_RESPONSE_INVALID, ERR_NETWORK, ERR_FETCH_REFUSED */
  async next(): Promise<IndexPage | null> {
    while (this.#after === null && this.#ranges[0]?.leaves.length && this.#ranges[0].leaves.every(this.#isOpened)) this.#ranges.shift();
    const [range] = this.#ranges;
    if (range === undefined) return null;
    const page = await this.#ask(range, this.#after);
    for (const row of page.messages) this.rows.set(row.leafHash, row);
    if (this.rows.size > MOST_ROWS) throw new AmanaError("ERR_RESPONSE_INVALID");
    if (range.to === null) {
      this.#total ??= page.total;
      this.#recent += page.messages.length;
    }
    this.#after = page.messages.at(-1)?.leafHash ?? null;
    if (page.messages.length < INDEX_PAGE) this.#end(range);
    return page;
  }

  #end({ to, leaves }: Unread): void {
    this.#after = null;
    this.#ranges.shift();
    if (to === null) this.short = Math.max(0, (this.#total as number) - this.#recent);
    for (const leafHash of leaves) if (!this.rows.has(leafHash)) this.missing.add(leafHash);
  }
}

function rangesOf(leaves: ReadonlyMap<string, LoggedMessage>): Unread[] {
  const epochs = new Map<number, string[]>();
  for (const [leafHash, { epoch }] of leaves) {
    const others = epochs.get(epoch);
    if (others === undefined) epochs.set(epoch, [leafHash]);
    else others.push(leafHash);
  }
  let from = 0;
  const ranges: Unread[] = [];
  for (const [to, hashes] of [...epochs].sort(([a], [b]) => a - b)) {
    ranges.push({ from, to, leaves: hashes });
    from = to + 1;
  }
  return [...ranges, { from, to: null, leaves: [] }].reverse();
}
