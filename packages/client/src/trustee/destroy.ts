import type { KeyDestroyedEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { type HolderKeys, holderIndex, logEntry } from "../wire/holder.ts";
import type { RoundHistory } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import type { Holdings } from "./hold.ts";

/**
 * Ends a trustee's part: removes the envelopes it holds, has the round's KEM key destroyed, and logs that. `destroyKey` removes the key from
 * the key file; it is called first, so that the ledger never says what has not happened.
 * @throws ERR_NOT_DUE before the release, or an amendment that cancels the round, is in the ledger; of a reports round before its retention is over
 */
export async function destroy(
  transport: Transport,
  history: RoundHistory,
  holdings: Holdings,
  keys: HolderKeys,
  destroyKey: () => Promise<void>,
  now: Date,
): Promise<void> {
  if (!isOver(history, now)) throw new AmanaError("ERR_NOT_DUE");
  const { manifest } = history.seen;
  const holder = holderIndex(manifest, keys);
  for (const leafHash of await holdings.list()) await holdings.remove(leafHash);
  await destroyKey();
  await logEntry<KeyDestroyedEntry & { signature: string }>(
    transport,
    manifest,
    { type: "key-destroyed", holder: `trustee/${holder}` },
    keys,
  );
}

/** Whether a round's keys are needed for nothing any more. */
function isOver({ release, times, closedAt, seen: { manifest } }: RoundHistory, now: Date): boolean {
  if (times.cancelled !== null || release !== null) return true;
  return manifest.kind === "reports" && closedAt !== null && now.getTime() / 1000 >= times.deadlines.commitBy;
}
