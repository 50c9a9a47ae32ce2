import { fromHex, toHex } from "@amana/core/bytes";
import { checkManifest, type Manifest, manifestId, verifyCosignatures } from "@amana/core/manifest";
import { type Programme, programmeId } from "@amana/core/programme";
import { ballotSize } from "@amana/core/questionnaire";
import { decodeAnalysisPlan } from "@amana/results";
import { fetchFile, type SeenEntry, type SeenManifest } from "../wire/ledger-view.ts";
import { fetchQuestionnaires } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";

/** Every manifest is right, co-signed by all, the only one of its name, and its keys are used nowhere else. */
export function checkManifests(entries: readonly SeenEntry[], programme: Programme): { manifests: SeenManifest[]; detail: string } {
  const manifests: SeenManifest[] = [];
  const names = new Set<string>();
  const issuerKeys = new Set<string>();
  const kemKeys = new Set<string>();
  for (const { entry, index } of entries) {
    if (entry.type === "programme")
      demand(toHex(programmeId(entry.programme)) === toHex(programmeId(programme)), `entry ${index} is another programme`);
    // What changes a round's times cannot be judged by this version: passing over it would be a false "holds".
    demand(entry.type !== "amendment", `entry ${index} amends a round: this tool cannot judge that round's times`);
    if (entry.type !== "manifest") continue;
    const { manifest, cosignatures } = entry;
    demand(!names.has(manifest.round), `two manifests are named ${manifest.round}`);
    names.add(manifest.round);
    checkManifest(manifest, { programme, earlierIssuerKeys: issuerKeys });
    verifyCosignatures(
      manifest,
      cosignatures.map((signature) => fromHex(signature)),
    );
    takeKeys(manifest, issuerKeys, kemKeys);
    manifests.push({ manifest, id: manifestId(manifest), index });
  }
  return { manifests, detail: `${manifests.length} manifests, co-signed by all their trustees or handlers` };
}

/** A key holder's KEM key is for one round, as an issuer's keys are. */
function takeKeys(manifest: Manifest, issuerKeys: Set<string>, kemKeys: Set<string>): void {
  for (const { issuers } of manifest.audiences) for (const { spki, reportSpki } of issuers) issuerKeys.add(spki).add(reportSpki);
  for (const { kemKey, organisation } of [...manifest.trustees, ...manifest.handlers]) {
    demand(!kemKeys.has(kemKey), `${manifest.round}: ${organisation} has the key of an earlier round`);
    kemKeys.add(kemKey);
  }
}

/** Questionnaires and plans have the hashes that the manifests fix, and every ballot of a round fits the one size. */
export async function checkFiles(transport: Transport, manifests: readonly SeenManifest[]): Promise<string> {
  let files = 0;
  for (const { manifest } of manifests) {
    const questionnaires = await fetchQuestionnaires(transport, manifest);
    const largest = Math.max(0, ...questionnaires.map(ballotSize));
    if (questionnaires.length > 0) demand(manifest.size === largest, `${manifest.round}: ballots are not padded to the largest`);
    if (manifest.analysisPlan !== null) decodeAnalysisPlan(await fetchFile(transport, manifest.analysisPlan));
    files += questionnaires.length + (manifest.analysisPlan === null ? 0 : 1);
  }
  return `${files} questionnaires and analysis plans`;
}
