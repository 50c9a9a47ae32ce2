import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CosignedManifests, cosign, fetchDraft, type HolderKeys, rehearse, Transport } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import type { Manifest } from "@amana/core/manifest";
import { kemKey, randomBytes, signingKey } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { createAmana, initProgramme, lowdbStore } from "@amana/server";
import express from "express";

export const CHANNEL = "reports";

/** A channel that is open, in a data folder that no server uses. */
export interface FloodChannel {
  readonly manifest: Manifest;
  readonly keys: HolderKeys;
  readonly programme: string;
}

/** Makes a programme and a channel of two handlers, with the least work. */
export async function makeChannel(folder: string): Promise<FloodChannel> {
  const holders = ["customs", "bar"].map((id) => ({ id, signing: signingKey(randomBytes(32)), kem: kemKey(randomBytes(32)) }));
  const organisations = holders.map(({ id, signing }) => ({ id, name: { en: id }, key: toHex(signing.publicKey) }));
  await initProgramme(folder, { name: { en: "Flood" }, trial: true, organisations, origin: "http://127.0.0.1/" });
  const amana = await createAmana({ store: await lowdbStore(folder), autoTick: false });
  const server = createServer(express().use(amana.router));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const now = Math.floor(Date.now() / 1000);
    const day = 86_400;
    await amana.operator.createDraft({
      manifest: {
        round: CHANNEL,
        kind: "reports",
        title: { en: "Reports" },
        audiences: [],
        trustees: [],
        handlers: holders.map(({ id, signing, kem }) => ({
          organisation: id,
          signingKey: toHex(signing.publicKey),
          kemKey: toHex(kem.publicKey),
        })),
        threshold: 1,
        noSpare: false,
        analysisPlan: null,
        windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: now - 60, answeringClose: now + day },
        deadlines: { objection: day, sealBy: now + 2 * day, missingBy: now + 3 * day, commitBy: now + 4 * day, revealSpan: day },
        separation: [],
        size: 16_384,
        epoch: { minimumKeys: 1, minimumSeconds: day / 2 },
        relay: null,
        workDifficulty: 4,
        accepts: [],
        successor: null,
        previous: null,
      },
      questionnaires: [],
      analysisPlan: null,
    });
    const transport = new Transport(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const { manifest } = await fetchDraft(transport, CHANNEL);
    const nothing: CosignedManifests = { get: async () => null, put: async () => undefined };
    for (const keys of holders) await rehearse(transport, await fetchDraft(transport, CHANNEL), keys);
    for (const keys of holders) await cosign(transport, await fetchDraft(transport, CHANNEL), keys, nothing);
    return { manifest, keys: holders[0] as HolderKeys, programme: toHex(programmeId(amana.programme)) };
  } finally {
    server.close();
    server.closeAllConnections();
    await amana.close();
  }
}
