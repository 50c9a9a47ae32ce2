import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { CHUNK_LENGTH, checkWork, decodeGroup, GROUP_CHUNKS, groupDifficulty, WORK_LENGTH } from "@amana/core/mailbox";
import type { Store, Upload } from "../stores/store.ts";
import { checkWindow } from "./collector.ts";
import type { LiveRound } from "./round.ts";

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
  /** That stay free on the disk beside all of it, also while it is rewritten: answers of surveys need them. */
  readonly reserve: number;
}

export const UPLOAD_LIMITS: UploadLimits = { unclaimed: 2 * 2 ** 30, round: 8 * 2 ** 30, mailbox: 2 ** 30, reserve: 2 ** 30 };

/** How long an upload is kept after its last new group when no message claims it. Seconds. */
export const UPLOAD_IDLE = 3600;
/** When there is no room, what has rested for longer makes some: whoever fills it up cannot keep others out by leaving what he sent there. Seconds. */
export const UPLOAD_REST = 300;

/**
 * The share of a round's room that is open at a moment: half of it from the beginning, the rest day by day until the close. Whoever fills what is
 * open today, and takes it up for good, has not taken what opens tomorrow.
 */
export function openShare({ times }: LiveRound, seconds: number): number {
  const { answeringOpen, answeringClose } = times.windows;
  const gone = (seconds - answeringOpen) / Math.max(1, answeringClose - answeringOpen);
  return (1 + Math.min(1, Math.max(0, gone))) / 2;
}

const GROUP_BYTES = GROUP_CHUNKS * CHUNK_LENGTH;

export interface UploadsOptions {
  readonly store: Store;
  readonly now?: () => Date;
  readonly limits?: UploadLimits;
  /** {@link openShare}. Tests show what happens without it. */
  readonly share?: typeof openShare;
  /** {@link UPLOAD_REST}, likewise. */
  readonly rest?: number;
}

/** Attachments on their way from a reporter, until chunks are kept by their hash alone (docs/protocol.md §9.6). */
export class Uploads {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #limits: UploadLimits;
  readonly #share: typeof openShare;
  readonly #rest: number;
  /**
   * When something last came for an upload, seconds, and as what it was listed last, null when something came here since; `<round>/<upload>`.
   * In memory only: nothing at rest says when. What came to another process shows by the mark.
   */
  readonly #touched = new Map<string, { readonly at: number; readonly mark: string | null }>();
  /** Bytes that each mailbox has claimed at this process; `<round>/<response key>`. */
  readonly #claimed = new Map<string, number>();
  /** The seal after which each round was last settled. */
  readonly #settledAfter = new Map<string, number>();

  constructor({ store, now = () => new Date(), limits = UPLOAD_LIMITS, share = openShare, rest = UPLOAD_REST }: UploadsOptions) {
    this.#store = store;
    this.#now = now;
    this.#limits = limits;
    this.#share = share;
    this.#rest = rest;
  }

