import { concat, fromUtf8, Reader, uint, utf8, vector } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { CHUNK_CONTENT } from "./chunk.ts";

/** Bytes of the largest file that can be attached: 100 MiB. */
export const ATTACHMENT_LIMIT: number = 100 * 2 ** 20;
/** Chunks that travel together. */
export const GROUP_CHUNKS = 4;
/** Groups of the largest attachment: its size class is no power of two, as the hashes of twice 256 groups fill more than one head. */
export const MOST_GROUPS = 401;

const NAME_LIMIT = 255;
const TYPE_LIMIT = 127;
/** RFC 6838 §4.2: what a browser gives as a file's type, without parameters. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

/** What an attachment is: its first secret, sealed as one chunk. */
export interface AttachmentHead {
  /** As the reporter's device calls the file. Its writer may be hostile: not a path, not yet fit for a disk or a terminal. */
  readonly name: string;
  /** `image/jpeg`; a claim like the name. */
  readonly type: string;
  /** True length in bytes. */
  readonly length: number;
  /** SHA-256 of every data chunk, those that pad the attachment to its size class included. */
  readonly chunks: readonly Uint8Array[];
}

/**
 * The size class of a file: how many groups of four chunks it travels in, its head included. A power of two up to 256, above that 401.
 * All that the server and whoever watches the line learn of a size.
 */
export function attachmentGroups(length: number): number {
  const groups = Math.ceil((Math.ceil(length / CHUNK_CONTENT) + 1) / GROUP_CHUNKS);
  return Math.min(MOST_GROUPS, 2 ** Math.ceil(Math.log2(groups)));
}

/** How many chunks of data a file becomes. The chunk after the last of them is its head. */
export function dataChunks(length: number): number {
  return attachmentGroups(length) * GROUP_CHUNKS - 1;
}

/**
 *     struct {
 *       opaque magic[4] = "AMA1";  uint32 length;                // 1..104857600
 *       uint32 nameLength;  opaque name[nameLength];             // UTF-8 in NFC, at most 255 bytes
 *       uint32 typeLength;  opaque type[typeLength];             // a media type without parameters, lower case
 *       opaque chunks[dataChunks(length)][32];                   // SHA-256 of each, ascending
 *     } AttachmentHead;                                          // zeros up to 65,520
 *
 * @throws ERR_ATTACHMENT_SIZE, ERR_ATTACHMENT_NAME for what no handler could read back
 */
export function encodeHead({ name, type, length, chunks }: AttachmentHead): Uint8Array {
  checkFile({ name, type, size: length });
  if (chunks.length !== dataChunks(length) || chunks.some((hash) => hash.length !== 32))
    throw new TypeError("one hash for each data chunk");
  return concat(utf8("AMA1"), uint(length, 4), vector(utf8(name)), vector(utf8(type)), ...chunks);
}

/** Reads the content of a head chunk; its writer may be hostile. @throws ERR_ATTACHMENT_FORMAT, ERR_BYTES_ENCODING */
export function decodeHead(content: Uint8Array): AttachmentHead {
  const reader = new Reader(content, "ERR_ATTACHMENT_FORMAT");
  reader.magic("AMA1");
  const length = reader.uint32();
  const name = fromUtf8(reader.vector(NAME_LIMIT));
  const type = fromUtf8(reader.vector(TYPE_LIMIT));
  if (length < 1 || length > ATTACHMENT_LIMIT || !MEDIA_TYPE.test(type)) throw new AmanaError("ERR_ATTACHMENT_FORMAT");
  const chunks = Array.from({ length: dataChunks(length) }, () => reader.take(32));
  if (reader.take(reader.left).some((byte) => byte !== 0) || content.length !== CHUNK_CONTENT)
    throw new AmanaError("ERR_ATTACHMENT_FORMAT");
  return { name, type, length, chunks };
}

/** What can be attached; before anything is read or sent. @throws ERR_ATTACHMENT_SIZE, ERR_ATTACHMENT_NAME */
export function checkFile({ name, type, size }: { readonly name: string; readonly type: string; readonly size: number }): void {
  if (!Number.isSafeInteger(size) || size < 1 || size > ATTACHMENT_LIMIT) throw new AmanaError("ERR_ATTACHMENT_SIZE");
  if (utf8(name).length > NAME_LIMIT || name.startsWith("\uFEFF") || !MEDIA_TYPE.test(type)) throw new AmanaError("ERR_ATTACHMENT_NAME");
}
