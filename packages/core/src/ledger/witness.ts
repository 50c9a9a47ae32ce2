import { formatHashLines, parseHashLines, parseNumberLine, splitHead } from "./lines.ts";
import { parseNote } from "./note.ts";
import { decodeNoteText } from "./text.ts";

/** What a log asks a witness to cosign: the body of `POST <prefix>/add-checkpoint` (c2sp.org/tlog-witness). */
export interface AddCheckpoint {
  /** The size that the witness last cosigned, as far as the log knows; 0 for the first time. */
  readonly oldSize: number;
  /** The consistency proof from there; empty from 0. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** The request's body. The answer is signature lines for `addSignatures`. */
export function encodeAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return `old ${oldSize}\n${formatHashLines(proof)}\n${checkpoint}`;
}

/**
 * Reads a request. Attacker-controlled, and nothing is verified: the witness opens the checkpoint with the log's key, compares
 * `oldSize` with what it has stored, and verifies the consistency before it cosigns. @throws ERR_LEDGER_FORMAT
 */
export function decodeAddCheckpoint(body: string | Uint8Array): AddCheckpoint {
  const { head, checkpoint } = splitHead(typeof body === "string" ? body : decodeNoteText(body));
  const [old, ...hashes] = head;
  const oldSize = parseNumberLine(old, "old");
  const proof = parseHashLines(hashes);
  parseNote(checkpoint);
  return { oldSize, proof, checkpoint };
}
