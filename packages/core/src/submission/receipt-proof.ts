import { fromHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { decodeTlogProof, encodeTlogProof, type OpenedCheckpoint, openTlogProof } from "../ledger/index.ts";
import type { Programme } from "../programme/index.ts";
import { decodePromise, encodePromise, type InclusionPromise, verifyPromise } from "./promise.ts";

/** What a respondent's client makes once it has found the leaf in the ledger. */
export interface ReceiptProof {
  readonly promise: InclusionPromise;
  /** The leaf's index, and its inclusion proof under the checkpoint, lowest first. */
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note with its cosignatures. */
  readonly checkpoint: string;
}

/**
 * A receipt that anyone can check without asking a server, to keep as `….tlog-proof` (c2sp.org/tlog-proof): its `extra` is the promise, 136 bytes.
 * It names a round and a leaf of the public ledger and nothing of a person or an answer, so it is harmless to show.
 */
export function encodeReceiptProof({ promise, index, proof, checkpoint }: ReceiptProof): string {
  return encodeTlogProof({ extra: encodePromise(promise), index, proof, checkpoint });
}

/** A receipt that was checked. */
export interface OpenedReceipt {
  readonly promise: InclusionPromise;
  readonly index: number;
  /** Its cosignatures say when witnesses had seen the leaf. */
  readonly checkpoint: OpenedCheckpoint;
}

/**
 * Checks a receipt offline, under a programme whose id the caller has compared. The text is attacker-controlled. How old the checkpoint is does
 * not matter: what was under it stays there. @throws ERR_LEDGER_FORMAT for what is no receipt · ERR_PROMISE_INVALID for a promise of another
 * programme · ERR_LEDGER_INCLUSION, ERR_LEDGER_SIGNATURE, ERR_LEDGER_WITNESSES
 */
export function openReceiptProof(text: string | Uint8Array, programme: Programme): OpenedReceipt {
  const { extra } = decodeTlogProof(text);
  const promise = promiseIn(extra);
  if (!verifyPromise(promise, fromHex(programme.promiseKey))) throw new AmanaError("ERR_PROMISE_INVALID");
  const { index, ...checkpoint } = openTlogProof(text, promise.leafHash, {
    ...programme.ledger,
    witnesses: programme.witnesses.map(({ vkey }) => vkey),
    quorum: programme.quorum,
  });
  return { promise, index, checkpoint };
}

function promiseIn(extra: Uint8Array | null): InclusionPromise {
  try {
    return decodePromise(extra ?? new Uint8Array(0));
  } catch {
    throw new AmanaError("ERR_LEDGER_FORMAT");
  }
}
