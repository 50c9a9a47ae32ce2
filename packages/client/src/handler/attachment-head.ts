import { SHA256 } from "@amana/core/bytes";
import { attachmentContext, CHUNK_CONTENT, checkFile, chunkKey, dataChunks, encodeHead, HEAD_INDEX, sealChunk } from "@amana/core/mailbox";

/** What the head of an attachment says beside its chunks, and the seed that all of them are sealed under. */
export interface DescribedFile {
  readonly seed: Uint8Array;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly length: number;
}

/**
 * The head chunk that a file has as an attachment: sealing is determined by its seed, so that whoever has the file can tell whether it is the one
 * that a message names, with no server. Holds one chunk of it at a time. A file of another length than `length` gives another head.
 * @throws ERR_ATTACHMENT_SIZE, ERR_ATTACHMENT_NAME for what nobody can have attached
 */
export async function attachmentHead(
  pieces: AsyncIterable<Uint8Array>,
  { seed, name, type, length }: DescribedFile,
  of: { readonly manifestId: Uint8Array; readonly responseKey: Uint8Array },
): Promise<Uint8Array> {
  checkFile({ name, type, size: length });
  const key = chunkKey(seed, attachmentContext(of.manifestId, of.responseKey));
  const chunks: Uint8Array[] = [];
  const most = dataChunks(length);
  const seal = (content: Uint8Array): void => void chunks.push(SHA256(sealChunk(content, key, chunks.length)));
  let content = new Uint8Array(CHUNK_CONTENT);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length && chunks.length < most; ) {
      const part = piece.subarray(at, at + CHUNK_CONTENT - filled);
      content.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < CHUNK_CONTENT) continue;
      seal(content);
      content = new Uint8Array(CHUNK_CONTENT);
      filled = 0;
    }
  }
  while (chunks.length < most) {
    seal(content.subarray(0, filled));
    filled = 0;
  }
  return sealChunk(encodeHead({ name, type, length, chunks }), key, HEAD_INDEX);
}
