import { cosign, fetchDraft, rehearse, Transport } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import type { Manifest } from "@amana/core/manifest";
import type { DraftInput } from "@amana/server";
import { cosignedNothing, type Deployment, type Holder } from "./server.ts";

export const CHANNEL = "reports-1";
export const DAY = 86_400;

/** A channel whose one handler is the survey's first trustee, with a key of its own for this round; open for four days. */
export function reportsDraft(here: Deployment, survey: Manifest, { kem }: Holder): DraftInput {
  const { protocol: _, programme: __, ...manifest } = survey;
  const now = here.clock.seconds;
  return {
    manifest: {
      ...manifest,
      round: CHANNEL,
      kind: "reports",
      audiences: [],
      trustees: [],
      handlers: manifest.trustees.slice(0, 1).map((holder) => ({ ...holder, kemKey: toHex(kem.publicKey) })),
      threshold: 1,
      analysisPlan: null,
      windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: now, answeringClose: now + 4 * DAY },
      size: 16_384,
      workDifficulty: 4,
    },
    questionnaires: [],
    analysisPlan: null,
  };
}

/** From a draft to a live channel, rehearsed and co-signed by its handler. */
export async function launchChannel(here: Deployment, draft: DraftInput, keys: Holder): Promise<void> {
  await here.amana.operator.createDraft(draft);
  const transport = new Transport(here.url);
  await rehearse(transport, await fetchDraft(transport, CHANNEL), keys);
  await cosign(transport, await fetchDraft(transport, CHANNEL), keys, cosignedNothing);
}
