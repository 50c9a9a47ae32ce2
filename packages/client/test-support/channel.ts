import { compare, concat, fromHex, SHA256, toHex, uint, vector } from "@amana/core/bytes";
import { leafHash } from "@amana/core/ledger";
import { CHUNK_LENGTH, decodeGroup, decodeMessage, fillerReply, WORK_LENGTH } from "@amana/core/mailbox";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { decodeSubmission, encodePromise, encodeReportLeaf, signPromise } from "@amana/core/submission";
import { type Answer, json, Operator } from "./operator.ts";
import { HOUR, makeRound, publicTrustees, type Round, START, type World } from "./world.ts";

export const CHANNEL = "reports-1";

/** A reports round of two handlers. `accepts` are manifest ids of surveys whose marks it takes. */
export function makeChannel(world: World, accepts: readonly string[] = []): Round {
  const { manifest } = makeRound(world);
  const reports: Manifest = {
    ...manifest,
    round: CHANNEL,
    kind: "reports",
    audiences: [],
    trustees: [],
    handlers: publicTrustees(world).slice(0, 2),
    threshold: 1,
    analysisPlan: null,
    windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: START, answeringClose: START + 24 * HOUR },
    size: 16_384,
    workDifficulty: 2,
    accepts,
  };
  return { manifest: reports, id: manifestId(reports), issuers: new Map(), codes: {}, codesOf: new Map(), invitations: new Map() };
}

/** An operator in memory that runs a channel: keeps messages and replies, and hands out what tests let it. */
export class ChannelOperator extends Operator {
  readonly messages: Uint8Array[] = [];
  readonly replies: Uint8Array[] = [];
  /** Chunks of attachments by their hash. */
  readonly chunks = new Map<string, Uint8Array>();
  readonly records: Uint8Array[] = [];
  /** Leaf hashes of what is sealed, all of it as epoch 0. */
  readonly sealed = new Set<string>();
  readonly fillers: readonly Uint8Array[] = Array.from({ length: 64 }, () => fillerReply());
  /** What handlers and reporters are given. */
  handOut: () => readonly Uint8Array[] = () => this.messages;
  handOutRecords: () => readonly Uint8Array[] = () => this.records;
  store: () => readonly Uint8Array[] = () => [...this.replies, ...this.fillers].sort(compare);

