import { toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { type Checkpoint, encodeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { NOTE_COSIGNATURE, NOTE_ED25519, type NoteKey, parseVerifierKey, sameKeyName } from "./key.ts";
import { formatNote, signNote, verifyNote } from "./note.ts";

/** A signed note over a checkpoint. The log calls this, with its own key, once every file of the tree is durable. */
export function signCheckpoint(checkpoint: Checkpoint, key: NoteKey): string {
  return signNote(encodeCheckpoint(checkpoint), [key]);
}

/** Whom a reader of a ledger trusts: fixed beforehand, never taken from the ledger's server. */
export interface CheckpointTrust {
  readonly origin: string;
  /** The log's verifier key, of type {@link NOTE_ED25519}. */
  readonly vkey: string;
  /** The witnesses' verifier keys, of type {@link NOTE_COSIGNATURE}. */
  readonly witnesses: readonly string[];
  /** How many different witnesses must have cosigned. */
  readonly quorum: number;
}

/** A witness's word that this was the largest tree it had seen at `timestamp` (unix seconds). */
export interface WitnessedAt {
  readonly name: string;
  readonly timestamp: number;
}

/** A checkpoint that may be relied on. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly cosignatures: readonly WitnessedAt[];
  /** The note with one line for each known key that signed it. The others that came could be a mark of whoever was given them. */
  readonly note: string;
}

/**
 * Verifies a checkpoint. The note is attacker-controlled, the trust is not. How old it may be is for the caller to decide by
 * the cosignatures' timestamps.
 * @throws ERR_LEDGER_FORMAT · ERR_LEDGER_SIGNATURE without the log's signature, with a wrong one by a known key, or for another
 * origin · ERR_LEDGER_WITNESSES below the quorum · TypeError for a quorum that is no number of witnesses
 */
export function openCheckpoint(note: string | Uint8Array, { origin, vkey, witnesses, quorum }: CheckpointTrust): OpenedCheckpoint {
  if (!Number.isSafeInteger(quorum) || quorum < 0) throw new TypeError("not a quorum");
  // 1. Each key has the type of its role, so that no signature of one role counts as another's.
  const log = parseVerifierKey(vkey);
  if (log.type !== NOTE_ED25519) throw new AmanaError("ERR_LEDGER_FORMAT");
  if (witnesses.some((witness) => parseVerifierKey(witness).type !== NOTE_COSIGNATURE)) throw new AmanaError("ERR_LEDGER_FORMAT");
  // 2. Every signature by a known key verifies, the log's is there, and it is this log.
  const { text, signatures } = verifyNote(note, [vkey, ...witnesses]);
  const checkpoint = parseCheckpoint(text);
  const signed = signatures.some(({ key }) => sameKeyName(key, log));
  if (!signed || checkpoint.origin !== origin) throw new AmanaError("ERR_LEDGER_SIGNATURE");
  // 3. Witnesses are counted by public key: a cosignature does not sign the witness's name, so one key under two names is
  //    one witness, and the log's own key is none.
  const counted = new Set([toHex(log.publicKey)]);
  const cosignatures: WitnessedAt[] = [];
  for (const { key, timestamp } of signatures) {
    const id = toHex(key.publicKey);
    if (timestamp === null || counted.has(id)) continue;
    counted.add(id);
    cosignatures.push({ name: key.name, timestamp });
  }
  if (cosignatures.length < quorum) throw new AmanaError("ERR_LEDGER_WITNESSES");
  return { ...checkpoint, cosignatures, note: formatNote({ text, signatures: signatures.map(({ line }) => line) }) };
}
