import { fromHex, toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  type AttachmentHead,
  type AttachmentReference,
  attachmentContext,
  CHUNK_CONTENT,
  CHUNK_LENGTH,
  chunkKey,
  decodeHead,
  HEAD_INDEX,
  openChunk,
} from "@amana/core/mailbox";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { fetchRequest, type HolderKeys } from "../wire/holder.ts";
import { postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

/** Chunks that are asked for at once. */
const BATCH = 64;

/** An attachment whose head was fetched and checked. Name and type are claims of whoever wrote the report. */
export interface OpenedAttachment {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly length: number;
  /**
   * The file, piece by piece, each one checked before it is given. Fetches all chunks, those that fill the attachment up included, so that the
   * server learns no length. What was given before a failure is no file. @throws ERR_ATTACHMENT_INVALID, ERR_ATTACHMENT_MISSING, ERR_NETWORK
   */
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Opens an attachment of a message on the handler's machine; the server that hands out its chunks is attacker-controlled, and so is who wrote the
 * report. `writer` is the response key that signed the message.
 * @throws ERR_ATTACHMENT_INVALID, ERR_ATTACHMENT_FORMAT, ERR_ATTACHMENT_MISSING, ERR_FETCH_REFUSED, ERR_KEY_FILE, ERR_NETWORK
 */
export async function openAttachment(
  transport: Transport,
  manifest: Manifest,
  keys: HolderKeys,
  writer: Uint8Array,
  { head, seed }: AttachmentReference,
): Promise<OpenedAttachment> {
  const key = chunkKey(fromHex(seed), attachmentContext(manifestId(manifest), writer));
  const fetchChunks = async (hashes: readonly string[]): Promise<Uint8Array[]> => {
    const body = { chunks: hashes, ...(await fetchRequest(transport, manifest, keys, 0)) };
    const bytes = await postJson(transport, `rounds/${manifest.round}/chunks`, body, hashes.length * CHUNK_LENGTH).catch(
      (error: unknown) => {
        throw isAmanaError(error, "ERR_NOT_FOUND") ? new AmanaError("ERR_ATTACHMENT_MISSING") : error;
      },
    );
    return hashes.map((_, at) => bytes.subarray(at * CHUNK_LENGTH, (at + 1) * CHUNK_LENGTH));
  };
  const [chunk = new Uint8Array(0)] = await fetchChunks([head]);
  const { name, type, length, chunks } = readHead(openChunk(chunk, fromHex(head), key, HEAD_INDEX));
  return {
    name,
    type,
    length,
    async *bytes() {
      for (let start = 0; start < chunks.length; start += BATCH) {
        const hashes = chunks.slice(start, start + BATCH);
        const fetched = await fetchChunks(hashes.map(toHex));
        for (const [at, hash] of hashes.entries()) {
          const content = openChunk(fetched[at] as Uint8Array, hash, key, start + at);
          const mine = Math.max(0, Math.min(CHUNK_CONTENT, length - (start + at) * CHUNK_CONTENT));
          if (content.subarray(mine).some((byte) => byte !== 0)) throw new AmanaError("ERR_ATTACHMENT_INVALID");
          if (mine > 0) yield content.subarray(0, mine);
        }
      }
    },
  };
}

/** A head that breaks off its text is one that is not built as it must be, whatever the reader says. */
function readHead(content: Uint8Array): AttachmentHead {
  try {
    return decodeHead(content);
  } catch (error) {
    throw isAmanaError(error) ? new AmanaError("ERR_ATTACHMENT_FORMAT") : error;
  }
}
