import { encodeJson, equal, fromUtf8, toHex } from "@amana/core/bytes";
import { type CaseRecord, dayOf, openCaseRecord } from "@amana/core/cases";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import type { Transport } from "../wire/transport.ts";
import { addressOf, Case, type PublishedReplies, type SealedMessage } from "./case.ts";
import type { ChannelHistory } from "./channel.ts";
import type { IndexPage } from "./channel-index.ts";
import { IndexReader } from "./index-reader.ts";
import { openMessage } from "./messages.ts";
import { decodeOpened, isOpenedRecord, type OpenedEntry, type OpenedMessage, type OpenedMessages, openedInMemory } from "./opened.ts";
import { HandlerWire, WANTED_LIMIT } from "./wire.ts";

export interface InboxOptions {
  readonly transport: Transport;
  readonly channel: ChannelHistory;
  readonly keys: HolderKeys;
  readonly now: Date;
  /** What was opened on this machine before. */
  readonly opened?: OpenedMessages;
}

/** How many messages {@link Inbox.openMore} opens at a time where nothing else is said: some seconds. */
const AT_A_TIME = 64;
/** Case records that are opened before anything is shown: a second or two. */
const RECORDS_AT_ONCE = 256;
/** Pages of the index that are read before messages are fetched: a second or so, and half a megabyte. */
const PAGES_AT_ONCE = 32;

/**
 * What a channel's handlers work with. Opening happens on their own machine; the server only hands over what it cannot read. A message that was
 * opened once is never fetched again, and the list never waits for messages that were not: ten thousand of junk delay nobody's case.
 */
export class Inbox {
  readonly transport: Transport;
  readonly channel: ChannelHistory;
  readonly keys: HolderKeys;
  /** Today, UTC: days since 1 January 1970. */
  readonly today: number;
  readonly #opened: OpenedMessages;
  readonly #wire: HandlerWire;
  readonly #index: IndexReader;
  readonly #published: PublishedReplies;
  /** By leaf hash; null: does not open. */
  readonly #messages = new Map<string, OpenedMessage | null>();
  /** By mailbox. */
  readonly #records = new Map<string, CaseRecord[]>();
  /** Fetched, and not opened yet. */
  readonly #fetched = new Map<string, Uint8Array>();
  /** Named by the ledger or by the index, and neither opened nor kept back. */
  readonly #unopened = new Set<string>();
  /** In the ledger or in the index, and not handed over. */
  readonly #kept = new Set<string>();
  /** Opened before, and not in the ledger. */
  readonly #unlogged = new Set<string>();
  /** Hashes of case records that are not opened yet. */
  readonly #unread: string[] = [];
  #refused = 0;
  #cases: readonly Case[] | null = null;
  /** By writer, with what each was put together from: one that nothing came to is not put together again. */
  #built = new Map<string, { readonly of: string; readonly case: Case }>();
  #unreadable = 0;

