import { concat, Reader, uint, utf8 } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { CHUNK_LENGTH } from "./chunk.ts";
import { GROUP_CHUNKS, MOST_GROUPS } from "./head.ts";

/** Names an upload until its message is sealed: 16 random bytes that the reporter's client draws, and the server forgets. */
export const UPLOAD_ID_LENGTH = 16;
/** Attachments of one message at most. */
export const ATTACHMENTS_LIMIT = 4;
/** Bytes of the places for uploads behind a message. */
export const UPLOADS_LENGTH: number = ATTACHMENTS_LIMIT * UPLOAD_ID_LENGTH;
/** Every group has this many bytes, of whatever attachment. */
export const GROUP_LENGTH: number = 4 + UPLOAD_ID_LENGTH + 2 + 2 + GROUP_CHUNKS * CHUNK_LENGTH;

/** Four chunks of an attachment on their way. */
export interface ChunkGroup {
  readonly upload: Uint8Array;
  /** How many groups the upload has: its size class. */
  readonly groups: number;
  readonly index: number;
  /** The four chunks, joined. */
  readonly chunks: Uint8Array;
}

/**
 *     struct {
 *       opaque magic[4] = "AMG1";  opaque upload[16];
 *       uint16 groups;  uint16 index;                  // groups: 1, 2, 4, … 256 or 401; index below it
 *       opaque chunks[4][65536];
 *     } ChunkGroup;
 */
export function encodeGroup({ upload, groups, index, chunks }: ChunkGroup): Uint8Array {
  const bytes = concat(utf8("AMG1"), upload, uint(groups, 2), uint(index, 2), chunks);
  if (bytes.length !== GROUP_LENGTH) throw new TypeError(`a group has ${GROUP_LENGTH} bytes`);
  return bytes;
}

/** Reads a group; attacker-controlled. @throws ERR_ATTACHMENT_FORMAT */
export function decodeGroup(bytes: Uint8Array): ChunkGroup {
  const reader = new Reader(bytes, "ERR_ATTACHMENT_FORMAT");
  reader.magic("AMG1");
  const upload = reader.take(UPLOAD_ID_LENGTH);
  const groups = reader.uint16();
  const index = reader.uint16();
  const chunks = reader.take(GROUP_CHUNKS * CHUNK_LENGTH);
  reader.end();
  const isClass = groups === MOST_GROUPS || [1, 2, 4, 8, 16, 32, 64, 128, 256].includes(groups);
  if (!isClass || index >= groups || isNoUpload(upload)) throw new AmanaError("ERR_ATTACHMENT_FORMAT");
  return { upload, groups, index, chunks };
}

/**
 *     struct { Submission submission;  opaque uploads[4][16]; } Message;       // zeros in the places that name no upload
 *
 * What the work of a message is for: it has one length with and without attachments.
 */
export function encodeMessage(submission: Uint8Array, uploads: readonly Uint8Array[] = []): Uint8Array {
  if (uploads.length > ATTACHMENTS_LIMIT) throw new AmanaError("ERR_ATTACHMENT_COUNT");
  const places = Array.from({ length: ATTACHMENTS_LIMIT }, (_, place) => uploads[place] ?? new Uint8Array(UPLOAD_ID_LENGTH));
  const message = concat(submission, ...places);
  if (message.length !== submission.length + UPLOADS_LENGTH) throw new TypeError("the id of an upload has 16 bytes");
  return message;
}

/** Takes a message apart: the submission, not looked at, and the uploads that it names. Attacker-controlled. @throws ERR_SUBMISSION_FORMAT */
export function decodeMessage(message: Uint8Array): { readonly submission: Uint8Array; readonly uploads: readonly Uint8Array[] } {
  const reader = new Reader(message, "ERR_SUBMISSION_FORMAT");
  if (reader.left < UPLOADS_LENGTH) throw new AmanaError("ERR_SUBMISSION_FORMAT");
  const submission = reader.take(reader.left - UPLOADS_LENGTH);
  const places = Array.from({ length: ATTACHMENTS_LIMIT }, () => reader.take(UPLOAD_ID_LENGTH));
  return { submission, uploads: places.filter((id) => !isNoUpload(id)) };
}

function isNoUpload(id: Uint8Array): boolean {
  return id.every((byte) => byte === 0);
}
