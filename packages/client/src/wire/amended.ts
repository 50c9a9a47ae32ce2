import { toHex } from "@amana/core/bytes";
import { decodeEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { amendedOnce, manifestTimes, type RoundTimes } from "@amana/core/manifest";
import type { LedgerView, SeenManifest } from "./ledger-view.ts";

/**
 * What holds of a round, by the amendments that a server says are at these indexes. Each must be in the ledger, follow the one before and be
 * signed by enough key holders. A server can leave some out: it gains nothing that it could not do anyway, as it can refuse an answer; and
 * who comes back reads the whole round. @throws ERR_LEDGER_INCLUSION, ERR_AMENDMENT_INVALID
 */
export async function amendedTimes(
  view: LedgerView,
  { manifest, id, index }: SeenManifest,
  indexes: readonly number[],
): Promise<RoundTimes> {
  let times = manifestTimes(manifest);
  let before = index;
  for (const at of indexes) {
    if (at <= before || at >= view.checkpoint.size) throw new AmanaError("ERR_LEDGER_INCLUSION");
    before = at;
    for await (const { entry } of view.reader.entries(at, at + 1)) {
      const decoded = decodeEntry(entry);
      const mine = decoded.type === "amendment" && decoded.manifest === toHex(id);
      const next = mine ? amendedOnce(manifest, times, decoded) : null;
      if (next === null) throw new AmanaError("ERR_AMENDMENT_INVALID");
      times = next;
    }
  }
  return times;
}
