import { equal } from "@amana/core/bytes";
import { LedgerView } from "../wire/ledger-view.ts";
import type { ReceiptSource } from "./receipt.ts";

/** What the ledger holds under one response key. */
export interface Kept {
  readonly audience: number;
  /** The highest sequence: the version that counts. */
  readonly sequence: number;
  readonly leafHash: Uint8Array;
}

/**
 * Finds a response key in the ledger by reading every entry since the round's manifest, so that the server does not learn
 * whose key is looked for. Null when nothing of it is there, or not yet.
 */
export async function findKept({ transport, programme, seen, environment }: ReceiptSource, responseKey: Uint8Array): Promise<Kept | null> {
  const view = await LedgerView.fetch(transport, programme, environment.now());
  let kept: Kept | null = null;
  for await (const { entry, leafHash } of view.entries(seen.index)) {
    if (entry.type !== "submission" || !equal(entry.leaf.manifestId, seen.id) || !equal(entry.leaf.responseKey, responseKey)) continue;
    const { audience, sequence } = entry.leaf;
    if (kept === null || sequence > kept.sequence) kept = { audience, sequence, leafHash };
  }
  return kept;
}