  private constructor(options: InboxOptions, wire: HandlerWire, published: PublishedReplies) {
    const { transport, channel, keys, now, opened = openedInMemory() } = options;
    this.transport = transport;
    this.channel = channel;
    this.keys = keys;
    this.today = dayOf(now.getTime() / 1000);
    this.#opened = opened;
    this.#wire = wire;
    this.#index = new IndexReader(
      channel.leaves,
      (range, after) => wire.index(range, after),
      (leafHash) => this.#messages.has(leafHash),
    );
    this.#published = published;
  }

  /**
   * Reads what was opened before, and asks the server for one page of what there is: the list is there in the same time, however much waits.
   * Opens new case records up to a bound, so that no handler can make the others wait by writing thousands, and no message.
   * @throws ERR_FETCH_REFUSED, ERR_KEY_FILE, ERR_NETWORK, ERR_RESPONSE_INVALID, ERR_ROUND_CANCELLED
   */
  static async open(options: InboxOptions): Promise<Inbox> {
    const { transport, channel, keys } = options;
    const wire = new HandlerWire(transport, channel.manifest, keys);
    const inbox = new Inbox(options, wire, await wire.replies());
    for (const leafHash of channel.leaves.keys()) inbox.#find(leafHash);
    inbox.#findUnlogged();
    const page = await inbox.#readPage();
    inbox.#findRecords(page?.records ?? []);
    await inbox.#openRecords(RECORDS_AT_ONCE);
    return inbox;
  }

  get manifest(): Manifest {
    return this.channel.manifest;
  }

  /** Cases whose report is opened: the one that is due first at the beginning, those where nothing is due, then junk. */
  get cases(): readonly Case[] {
    this.#cases ??= this.#buildCases();
    return this.#cases;
  }

  /** Messages that the server has, and that are not opened yet. */
  get waiting(): number {
    return this.#unopened.size + this.#index.unnamed;
  }

  /** Case records that the server has, and that are not opened yet: until they are, states and labels may be older than they are for others. */
  get waitingRecords(): number {
    return this.#unread.length;
  }

  /** Messages that were not sealed or not written as the protocol says, or that come after one that is missing. They never stop the others. */
  get unreadable(): number {
    return this.cases === null ? 0 : this.#unreadable;
  }

  /** Case records that no handler of this round signed. */
  get refused(): number {
    return this.#refused;
  }

  /** Messages that are in the ledger, in the server's own index, or were there on an earlier visit, and were not handed over. */
  get withheld(): number {
    const gone = this.#index.isRecentDone ? [...this.#unlogged].filter((leafHash) => !this.#index.rows.has(leafHash)).length : 0;
    return new Set([...this.#kept, ...this.#index.missing]).size + Math.max(gone, this.#index.short);
  }

  /** The case of this reference, or whose mailbox begins like it. @throws ERR_CASE_UNKNOWN when there is none, or more than one */
  find(reference: string): Case {
    const said = reference.toLowerCase();
    const exact = this.cases.filter((each) => each.reference === said);
    const [found, ...more] = exact.length > 0 ? exact : this.cases.filter((each) => toHex(each.address).startsWith(said));
    if (found === undefined || more.length > 0 || reference === "") throw new AmanaError("ERR_CASE_UNKNOWN");
    return found;
  }

  /**
   * Opens up to `most` messages that wait, those of known cases first, then the newest epoch's, and as many case records; and keeps what it opened.
   * @returns how many messages and records still wait
   * @throws as {@link open}
   */
  async openMore(most: number = AT_A_TIME): Promise<number> {
    await this.#openRecords(most);
    if (this.#fetched.size === 0) {
      for (let pages = 0; pages < PAGES_AT_ONCE && (await this.#readPage()) !== null; pages++);
      await this.#fetch();
    }
    const opened: OpenedEntry[] = [];
    for (const [hash, bytes] of [...this.#fetched].slice(0, most)) {
      opened.push({ hash, plaintext: await openMessage(bytes, this.manifest, this.keys) });
      // A page stays alive, and shows how far it has come.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await this.#opened.put(opened);
    for (const { hash, plaintext } of opened) {
      this.#messages.set(hash, decodeOpened(plaintext));
      this.#unopened.delete(hash);
      this.#fetched.delete(hash);
    }
    this.#cases = null;
    return this.waiting + this.waitingRecords;
  }

  /** The sealed bytes of messages by leaf hash, fetched anew: for an export. */
  sealed(leafHashes: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.#wire.messages(leafHashes);
  }

  /** Takes in a record that this handler wrote, so that the case is as it is now. */
  async take(record: CaseRecord, { writer }: Case): Promise<Case> {
    this.#file(record);
    this.#cases = null;
    return this.cases.find((each) => equal(each.writer, writer)) as Case;
  }

  /** Takes in a message that is named, as it was opened before, or to be opened. */
  #find(leafHash: string): void {
    if (this.#messages.has(leafHash) || this.#kept.has(leafHash)) return;
    const before = this.#opened.get(leafHash);
    if (before === null) this.#unopened.add(leafHash);
    else this.#messages.set(leafHash, decodeOpened(before));
  }

  /** Those that were opened before they were sealed are on no page that is known. */
  #findUnlogged(): void {
    for (const hash of this.#opened.hashes()) {
      const before = this.#opened.get(hash);
      if (before === null || before.length === 0 || this.#messages.has(hash) || isOpenedRecord(before)) continue;
      this.#messages.set(hash, decodeOpened(before));
      this.#unlogged.add(hash);
    }
  }

  /** Reads a page of the index; null when there is none left. */
  async #readPage(): Promise<IndexPage | null> {
    const page = await this.#index.next();
    for (const { leafHash } of page?.messages ?? []) this.#find(leafHash);
    for (const leafHash of this.#index.missing) this.#unopened.delete(leafHash);
    return page;
  }

  /**
   * Those of known cases are told by the key that signs them, without opening any. The others by their epoch, the newest first: what came since the
   * last visit does not wait for the junk of weeks before; in an epoch in the order of their hashes, which nobody can choose but by work. While there is any of known cases, those alone: a few are here
   * in a moment, some hundreds of junk are not.
   */
  #waiting(): string[] {
    const known = new Set([...this.#messages.values()].map((message) => message?.writer));
    const ranked = [...this.#unopened].map((leafHash) => {
      const writer = this.#index.rows.get(leafHash)?.writer;
      const isKnown = writer !== undefined && known.has(writer);
      const epoch = this.channel.leaves.get(leafHash)?.epoch ?? Number.MAX_SAFE_INTEGER;
      return { leafHash, rank: isKnown ? Number.POSITIVE_INFINITY : epoch };
    });
    ranked.sort((a, b) => (a.rank === b.rank ? (a.leafHash < b.leafHash ? -1 : 1) : b.rank - a.rank));
    const upTo = ranked.findIndex(({ rank }) => rank !== Number.POSITIVE_INFINITY);
    return (upTo > 0 ? ranked.slice(0, upTo) : ranked).map(({ leafHash }) => leafHash);
  }

  async #fetch(): Promise<void> {
    const wanted = this.#waiting().slice(0, WANTED_LIMIT);
    if (wanted.length === 0) return;
    const found = await this.#wire.messages(wanted);
    for (const hash of wanted) {
      const bytes = found.get(hash);
      if (bytes !== undefined) this.#fetched.set(hash, bytes);
      else {
        this.#kept.add(hash);
        this.#unopened.delete(hash);
      }
    }
  }

  /** Takes in records that were opened before; the others wait. */
  #findRecords(records: readonly string[]): void {
    for (const hash of records) {
      const before = this.#opened.get(hash);
      if (before === null) this.#unread.push(hash);
      else this.#takeOpened(before);
    }
  }

  async #openRecords(most: number): Promise<void> {
    for (let left = most; left > 0 && this.#unread.length > 0; left -= WANTED_LIMIT) {
      const wanted = this.#unread.slice(0, Math.min(left, WANTED_LIMIT));
      const found = await this.#wire.records(wanted);
      const opened: OpenedEntry[] = [];
      for (const [hash, bytes] of found) opened.push({ hash, plaintext: await this.#openRecord(bytes) });
      await this.#opened.put(opened);
      // Only now: those that a broken line kept back wait, and are counted, until somebody tries again.
      this.#unread.splice(0, wanted.length);
      for (const { plaintext } of opened) this.#takeOpened(plaintext);
    }
    this.#cases = null;
  }

  /** Our own canonical JSON of an opened record; nothing for one that is refused. */
  async #openRecord(bytes: Uint8Array): Promise<Uint8Array> {
    try {
      return encodeJson(await openCaseRecord(bytes, this.manifest, holderIndex(this.manifest, this.keys), this.keys.kem));
    } catch (error) {
      if (!isAmanaError(error, "ERR_CASE_RECORD")) throw error;
      return new Uint8Array(0);
    }
  }

  #takeOpened(bytes: Uint8Array): void {
    if (bytes.length === 0) this.#refused += 1;
    else this.#file(JSON.parse(fromUtf8(bytes)) as CaseRecord);
  }

  #file(record: CaseRecord): void {
    const { address } = record.document;
    const before = this.#records.get(address);
    if (before === undefined) this.#records.set(address, [record]);
    else before.push(record);
  }

  #buildCases(): readonly Case[] {
    const writers = new Map<string, SealedMessage[]>();
    this.#unreadable = 0;
    for (const [leafHash, message] of this.#messages) {
      if (message === null) {
        this.#unreadable += 1;
        continue;
      }
      const { writer, sequence, plaintext } = message;
      const others = writers.get(writer);
      const entry = { sequence, plaintext, leafHash, ...this.#dayOf(leafHash) };
      if (others === undefined) writers.set(writer, [entry]);
      else others.push(entry);
    }
    const waiting = new Set([...this.#unopened, ...this.#kept].map((leafHash) => this.#index.rows.get(leafHash)?.writer));
    const whole = new Map<string, readonly SealedMessage[]>();
    for (const [writer, all] of writers) {
      const messages = withoutGap(all);
      // What comes after one that waits is read when that is opened; after one that is missing, never.
      if (this.#index.isDone && !waiting.has(writer)) this.#unreadable += all.length - messages.length;
      if (messages.length > 0) whole.set(writer, messages);
    }
    // A mailbox is what a report says it is: a second report can name it, or one that begins like it, and hides neither.
    const mailboxes = [...whole.values()].map((messages) => toHex(addressOf(messages)));
    const [same, alike] = [countOf(mailboxes), countOf(mailboxes.map(short))];
    const cases = [...whole].map(([writer, messages]) => {
      const mailbox = toHex(addressOf(messages));
      const isAlone = alike.get(short(mailbox)) === 1;
      const reference = isAlone ? short(mailbox) : `${short(mailbox)}-${writer.slice(0, 16)}`;
      return this.#caseOf(writer, messages, { reference, doubles: (same.get(mailbox) as number) - 1 });
    });
    return byUrgency(cases);
  }

  #caseOf(writer: string, messages: readonly SealedMessage[], names: { readonly reference: string; readonly doubles: number }): Case {
    const { manifest, surveys } = this.channel;
    const records = this.#records.get(toHex(addressOf(messages))) ?? [];
    const of = `${names.reference} ${names.doubles} ${messages.length} ${records.length}`;
    const before = this.#built.get(writer);
    if (before?.of === of) return before.case;
    const { today } = this;
    const bearers = (key: string): number => this.#bearers(key);
    const made = new Case({
      manifest,
      surveys,
      writer,
      ...names,
      today,
      messages,
      records: [...records],
      published: this.#published,
      bearers,
    });
    this.#built.set(writer, { of, case: made });
    return made;
  }

  #bearers(reportKey: string): number {
    return this.cases.filter((each) => each.reportKey === reportKey && typeof each.markedAudience === "string").length;
  }

  #dayOf(leafHash: string): { readonly day: number; readonly sealed: boolean } {
    const logged = this.channel.leaves.get(leafHash);
    if (logged === undefined) return { day: this.today, sealed: false };
    const { windows, epoch: span } = this.manifest;
    return { day: dayOf(windows.answeringOpen + logged.epoch * Math.max(1, span.minimumSeconds)), sealed: true };
  }
}

/** How a mailbox is spoken of. */
function short(mailbox: string): string {
  return mailbox.slice(0, 8);
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Messages of one response key from sequence 0, up to one that is missing or stands twice. */
function withoutGap(all: readonly SealedMessage[]): readonly SealedMessage[] {
  const sorted = [...all].sort((a, b) => a.sequence - b.sequence);
  const gap = sorted.findIndex(({ sequence }, index) => sequence !== index || sorted[index + 1]?.sequence === sequence);
  return gap < 0 ? sorted : sorted.slice(0, gap);
}

/** The earliest deadline first; then those where nothing is due; junk whose reporter did not write again at the end; by reference where nothing else decides. */
function byUrgency(cases: readonly Case[]): readonly Case[] {
  const ranked = cases.map((each) => {
    const { acknowledgeBy, feedbackBy } = each.deadlines;
    const due = Math.min(acknowledgeBy ?? Number.POSITIVE_INFINITY, feedbackBy ?? Number.POSITIVE_INFINITY);
    return { each, due, junk: each.history.state === "junk" && !each.isWrittenSince ? 1 : 0, name: toHex(each.address) };
  });
  ranked.sort((a, b) => a.junk - b.junk || a.due - b.due || (a.name < b.name ? -1 : 1));
  return ranked.map(({ each }) => each);
}
