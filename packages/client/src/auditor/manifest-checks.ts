import { fromHex, SHA256, toHex } from "@amana/core/bytes";
import { checkDraw, decodeDraws, parseIssuerKey } from "@amana/core/credential";
import type { DrawsEntry, InvitationsEntry } from "@amana/core/entries";
import { leafHash, merkleRoot } from "@amana/core/ledger";
import { checkManifest, type ManifestIssuer, manifestId, verifyCosignatures } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import { ballotSize } from "@amana/core/questionnaire";
import { fetchFile, type SeenEntry, type SeenManifest } from "../wire/ledger-view.ts";
import { fetchQuestionnaire } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";

/** Every manifest is right, co-signed by all, the only one of its name, and its keys are used nowhere else. */
export function checkManifests(entries: readonly SeenEntry[], programme: Programme): { manifests: SeenManifest[]; detail: string } {
  const manifests: SeenManifest[] = [];
  const keys = new Set<string>();
  for (const { entry, index } of entries) {
    if (entry.type !== "manifest") continue;
    const { manifest, cosignatures } = entry;
    demand(!manifests.some((other) => other.manifest.round === manifest.round), `two manifests are named ${manifest.round}`);
    checkManifest(manifest, { programme, earlierIssuerKeys: keys });
    verifyCosignatures(
      manifest,
      cosignatures.map((signature) => fromHex(signature)),
    );
    for (const { issuers } of manifest.audiences) for (const { spki, reportSpki } of issuers) keys.add(spki).add(reportSpki);
    manifests.push({ manifest, id: manifestId(manifest), index });
  }
  return { manifests, detail: `${manifests.length} manifests, co-signed by all their trustees or handlers` };
}

/** Questionnaires and plans have the hashes that the manifests fix, and every ballot of a round fits the one size. */
export async function checkFiles(transport: Transport, manifests: readonly SeenManifest[]): Promise<string> {
  let files = 0;
  for (const { manifest } of manifests) {
    const sizes: number[] = [];
    for (const { questionnaire } of manifest.audiences) sizes.push(ballotSize(await fetchQuestionnaire(transport, questionnaire)));
    if (manifest.analysisPlan !== null) await fetchFile(transport, manifest.analysisPlan, SHA256);
    if (sizes.length > 0) demand(manifest.size === Math.max(...sizes), `${manifest.round}: ballots are not padded to the largest`);
    files += sizes.length + (manifest.analysisPlan === null ? 0 : 1);
  }
  return `${files} questionnaires and analysis plans`;
}

/** Draws ⊆ invitations ≤ roster, every draw proved by its issuer's signature, none twice. */
export async function checkDrawsAndInvitations(
  transport: Transport,
  entries: readonly SeenEntry[],
  manifests: readonly SeenManifest[],
): Promise<string> {
  let invited = 0;
  let drawn = 0;
  for (const { manifest, id } of manifests) {
    for (const audience of manifest.audiences) {
      for (const issuer of audience.issuers) {
        const here = { entries, manifest: toHex(id), audience: audience.id, issuer: issuer.name };
        const codes = await invitations(transport, here, issuer);
        demand(issuer.invitations.count - issuer.invitations.spares <= audience.rosterSize, `${audience.id}: more invitations than people`);
        invited += codes.size;
        drawn += await draws(transport, here, issuer, codes, audience.rosterSize);
      }
    }
  }
  return `${drawn} logged draws among ${invited} invitations`;
}

interface ListOf {
  readonly entries: readonly SeenEntry[];
  readonly manifest: string;
  readonly audience: string;
  readonly issuer: string;
}

async function invitations(transport: Transport, here: ListOf, issuer: ManifestIssuer): Promise<Set<string>> {
  const [entry, ...more] = find<InvitationsEntry>("invitations", here);
  demand(entry !== undefined && more.length === 0, `${here.audience}: the list of invitations is not in the ledger once`);
  const file = await fetchFile(transport, entry.sha256, SHA256);
  demand(
    file.length === entry.length && file.length === 32 * entry.count && entry.count === issuer.invitations.count,
    `${here.audience}: the list of invitations has another length`,
  );
  const hashes = Array.from({ length: entry.count }, (_, at) => file.subarray(32 * at, 32 * at + 32));
  const names = hashes.map(toHex);
  demand(
    names.every((name, at) => at === 0 || (names[at - 1] as string) < name),
    `${here.audience}: invitations are not sorted, or one stands twice`,
  );
  demand(
    toHex(merkleRoot(hashes.map(leafHash))) === issuer.invitations.root,
    `${here.audience}: the invitations are not those of the manifest`,
  );
  return new Set(names);
}

async function draws(
  transport: Transport,
  here: ListOf,
  issuer: ManifestIssuer,
  invited: ReadonlySet<string>,
  roster: number,
): Promise<number> {
  const keys = { key: parseIssuerKey(fromHex(issuer.spki)), reportKey: parseIssuerKey(fromHex(issuer.reportSpki)) };
  const seen = new Set<string>();
  for (const entry of find<DrawsEntry>("draws", here)) {
    const file = await fetchFile(transport, entry.sha256, SHA256);
    const list = decodeDraws(file);
    demand(list.length === entry.count && file.length === entry.length, `${here.audience}: the list of draws has another length`);
    for (const draw of list) {
      const name = toHex(draw.invitedHash);
      demand(invited.has(name), `${here.audience}: a draw without an invitation`);
      demand(!seen.has(name), `${here.audience}: an invitation was drawn twice`);
      demand(checkDraw(draw, keys), `${here.audience}: a draw that its issuer did not sign`);
      seen.add(name);
    }
  }
  demand(seen.size <= roster, `${here.audience}: more draws than people`);
  return seen.size;
}

function find<E extends InvitationsEntry | DrawsEntry>(type: E["type"], { entries, manifest, audience, issuer }: ListOf): E[] {
  return entries.flatMap(({ entry }) =>
    entry.type === type && "audience" in entry && entry.manifest === manifest && entry.audience === audience && entry.issuer === issuer
      ? [entry as E]
      : [],
  );
}
