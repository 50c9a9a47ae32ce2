import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { CHUNK_LENGTH, checkWork, decodeGroup, GROUP_CHUNKS, groupDifficulty, WORK_LENGTH } from "@amana/core/mailbox";
import type { Store, Upload } from "../stores/store.ts";
import { checkWindow } from "./collector.ts";
import { type LiveRound, periodOf } from "./round.ts";

/** Notes that a message claims uploads. @throws ERR_UPLOAD_INCOMPLETE, ERR_ATTACHMENTS_FULL, ERR_STORE_WRITE */
export type Claim = (round: LiveRound, writer: string, uploads: readonly Uint8Array[], leafHash: string) => Promise<void>;

/** Bounds in bytes at rest. */
export interface UploadLimits {
  /** Of what no message claims: strangers can fill it, and it empties within the hour. */
  readonly unclaimed: number;
  /** Of what messages of a round have claimed. */
  readonly round: number;
  /** Of what the messages of one mailbox have claimed since this process started: nothing at rest says whose an attachment is. */
  readonly mailbox: number;
}

export const UPLOAD_LIMITS: UploadLimits = { unclaimed: 2 * 2 ** 30, round: 8 * 2 ** 30, mailbox: 2 ** 30 };

/** How long an upload is kept after its last group when no message claims it. Seconds. */
export const UPLOAD_IDLE = 3600;

const GROUP_BYTES = GROUP_CHUNKS * CHUNK_LENGTH;

export interface UploadsOptions {
  readonly store: Store;
  readonly now?: () => Date;
  readonly limits?: UploadLimits;
}

/** Attachments on their way from a reporter, until chunks are kept by their hash alone (docs/protocol.md §9.6). */
export class Uploads {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #limits: UploadLimits;
  /** When something last came for an upload, seconds; `<round>/<upload>`. In memory only: nothing at rest says when. */
  readonly #touched = new Map<string, number>();
  /** Bytes that each mailbox has claimed; `<round>/<response key>`. */
  readonly #claimed = new Map<string, number>();
  /** The period in which each round was last settled. */
  readonly #settledIn = new Map<string, number>();

  constructor({ store, now = () => new Date(), limits = UPLOAD_LIMITS }: UploadsOptions) {
    this.#store = store;
    this.#now = now;
    this.#limits = limits;
  }

  /**
   * Takes `work[8] ‖ ChunkGroup`, attacker-controlled; returns when the disk has it. The same bytes again change nothing.
   * @throws ERR_ATTACHMENT_FORMAT, ERR_WORK_MISSING, ERR_UPLOAD_USED, ERR_OVERLOADED, ERR_STORE_WRITE, as `checkWindow`
   */
  async put(round: LiveRound, body: Uint8Array): Promise<void> {
    const message = body.slice(WORK_LENGTH);
    const { upload, ...group } = decodeGroup(message);
    checkWindow(round, this.#now());
    const difficulty = groupDifficulty(round.manifest.workDifficulty);
    if (!checkWork(round.id, message, body.slice(0, WORK_LENGTH), difficulty)) throw new AmanaError("ERR_WORK_MISSING");
    const unclaimed = this.#store.uploads(round.idHex).reduce((sum, each) => sum + (each.claims.length === 0 ? each.present : 0), 0);
    if ((unclaimed + 1) * GROUP_BYTES > this.#limits.unclaimed) throw new AmanaError("ERR_OVERLOADED", { retryAfter: UPLOAD_IDLE });
    this.#touch(round, toHex(upload));
    if ((await this.#store.putGroup(round.idHex, toHex(upload), group)) === "other") throw new AmanaError("ERR_UPLOAD_USED");
  }

  /** See {@link Claim}. The collector calls it before it admits a message; after a refusal the claim counts for nothing. */
  readonly claim: Claim = async (round, writer, uploads, leafHash) => {
    const names = [...new Set(uploads.map(toHex))];
    const known = this.#store.uploads(round.idHex);
    const fresh = known.filter(({ upload, claims }) => names.includes(upload) && claims.length === 0);
    const bytes = fresh.reduce((sum, { present }) => sum + present * GROUP_BYTES, 0);
    const mailbox = `${round.idHex}/${writer}`;
    const before = this.#claimed.get(mailbox) ?? 0;
    const kept = known.reduce((sum, { claims, present }) => sum + (claims.length > 0 ? present * GROUP_BYTES : 0), 0);
    const all = kept + this.#store.settledChunks(round.idHex) * CHUNK_LENGTH;
    if (before + bytes > this.#limits.mailbox || all + bytes > this.#limits.round) throw new AmanaError("ERR_ATTACHMENTS_FULL");
    for (const name of names) this.#touch(round, name);
    if (!(await this.#store.claimUploads(round.idHex, names, leafHash))) throw new AmanaError("ERR_UPLOAD_INCOMPLETE");
    this.#claimed.set(mailbox, before + bytes);
  };

  /**
   * At every whole `epoch.minimumSeconds` after the channel opened, when its messages are sealed: what they claim is rewritten without the
   * names of uploads. What nobody claims goes after an hour, and with the close. The tick calls it, after the seals.
   */
  async tick(round: LiveRound): Promise<void> {
    if (round.manifest.kind !== "reports") return;
    const seconds = this.#now().getTime() / 1000;
    const period = periodOf(round, seconds);
    const last = this.#settledIn.get(round.idHex) ?? period;
    this.#settledIn.set(round.idHex, last);
    const uploads = this.#store.uploads(round.idHex);
    const due = round.state.closed || period !== last;
    const idle = uploads.filter(({ upload }) => round.state.closed || seconds - this.#touchedAt(round, upload, seconds) >= UPLOAD_IDLE);
    if (uploads.length > 0 && (due || idle.length > 0)) {
      const admitted = new Set(this.#store.admittedLeaves(round.idHex).map(({ leafHash }) => leafHash));
      const isClaimed = ({ claims }: Upload): boolean => claims.some((leafHash) => admitted.has(leafHash));
      if (due) await this.#store.settleUploads(round.idHex, namesOf(uploads.filter(isClaimed)));
      await this.#store.dropUploads(round.idHex, namesOf(idle.filter((each) => !isClaimed(each))));
    }
    this.#settledIn.set(round.idHex, period);
    for (const place of this.#touched.keys()) if (seconds - (this.#touched.get(place) ?? 0) >= 2 * UPLOAD_IDLE) this.#touched.delete(place);
  }

  #touch(round: LiveRound, upload: string): void {
    this.#touched.set(`${round.idHex}/${upload}`, this.#now().getTime() / 1000);
  }

  #touchedAt(round: LiveRound, upload: string, now: number): number {
    const place = `${round.idHex}/${upload}`;
    const known = this.#touched.get(place) ?? now;
    this.#touched.set(place, known);
    return known;
  }
}

function namesOf(uploads: readonly Upload[]): string[] {
  return uploads.map(({ upload }) => upload);
}
