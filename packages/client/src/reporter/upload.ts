import { concat, type Rng, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  ATTACHMENT_LIMIT,
  ATTACHMENTS_LIMIT,
  type AttachmentReference,
  attachmentContext,
  attachmentGroups,
  CHUNK_CONTENT,
  checkFile,
  chunkKey,
  encodeGroup,
  encodeHead,
  GROUP_CHUNKS,
  GROUP_LENGTH,
  groupDifficulty,
  HEAD_INDEX,
  sealChunk,
  UPLOAD_ID_LENGTH,
  WORK_LENGTH,
  withWork,
} from "@amana/core/mailbox";
import type { Manifest } from "@amana/core/manifest";
import type { Transport } from "../wire/transport.ts";
import { solveHere, type WorkSolver } from "./work.ts";

export { ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT };

/** A file that a reporter attaches, read piece by piece. A browser's `File` is one as it is. Nothing here looks into its bytes. */
export interface AttachmentSource {
  /** Goes to the handlers alone, sealed. */
  readonly name: string;
  /** A media type; what is none is sent as `application/octet-stream`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Bytes that travel for a file of so many: its size class. */
export function uploadLength(size: number): number {
  return attachmentGroups(size) * (WORK_LENGTH + GROUP_LENGTH);
}

/** What can be attached to one message, before anything of it is read or sent. @throws ERR_ATTACHMENT_COUNT, ERR_ATTACHMENT_SIZE, ERR_ATTACHMENT_NAME */
export function checkSources(sources: readonly AttachmentSource[]): void {
  if (sources.length > ATTACHMENTS_LIMIT) throw new AmanaError("ERR_ATTACHMENT_COUNT");
  for (const source of sources) checkFile(describe(source));
}

/** How long to wait before a group is sent once more, in milliseconds, when the connection or the server fails for a moment. */
const PAUSES = [1000, 2000, 4000, 8000];
/** Seconds that a server may ask to be left alone for; longer is for the person to decide. */
const PATIENCE = 30;

export interface UploadOptions {
  readonly transport: Transport;
  readonly manifest: Manifest;
  readonly manifestId: Uint8Array;
  readonly responseKey: Uint8Array;
  readonly rng: Rng;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly solveWork?: WorkSolver | null;
}

/**
 * One attachment on its way. A group is sealed once and kept until the server has it: what is sent again is the same bytes, so an upload that was
 * interrupted goes on where it was. Seed and id are in memory alone.
 */
export class Upload {
  readonly id: Uint8Array;
  readonly #source: AttachmentSource;
  readonly #options: UploadOptions;
  readonly #seed: Uint8Array;
  readonly #key: Uint8Array;
  readonly #groups: number;
  readonly #hashes: Uint8Array[] = [];
  /** How many groups the server has. */
  #kept = 0;
  /** The group after those, once it was sealed, as it is sent. */
  #sealed: Uint8Array | null = null;
  #running: Promise<AttachmentReference> | null = null;

  constructor(source: AttachmentSource, options: UploadOptions) {
    this.#source = source;
    this.#options = options;
    this.id = options.rng(UPLOAD_ID_LENGTH);
    this.#seed = options.rng(32);
    this.#key = chunkKey(this.#seed, attachmentContext(options.manifestId, options.responseKey));
    this.#groups = attachmentGroups(source.size);
  }

  /** Bytes that the server has, of {@link uploadLength}. */
  get sent(): number {
    return this.#kept * (WORK_LENGTH + GROUP_LENGTH);
  }

  /**
   * Sends what is not sent yet. Called again after a failure, it goes on; called twice at once, it runs once, so that no number is ever sealed twice.
   * @throws ERR_ATTACHMENT_READ, ERR_NETWORK, and what the server says
   */
  run(onSent: () => void): Promise<AttachmentReference> {
    this.#running ??= this.#send(onSent).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #send(onSent: () => void): Promise<AttachmentReference> {
    while (this.#kept < this.#groups) {
      this.#sealed ??= await this.#seal(this.#kept);
      await this.#post(this.#sealed);
      this.#sealed = null;
      this.#kept += 1;
      onSent();
    }
    return { head: toHex(this.#hashes.at(-1) as Uint8Array), seed: toHex(this.#seed) };
  }

  /** One group with its work. Its hashes are noted when all of it could be read: until then nothing of it has left. */
  async #seal(index: number): Promise<Uint8Array> {
    const { manifest, manifestId, solveWork } = this.#options;
    const last = this.#groups * GROUP_CHUNKS - 1;
    const chunks: Uint8Array[] = [];
    const hashes = [...this.#hashes];
    for (let number = index * GROUP_CHUNKS; chunks.length < GROUP_CHUNKS; number++) {
      const chunk =
        number < last
          ? sealChunk(await this.#read(number), this.#key, number)
          : sealChunk(encodeHead({ ...described(this.#source), chunks: hashes }), this.#key, HEAD_INDEX);
      hashes.push(SHA256(chunk));
      chunks.push(chunk);
    }
    const group = encodeGroup({ upload: this.id, groups: this.#groups, index, chunks: concat(...chunks) });
    const work = await (solveWork ?? solveHere)(manifestId, group, groupDifficulty(manifest.workDifficulty));
    this.#hashes.splice(0, this.#hashes.length, ...hashes);
    return withWork(work, group);
  }

  async #read(number: number): Promise<Uint8Array> {
    const { size } = this.#source;
    const start = Math.min(size, number * CHUNK_CONTENT);
    const end = Math.min(size, start + CHUNK_CONTENT);
    if (start === end) return new Uint8Array(0);
    const bytes = await this.#source
      .slice(start, end)
      .arrayBuffer()
      .catch(() => null);
    if (bytes === null || bytes.byteLength !== end - start) throw new AmanaError("ERR_ATTACHMENT_READ");
    return new Uint8Array(bytes);
  }

  async #post(body: Uint8Array): Promise<void> {
    const { transport, manifest, wait } = this.#options;
    for (const pause of [...PAUSES, null]) {
      try {
        await transport.post(`rounds/${manifest.round}/uploads`, "application/vnd.amana.chunks", body, SMALL);
        return;
      } catch (error) {
        if (pause === null || !passes(error)) throw error;
        await wait(pause);
      }
    }
  }
}

/** Bytes of an answer that says that a group is kept. */
const SMALL = 1024;

/** Whether the same again may be taken in a moment. */
function passes(error: unknown): boolean {
  if (isAmanaError(error, "ERR_OVERLOADED")) return (error.details.retryAfter ?? 0) <= PATIENCE;
  return isAmanaError(error, "ERR_NETWORK") || isAmanaError(error, "ERR_BODY_SLOW") || isAmanaError(error, "ERR_STORE_WRITE");
}

/** A file as its head names it: a name that a handler's tool can read back, a type that is one. */
function describe({ name, type, size }: AttachmentSource): { readonly name: string; readonly type: string; readonly size: number } {
  const [essence = ""] = type.toLowerCase().split(";");
  const isType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/.test(essence.trim());
  return {
    name: name
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/^\ufeff+/, "")
      .normalize("NFC"),
    type: isType ? essence.trim() : "application/octet-stream",
    size,
  };
}

function described(source: AttachmentSource): { readonly name: string; readonly type: string; readonly length: number } {
  const { size, ...rest } = describe(source);
  return { ...rest, length: size };
}
