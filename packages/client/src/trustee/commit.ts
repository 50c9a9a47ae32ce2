import { KDF, TAGS, toHex } from "@amana/core/bytes";
import type { ShareListEntry } from "@amana/core/entries";
import { openShare, type Share } from "@amana/core/envelope";
import { AmanaError } from "@amana/core/errors";
import { type Outcome, type ShareList, shareList, shareListCommitment } from "@amana/core/opening";
import { submissionContext } from "@amana/core/submission";
import { type HolderKeys, holderIndex, logEntry } from "../wire/holder.ts";
import { type RoundHistory, selected } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { completeHoldings, type Holdings, isSound } from "./hold.ts";

/** Called as a long step goes on: `done` of `total`. It is waited for, so that a page can be drawn; what it throws stops the step. */
export type StepProgress = (done: number, total: number) => void | Promise<void>;

/**
 * What a stopped step had found, by leaf hash: given to the same step again, it goes on from there. Of one round and one attempt. As secret as
 * the round's key, and in memory only.
 */
export interface StepMemory {
  readonly shares: Map<string, Share | null>;
  readonly outcomes: Map<string, Outcome>;
}

export function stepMemory(): StepMemory {
  return { shares: new Map(), outcomes: new Map() };
}

/**
 * This trustee's share list. It is computed from the key and the held envelopes, and its blind from the key, so that nothing secret
 * has to be kept between commitment and reveal.
 */
export async function ownShareList(
  history: RoundHistory,
  holdings: Holdings,
  keys: HolderKeys,
  onProgress: StepProgress = () => undefined,
  { shares: known }: StepMemory = stepMemory(),
): Promise<ShareList> {
  const { manifest, id } = history.seen;
  const holder = holderIndex(manifest, keys);
  const places = selected(history);
  const shares: (Share | null)[] = [];
  for (const [done, { leaf, leafHash }] of places.entries()) {
    const name = toHex(leafHash);
    let share = known.get(name) ?? null;
    if (!known.has(name)) {
      const envelope = await holdings.get(name);
      const context = submissionContext(id, leaf.audience, leaf.responseKey, leaf.sequence);
      const sound = envelope !== null && isSound(envelope, leaf.envelopeHash, manifest);
      share = sound ? openShare(envelope, holder, keys.kem, context) : null;
      // What is not here may come yet: it is looked for again.
      if (sound) known.set(name, share);
    }
    shares.push(share);
    await onProgress(done + 1, places.length);
  }
  return shareList(shares, () => KDF(keys.kem.seed, id, TAGS.shareListBlind));
}

/**
 * Every draw and every replacement is what its issuer may log, and no audience has more answers than draws at any of its issuers: a
 * trustee opens nothing of a round that was stuffed. @throws ERR_ISSUER_RECORD, which names the issuer and what is wrong
 */
export async function checkIssuers(transport: Transport, history: RoundHistory): Promise<void> {
  const { manifest } = history.seen;
  const answers = manifest.audiences.map(() => 0);
  for (const { leaf } of selected(history)) answers[leaf.audience] = (answers[leaf.audience] ?? 0) + 1;
  const records = await history.issued.records(transport, manifest);
  for (const [audience, { id, issuers }] of manifest.audiences.entries()) {
    for (const [place, { name }] of issuers.entries()) {
      const drawn = records[audience]?.[place]?.drawn ?? null;
      if (drawn === null) throw new AmanaError("ERR_ISSUER_RECORD", { note: `${id}/${name}: no list of draws.` });
      if ((answers[audience] ?? 0) > drawn) throw new AmanaError("ERR_ISSUER_RECORD", { note: `${id}/${name}: more answers than draws.` });
    }
  }
}

/**
 * Logs this trustee's commitment to its share list, once for the round. The `close` entry is the operator's, the time is the manifest's and its amendments': who
 * closes early must not get answers opened while others are still invited to answer.
 * @throws ERR_ROUND_CANCELLED, ERR_NOT_DUE before the close, in the ledger or by the clock, ERR_ENTRY_REFUSED for another commitment than the one logged before
 */
export async function commitShareList(
  transport: Transport,
  history: RoundHistory,
  holdings: Holdings,
  keys: HolderKeys,
  now: Date,
  onProgress?: StepProgress,
  memory?: StepMemory,
): Promise<void> {
  const { manifest, id } = history.seen;
  if (history.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  if (history.closedAt === null || now.getTime() / 1000 < history.times.windows.answeringClose) throw new AmanaError("ERR_NOT_DUE");
  const holder = holderIndex(manifest, keys);
  await checkIssuers(transport, history);
  await completeHoldings(transport, history, holdings, keys);
  const list = await ownShareList(history, holdings, keys, onProgress, memory);
  const commitment = toHex(shareListCommitment(id, holder, history.closedAt, list));
  await logEntry<ShareListEntry>(transport, manifest, { type: "share-list", holder, ledgerSize: history.closedAt, commitment }, keys);
}
