import { encodeJson, toHex } from "@amana/core/bytes";
import { type Amendment, signAmendment } from "@amana/core/manifest";
import type { AmendmentInput } from "@amana/server";
import { Deployment, HOUR, type Holder, ROUND, START } from "../adversary/support/server.ts";
import { TrusteeTool } from "../adversary/support/trustee.ts";
import { recordingDisk, type Written } from "./recorder.ts";

/** Proposes a change of the round, and has two key holders sign it, so that it is logged. */
export async function amend(here: Deployment, change: AmendmentInput["change"]): Promise<void> {
  await here.amana.operator.proposeAmendment({ round: ROUND, change });
  const shown = (await (await fetch(`${here.url}amendments/${ROUND}`)).json()) as Amendment;
  const amendment = { number: shown.number, previous: shown.previous, change: shown.change };
  const manifest = await here.manifest();
  for (const holder of [0, 1]) {
    const signature = toHex(signAmendment(manifest, amendment, (here.holders[holder] as Holder).signing));
    const reply = await fetch(`${here.url}amendments/${ROUND}/cosignatures`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Uint8Array(encodeJson({ holder, signature })),
    });
    if (!reply.ok) throw new Error(await reply.text());
  }
}

/** A round that is closed before its time, and one that is cancelled while people answer. */
export async function amendedLives(): Promise<readonly Written[]> {
  const early = await life(async (here) => {
    await amend(here, { kind: "close-early", answeringClose: START + 2 * HOUR });
    await here.moveTo(START + HOUR + 61);
    await here.moveTo(START + 2 * HOUR + 1);
  });
  const cancelled = await life(async (here) => {
    await amend(here, { kind: "cancel", reason: { en: "There will be another.", fr: "Il y en aura une autre." } });
    for (const seconds of [1, 2, 3]) await here.moveTo(START + HOUR + seconds);
    for (const index of [0, 1, 2]) await new TrusteeTool(here, index).destroy();
  });
  return [...early, ...cancelled];
}

async function life(end: (here: Deployment) => Promise<void>): Promise<readonly Written[]> {
  const disk = recordingDisk();
  const here = await Deployment.start((same) => same, { people: 3, store: { files: disk.files }, onFolder: disk.under });
  try {
    for (const place of [0, 1]) await (await here.enrol(place)).credential.submit({ A1: "answer" });
    await end(here);
    return disk.written;
  } finally {
    await here.stop();
  }
}
