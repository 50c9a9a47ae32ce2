import { concat, equal, H, KDF, SHA256, TAGS, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { BOX_OVERHEAD, boxOpen, boxSeal } from "../primitives/index.ts";

/** Every chunk, of whatever it is a part, has this many bytes. */
export const CHUNK_LENGTH = 65_536;
/** What a chunk holds of its file, or of its head. */
export const CHUNK_CONTENT: number = CHUNK_LENGTH - BOX_OVERHEAD;
/** The number of an attachment's head; data chunks have 0, 1, … */
export const HEAD_INDEX = 0xffffffff;

/** What the attachments of one mailbox are sealed under: a chunk of another mailbox does not open here. */
export function attachmentContext(reportsManifestId: Uint8Array, responseKey: Uint8Array): Uint8Array {
  return H(TAGS.contextAttachment, reportsManifestId, responseKey);
}

/** The key of all chunks of one attachment. `seed`: 32 random bytes, known to the reporter's client and, from inside the message, to the handlers. */
export function chunkKey(seed: Uint8Array, context: Uint8Array): Uint8Array {
  return KDF(seed, context, TAGS.chunkKey);
}

/**
 *     opaque chunk[65536];      // secretbox(content ‖ zeros, nonce), nonce = zeros[20] ‖ u32 index
 *
 * The reporter's client calls it once for each index of a seed, ever: two contents under one nonce would give both away.
 */
export function sealChunk(content: Uint8Array, key: Uint8Array, index: number): Uint8Array {
  if (content.length > CHUNK_CONTENT) throw new TypeError(`a chunk holds ${CHUNK_CONTENT} bytes`);
  const padded = new Uint8Array(CHUNK_CONTENT);
  padded.set(content);
  return boxSeal(padded, key, nonceOf(index));
}

/**
 * Opens the chunk that has this hash. The box alone commits to nothing; the hash, which stands in what the reporter sealed, does. A handler's tool
 * calls it; the server is attacker-controlled. @returns 65,520 bytes. @throws ERR_ATTACHMENT_INVALID
 */
export function openChunk(chunk: Uint8Array, hash: Uint8Array, key: Uint8Array, index: number): Uint8Array {
  const content = chunk.length === CHUNK_LENGTH && equal(SHA256(chunk), hash) ? boxOpen(chunk, key, nonceOf(index)) : null;
  if (content === null) throw new AmanaError("ERR_ATTACHMENT_INVALID");
  return content;
}

function nonceOf(index: number): Uint8Array {
  return concat(new Uint8Array(20), uint(index, 4));
}
