import { concat, Reader, uint64 } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { sign, verify } from "../primitives/index.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { NOTE_COSIGNATURE, NOTE_ED25519, type NoteKey, type VerifierKey } from "./key.ts";
import { encodeNoteText } from "./text.ts";

/**
 * What stands in a note's signature line after the key id, for a key of type {@link NOTE_COSIGNATURE}
 * (c2sp.org/tlog-cosignature, cosignature/v1):
 *
 *     struct { u64 timestamp; opaque ed25519_signature[64]; } timestamped_signature;
 */
export interface Cosignature {
  /** When the witness had seen no larger tree of this log, in unix seconds. */
  readonly timestamp: number;
  readonly signature: Uint8Array;
}

/** @throws ERR_LEDGER_FORMAT for other lengths and for times beyond safe integers */
export function decodeCosignature(bytes: Uint8Array): Cosignature {
  const reader = new Reader(bytes, "ERR_LEDGER_FORMAT");
  const timestamp = reader.uint64();
  const signature = reader.take(64);
  reader.end();
  return { timestamp, signature };
}

/** What a witness signs: two lines, then the text of the checkpoint with its extension lines. */
export function cosignedMessage(text: string, timestamp: number): Uint8Array {
  return encodeNoteText(`cosignature/v1\ntime ${timestamp}\n${text}`);
}

/**
 * The timestamped signature of a witness over the text of a checkpoint, 72 bytes. The witness calls this once it has
 * checked the log's signature and the consistency with the last checkpoint that it signed, and has stored this one.
 * @throws ERR_LEDGER_FORMAT if the text is not that of a checkpoint · TypeError for a key that is no witness's
 */
export function cosign(text: string, key: NoteKey, timestamp: number): Uint8Array {
  if (key.type !== NOTE_COSIGNATURE) throw new TypeError("not the key of a witness");
  parseCheckpoint(text);
  return concat(uint64(timestamp), sign(key, cosignedMessage(text, timestamp)));
}

/**
 * Verifies one signature of a note by the rule of its key's type. Gives the time of a cosignature, null for a plain
 * signature. @throws ERR_LEDGER_SIGNATURE, and ERR_LEDGER_FORMAT for a cosignature over what is no checkpoint
 */
export function verifySignature(text: string, key: VerifierKey, bytes: Uint8Array): number | null {
  if (key.type === NOTE_ED25519) {
    if (!verify(key.publicKey, encodeNoteText(text), bytes)) throw new AmanaError("ERR_LEDGER_SIGNATURE");
    return null;
  }
  const { timestamp, signature } = decodeCosignature(bytes);
  parseCheckpoint(text);
  if (!verify(key.publicKey, cosignedMessage(text, timestamp), signature)) throw new AmanaError("ERR_LEDGER_SIGNATURE");
  return timestamp;
}
