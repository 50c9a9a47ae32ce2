import { AmanaError } from "../errors/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { formatHashLines, parseHashLines, parseNumberLine, splitHead } from "./lines.ts";
import { parseNote } from "./note.ts";
import { type CheckpointTrust, type OpenedCheckpoint, openCheckpoint } from "./open.ts";
import { decodeNoteText } from "./text.ts";
import { verifyInclusion } from "./verify.ts";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";

/** A proof that can be checked offline, by anyone who knows the log's and the witnesses' keys (c2sp.org/tlog-proof). */
export interface TlogProof {
  /** Bytes that nothing vouches for, or null. */
  readonly extra: Uint8Array | null;
  readonly index: number;
  /** The inclusion proof, lowest first. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** The text of a proof. File extension `.tlog-proof`. */
export function encodeTlogProof({ extra, index, proof, checkpoint }: TlogProof): string {
  const extraLine = extra === null ? "" : `extra ${toBase64(extra)}\n`;
  return `${FIRST_LINE}\n${extraLine}index ${index}\n${formatHashLines(proof)}\n${checkpoint}`;
}

/** Reads a proof without checking it. Attacker-controlled. @throws ERR_LEDGER_FORMAT */
export function decodeTlogProof(text: string | Uint8Array): TlogProof {
  const { head, checkpoint } = splitHead(typeof text === "string" ? text : decodeNoteText(text));
  const [first, second = "", ...others] = head;
  if (first !== FIRST_LINE) throw new AmanaError("ERR_LEDGER_FORMAT");
  const extra = second.startsWith("extra ") ? fromBase64(second.slice("extra ".length)) : null;
  const [indexLine, ...hashes] = extra === null ? [second, ...others] : others;
  const index = parseNumberLine(indexLine, "index");
  const proof = parseHashLines(hashes);
  parseNote(checkpoint);
  return { extra, index, proof, checkpoint };
}

/**
 * Checks that the leaf hash `leaf` (32 bytes) is in the log, by the proof's checkpoint. How old the checkpoint may be is for the
 * caller to decide. @throws ERR_LEDGER_INCLUSION, and as `openCheckpoint`
 */
export function openTlogProof(text: string | Uint8Array, leaf: Uint8Array, trust: CheckpointTrust): OpenedCheckpoint & { index: number } {
  const { index, proof, checkpoint } = decodeTlogProof(text);
  const opened = openCheckpoint(checkpoint, trust);
  verifyInclusion({ leaf, index, size: opened.size, proof, root: opened.root });
  return { ...opened, index };
}
