import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CosignedManifests, cosign, fetchDraft, rehearse, Transport } from "@amana/client/trustee";
import { encodeJson, SHA256, toHex } from "@amana/core/bytes";
import { generateIssuerKey, type IssuerKeyPair } from "@amana/core/credential";
import type { Manifest } from "@amana/core/manifest";
import { kemKey, randomBytes, signingKey } from "@amana/core/primitives";
import { ballotSize } from "@amana/core/questionnaire";
import { defaultAnalysisPlan, encodeAnalysisPlan } from "@amana/results";
import { createAmana, initProgramme, lowdbStore } from "@amana/server";
import express from "express";
import { SMALL } from "../../generators/small-questionnaire.ts";

const ROUND = "wave";
const DAY = 86_400;
const ORGANISATIONS = ["customs", "chamber", "bar"];

/** A survey that is open, in a data folder that no server uses, and the key with which its one issuer signs answering tokens. */
export interface BenchSurvey {
  readonly manifest: Manifest;
  readonly issuerKey: IssuerKeyPair;
}

/** Makes a programme of three trustees and a survey of one audience and one issuer, without separation. */
export async function makeSurvey(folder: string): Promise<BenchSurvey> {
  const holders = ORGANISATIONS.map((id) => ({ id, signing: signingKey(randomBytes(32)), kem: kemKey(randomBytes(32)) }));
  const organisations = holders.map(({ id, signing }) => ({ id, name: { en: id }, key: toHex(signing.publicKey) }));
  await initProgramme(folder, { name: { en: "Admission" }, trial: true, organisations, origin: "http://127.0.0.1/" });
  const keys = await Promise.all([generateIssuerKey(), generateIssuerKey()]);
  const next = keys.values();
  const newIssuerKey = async (): Promise<IssuerKeyPair> => next.next().value as IssuerKeyPair;
  const amana = await createAmana({ store: await lowdbStore(folder), autoTick: false, newIssuerKey });
  const server = createServer(express().use(amana.router));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const plan = defaultAnalysisPlan(5);
    const now = Math.floor(Date.now() / 1000);
    const close = now + DAY;
    await amana.operator.createDraft({
      manifest: {
        round: ROUND,
        kind: "survey",
        title: { en: "Wave" },
        audiences: [
          {
            id: "officials",
            title: { en: "Officials" },
            questionnaire: toHex(SHA256(encodeJson(SMALL))),
            rosterSize: 8,
            minimumGroup: 5,
            issuers: [{ name: "ministry", handedOutBy: "customs" }],
          },
        ],
        trustees: holders.map(({ id, signing, kem }) => ({
          organisation: id,
          signingKey: toHex(signing.publicKey),
          kemKey: toHex(kem.publicKey),
        })),
        handlers: [],
        threshold: 2,
        noSpare: false,
        analysisPlan: toHex(SHA256(encodeAnalysisPlan(plan))),
        windows: { enrolmentOpen: now - 60, enrolmentClose: close - 60, answeringOpen: now - 60, answeringClose: close },
        deadlines: { objection: 60, sealBy: close + DAY, missingBy: close + 2 * DAY, commitBy: close + 3 * DAY, revealSpan: DAY },
        separation: [],
        size: ballotSize(SMALL),
        epoch: { minimumKeys: 1, minimumSeconds: DAY / 2 },
        relay: null,
        workDifficulty: 0,
        accepts: [],
        successor: null,
        previous: null,
      },
      questionnaires: [SMALL],
      analysisPlan: plan,
    });
    await amana.operator.createInvitations({ round: ROUND, audience: "officials", issuer: "ministry", count: 8, spares: 0 });
    const transport = new Transport(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const nothing: CosignedManifests = { get: async () => null, put: async () => undefined };
    const { manifest } = await fetchDraft(transport, ROUND);
    for (const each of holders) await rehearse(transport, await fetchDraft(transport, ROUND), each);
    for (const each of holders) await cosign(transport, await fetchDraft(transport, ROUND), each, nothing);
    const spki = manifest.audiences[0]?.issuers[0]?.spki;
    return { manifest, issuerKey: keys.find((key) => toHex(key.spki) === spki) as IssuerKeyPair };
  } finally {
    server.close();
    server.closeAllConnections();
    await amana.close();
  }
}