  constructor(world: World, round: Round) {
    super(world, round);
    this.on.set("POST submissions", (body) => this.take(body));
    this.on.set(`POST rounds/${CHANNEL}/inbox`, (body) => this.#index(body));
    this.on.set(`POST rounds/${CHANNEL}/reports`, (body) => wanted(body, this.handOut(), leafOf));
    this.on.set(`POST rounds/${CHANNEL}/cases`, (body) => wanted(body, this.handOutRecords(), (bytes) => toHex(SHA256(bytes))));
    this.on.set(`POST rounds/${CHANNEL}/case-records`, (body) => this.#keepRecord(body));
    this.on.set(`GET rounds/${CHANNEL}/replies`, () => concat(...this.store()));
    this.on.set(`POST rounds/${CHANNEL}/uploads`, (body) => this.#keepGroup(body));
    this.on.set(`POST rounds/${CHANNEL}/chunks`, (body) => this.#chunksOf(body));
    this.on.set(`POST rounds/${CHANNEL}/replies`, (body) => this.#deliver(body));
  }

  take(body: Uint8Array): Answer {
    const { id, manifest } = this.round;
    const { submission: bytes } = decodeMessage(body.slice(WORK_LENGTH));
    const { responseKey, sequence } = decodeSubmission(bytes, manifest);
    const same = (each: Uint8Array): boolean => compare(decodeSubmission(each, manifest).responseKey, responseKey) === 0;
    const known = this.messages.filter(same).map((each) => decodeSubmission(each, manifest).sequence);
    if (!this.messages.some((each) => compare(each, bytes) === 0)) {
      if (known.includes(sequence)) return { code: "ERR_SEQUENCE_USED", status: 409, highestSequence: Math.max(...known) };
      if (sequence !== known.length) return { code: "ERR_MAILBOX_GAP", status: 409 };
      this.messages.push(bytes);
    }
    return encodePromise(signPromise({ manifestId: id, leafHash: leafHash(encodeReportLeaf(bytes)), epoch: 0 }, this.world.promiseKey));
  }

  /** Logs every message as one epoch. */
  sealReports(): void {
    const leaves = this.messages.map(encodeReportLeaf).sort((a, b) => compare(leafHash(a), leafHash(b)));
    const firstIndex = this.entries.length + 1;
    this.log({ protocol: "amana/1", type: "epoch", manifest: toHex(this.round.id), from: 0, to: 0, firstIndex, count: leaves.length });
    this.entries.push(...leaves);
    for (const leaf of leaves) this.sealed.add(toHex(leafHash(leaf)));
  }

  #keepGroup(body: Uint8Array): Answer {
    const { chunks } = decodeGroup(body.slice(WORK_LENGTH));
    for (let at = 0; at < chunks.length; at += CHUNK_LENGTH) {
      const chunk = chunks.slice(at, at + CHUNK_LENGTH);
      this.chunks.set(toHex(SHA256(chunk)), chunk);
    }
    return json({});
  }

  #chunksOf(body: Uint8Array): Answer {
    const { chunks } = JSON.parse(new TextDecoder().decode(body)) as { chunks: readonly string[] };
    return concat(...chunks.map((hash) => this.chunks.get(hash) ?? new Uint8Array(0)));
  }

  /** What there is of what is handed out: of each message the words of its bytes, of one that is none zeros. */
  #index(body: Uint8Array): Uint8Array {
    const { from, to, after } = JSON.parse(new TextDecoder().decode(body)) as { from: number; to: number | null; after: string | null };
    const all = new Map(this.handOut().map((bytes) => [leafOf(bytes), bytes]));
    const isAsked = (hash: string): boolean => (this.sealed.has(hash) ? from === 0 : to === null);
    const asked = [...all.keys()].filter(isAsked).sort();
    const rows = asked.filter((hash) => hash > (after ?? "")).slice(0, 256);
    const encoded = rows.map((hash) => {
      const { responseKey, sequence } = headOf(all.get(hash) as Uint8Array, this.round.manifest);
      return concat(responseKey, uint(sequence, 1), fromHex(hash));
    });
    const records = to === null && after === null ? this.handOutRecords().map((bytes) => SHA256(bytes)) : [];
    return concat(uint(asked.length, 4), uint(rows.length, 4), ...encoded, ...records);
  }

  #keepRecord(body: Uint8Array): Answer {
    this.records.push(fromHex((JSON.parse(new TextDecoder().decode(body)) as { record: string }).record));
    return json({});
  }

  /** One reply for a place, as an honest server has it, with its record. */
  #deliver(body: Uint8Array): Answer {
    const { record, ...rest } = JSON.parse(new TextDecoder().decode(body)) as { reply: string; record: string };
    const reply = fromHex(rest.reply);
    const taken = this.replies.some((each) => compare(each.slice(0, 32), reply.slice(0, 32)) === 0);
    if (taken) return { code: "ERR_SEQUENCE_USED", status: 409 };
    this.replies.push(reply);
    this.records.push(fromHex(record));
    return json({ sha256: toHex(SHA256(reply)) });
  }
}

const leafOf = (bytes: Uint8Array): string => toHex(leafHash(encodeReportLeaf(bytes)));

function headOf(bytes: Uint8Array, manifest: Manifest): { responseKey: Uint8Array; sequence: number } {
  try {
    return decodeSubmission(bytes, manifest);
  } catch {
    return { responseKey: new Uint8Array(32), sequence: 0 };
  }
}

function wanted(body: Uint8Array, all: readonly Uint8Array[], nameOf: (bytes: Uint8Array) => string): Uint8Array {
  const { wanted: names } = JSON.parse(new TextDecoder().decode(body)) as { wanted: string[] };
  const once = new Map(all.map((bytes) => [nameOf(bytes), bytes]));
  return concat(...[...once].filter(([name]) => names.includes(name)).map(([, bytes]) => vector(bytes)));
}