  /**
   * Takes `work[8] ‖ ChunkGroup`, attacker-controlled; returns when the disk has it. The same bytes again change nothing.
   * @throws ERR_ATTACHMENT_FORMAT, ERR_WORK_MISSING, ERR_UPLOAD_USED, ERR_OVERLOADED, ERR_ATTACHMENTS_FULL when the disk is nearly, ERR_STORE_WRITE, as
   * `checkWindow`
   */
  async put(round: LiveRound, body: Uint8Array): Promise<void> {
    const message = body.slice(WORK_LENGTH);
    const { upload, ...group } = decodeGroup(message);
    checkWindow(round, this.#now());
    const difficulty = groupDifficulty(round.manifest.workDifficulty);
    if (!checkWork(round.id, message, body.slice(0, WORK_LENGTH), difficulty)) throw new AmanaError("ERR_WORK_MISSING");
    const name = toHex(upload);
    const known = await this.#store.uploads(round.idHex);
    await this.#checkDisk(known);
    checkWindow(round, this.#now());
    const room = this.#makeRoom(round, name, known);
    const before = this.#touched.get(placeOf(round, name));
    const touched = this.#touch(round, name);
    // Both stand in the store's queue before anything else can.
    const [kept] = await Promise.all([this.#store.putGroup(round.idHex, name, group), room]);
    // What is there already keeps nothing alive: one piece of work would fill the disk for ever.
    if (kept !== "kept" && before !== undefined && this.#touched.get(placeOf(round, name))?.at === touched)
      this.#touched.set(placeOf(round, name), before);
    if (kept === "other") throw new AmanaError("ERR_UPLOAD_USED");
  }

  /** See {@link Claim}. The collector calls it before it admits a message; after a refusal the claim counts for nothing. */
  readonly claim: Claim = async (round, writer, uploads, leafHash) => {
    const names = [...new Set(uploads.map(toHex))];
    const [known, settled] = await Promise.all([this.#store.uploads(round.idHex), this.#store.settledChunks(round.idHex)]);
    const whole = new Set(known.flatMap(({ upload, groups, present }) => (groups > 0 && present === groups ? [upload] : [])));
    if (!names.every((name) => whole.has(name))) throw new AmanaError("ERR_UPLOAD_INCOMPLETE");
    const fresh = known.filter(({ upload, claims }) => names.includes(upload) && claims.length === 0);
    const bytes = fresh.reduce((sum, { present }) => sum + present * GROUP_BYTES, 0);
    const mailbox = `${round.idHex}/${writer}`;
    const before = this.#claimed.get(mailbox) ?? 0;
    const kept = known.reduce((sum, { claims, present }) => sum + (claims.length > 0 ? present * GROUP_BYTES : 0), 0);
    const all = kept + settled * CHUNK_LENGTH;
    if (before + bytes > this.#limits.mailbox || all + bytes > this.#open(round)) throw new AmanaError("ERR_ATTACHMENTS_FULL");
    for (const name of names) this.#touch(round, name);
    if (!(await this.#store.claimUploads(round.idHex, names, leafHash))) throw new AmanaError("ERR_UPLOAD_INCOMPLETE");
    this.#claimed.set(mailbox, before + bytes);
  };

  /**
   * What the messages of a seal claim is rewritten without the names of uploads; whether this process made the seal, or the one before it.
   * What no admitted message claims goes after an hour, and with the close. The tick calls it, after the seals.
   */
  async tick(round: LiveRound): Promise<void> {
    if (round.manifest.kind !== "reports") return;
    const { sealed, closed } = round.state;
    const seconds = this.#now().getTime() / 1000;
    const uploads = await this.#store.uploads(round.idHex);
    const idling = (): Upload[] => uploads.filter((upload) => closed || seconds - this.#touchedAt(round, upload, seconds) >= UPLOAD_IDLE);
    const isDue = closed || this.#settledAfter.get(round.idHex) !== sealed;
    if (uploads.length > 0 && (isDue || idling().length > 0)) {
      const messages = await this.#store.index(round.idHex);
      const admitted = new Set(messages.map(({ leafHash }) => leafHash));
      const inLedger = new Set(messages.flatMap(({ leafHash, epoch }) => (epoch === null ? [] : [leafHash])));
      const claimedBy = (leaves: ReadonlySet<string>, { claims }: Upload): boolean => claims.some((leafHash) => leaves.has(leafHash));
      const idle = idling();
      for (const each of idle) if (claimedBy(admitted, each)) this.#touch(round, each.upload);
      // What was claimed since it was listed is left. From here on a message that claims one finds it gone, and is not admitted without it.
      const unclaimed = idle.filter((each) => !claimedBy(admitted, each));
      await this.#store.dropUploads(round.idHex, unclaimed);
      const settled = uploads.filter((each) => claimedBy(inLedger, each));
      await this.#store.settleUploads(round.idHex, namesOf(settled));
    }
    this.#settledAfter.set(round.idHex, sealed);
    for (const place of this.#touched.keys())
      if (seconds - (this.#touched.get(place)?.at ?? 0) >= 2 * UPLOAD_IDLE) this.#touched.delete(place);
  }

  /** Bytes that messages of a round may have claimed until now. */
  #open(round: LiveRound): number {
    return this.#limits.round * this.#share(round, this.#now().getTime() / 1000);
  }

  /** What is not settled is there twice while it is rewritten. @throws ERR_ATTACHMENTS_FULL when there would be less than the reserve */
  async #checkDisk(uploads: readonly Upload[]): Promise<void> {
    const free = await this.#store.free();
    const unsettled = uploads.reduce((sum, { present }) => sum + present * GROUP_BYTES, 0);
    if (free !== null && free < this.#limits.reserve + unsettled + 2 * GROUP_BYTES) throw new AmanaError("ERR_ATTACHMENTS_FULL");
  }

  /** Drops what has rested longest of what nobody claims, where one more group has no room. @throws ERR_OVERLOADED when all of it is on its way */
  #makeRoom(round: LiveRound, name: string, uploads: readonly Upload[]): Promise<void> {
    const unclaimed = uploads.filter(({ claims }) => claims.length === 0);
    const groups = unclaimed.reduce((sum, { present }) => sum + present, 0);
    if ((groups + 1) * GROUP_BYTES <= this.#limits.unclaimed) return Promise.resolve();
    const now = this.#now().getTime() / 1000;
    const [oldest] = unclaimed
      .filter(({ upload }) => upload !== name)
      .map((each) => ({ ...each, rested: now - this.#touchedAt(round, each, now) }))
      .sort((a, b) => b.rested - a.rested);
    if (oldest === undefined || oldest.rested < this.#rest) throw new AmanaError("ERR_OVERLOADED", { retryAfter: UPLOAD_REST });
    return this.#store.dropUploads(round.idHex, [oldest]);
  }

  #touch(round: LiveRound, upload: string): number {
    const at = this.#now().getTime() / 1000;
    this.#touched.set(placeOf(round, upload), { at, mark: null });
    return at;
  }

  #touchedAt(round: LiveRound, { upload, mark }: Upload, now: number): number {
    const place = placeOf(round, upload);
    const known = this.#touched.get(place) ?? { at: now, mark };
    const at = known.mark === null || known.mark === mark ? known.at : now;
    this.#touched.set(place, { at, mark });
    return at;
  }
}

function placeOf(round: LiveRound, upload: string): string {
  return `${round.idHex}/${upload}`;
}

function namesOf(uploads: readonly Upload[]): string[] {
  return uploads.map(({ upload }) => upload);
}
