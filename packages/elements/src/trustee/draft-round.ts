import { type KeyFile, NOTHING_RECORDED } from "@amana/client/keys";
import {
  type CosignedManifests,
  cosign,
  type DraftCheck,
  draftChecks,
  fetchDraft,
  type HolderKeys,
  holderIndex,
  isRehearsed,
  LedgerView,
  rehearse,
  type Transport,
  waitingFor,
} from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { manifestId } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import type { DraftRound } from "./client.ts";

/** Reads and checks a draft. What is signed later is what was checked here: nothing is fetched again in between. */
export async function readDraft(
  transport: Transport,
  programme: Programme,
  file: KeyFile,
  keys: HolderKeys,
  name: string,
  now: Date,
): Promise<DraftRound> {
  const draft = await fetchDraft(transport, name);
  const view = await firstView(transport, programme, now);
  const checks = await draftChecks({ transport, programme, view, draft, keys, cosigned: recorded(file) });
  const { manifest } = draft;
  const ready = checks.every(({ error }) => error === null) && (await isRehearsed(draft));
  return {
    kind: "draft",
    name,
    manifest,
    id: toHex(manifestId(manifest)),
    checks,
    due: dueOf(checks, ready, draft, keys),
    sharesLeft: ready ? 0 : Math.max(1, manifest.threshold - new Set(draft.shares.map(({ holder }) => holder)).size),
    waitsFor: waitingFor(draft),
    rehearse: () => rehearse(transport, draft, keys),
    cosign: (saved) => cosign(transport, draft, keys, recorded(saved)),
  };
}

function dueOf(
  checks: readonly DraftCheck[],
  ready: boolean,
  { manifest, shares, cosigned }: Awaited<ReturnType<typeof fetchDraft>>,
  keys: HolderKeys,
): DraftRound["due"] {
  if (checks.some(({ error }) => error !== null)) return "refuse";
  const self = holderIndex(manifest, keys);
  if (!shares.some(({ holder }) => holder === self)) return "rehearse";
  return cosigned.includes(self) || !ready ? "wait" : "cosign";
}

/** What the key file says of it. It was written and saved before anything is signed. */
function recorded({ record = NOTHING_RECORDED }: KeyFile): CosignedManifests {
  return { get: async (round) => record.cosigned[round] ?? null, put: async () => undefined };
}

/** The ledger before a programme's first round is empty: then there is nothing to compare with. */
async function firstView(transport: Transport, programme: Programme, now: Date): Promise<LedgerView | null> {
  try {
    return await LedgerView.fetch(transport, programme, now);
  } catch (error) {
    if (isAmanaError(error, "ERR_NOT_FOUND")) return null;
    throw error;
  }
}
