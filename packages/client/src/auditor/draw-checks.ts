import { fromHex, toHex } from "@amana/core/bytes";
import { checkDraw, DRAW_LENGTH, decodeDraws, parseIssuerKey } from "@amana/core/credential";
import type { DrawsEntry, InvitationsEntry } from "@amana/core/entries";
import { leafHash, merkleRoot } from "@amana/core/ledger";
import type { ManifestIssuer } from "@amana/core/manifest";
import { fetchFile, type SeenEntry, type SeenManifest } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";

/** How many people drew at every issuer of an audience, by `<manifest id>/<audience>`; an audience whose draws are not all logged is not there. */
export type DrawnByAudience = ReadonlyMap<string, number>;

/** Draws ⊆ invitations ≤ roster, every draw proved by its issuer's signature, none twice; all of them logged by the close. */
export async function checkDrawsAndInvitations(
  transport: Transport,
  entries: readonly SeenEntry[],
  manifests: readonly SeenManifest[],
): Promise<{ readonly drawn: DrawnByAudience; readonly detail: string }> {
  const lists = new Lists(entries);
  const drawn = new Map<string, number>();
  let invitations = 0;
  let draws = 0;
  for (const { manifest, id } of manifests) {
    const round = toHex(id);
    const everywhere = new Set<string>();
    for (const audience of manifest.audiences) {
      let fewest: number | null = audience.rosterSize;
      for (const issuer of audience.issuers) {
        const place = `${round}/${audience.id}/${issuer.name}`;
        const codes = await invited(transport, lists.invitations(place), issuer, audience.id);
        const { count, spares } = issuer.invitations;
        demand(count - spares <= audience.rosterSize, `${audience.id}: more invitations than people`);
        for (const code of codes) demand(!everywhere.has(code), `${audience.id}: an invitation of another audience or issuer too`);
        for (const code of codes) everywhere.add(code);
        const logged = await checkDraws(transport, lists.draws(place), issuer, codes, audience);
        demand(logged !== null || !lists.closed.has(round), `${audience.id}: ${issuer.name} logged no draws, and the round is closed`);
        fewest = logged === null || fewest === null ? null : Math.min(fewest, logged);
        invitations += codes.size;
        draws += logged ?? 0;
      }
      if (fewest !== null) drawn.set(`${round}/${audience.id}`, fewest);
    }
  }
  return { drawn, detail: `${draws} logged draws among ${invitations} invitations` };
}

/** The entries that name lists, found once by their place: manifest, audience and issuer. */
class Lists {
  readonly closed = new Set<string>();
  readonly #invitations = new Map<string, InvitationsEntry[]>();
  readonly #draws = new Map<string, DrawsEntry[]>();

  constructor(entries: readonly SeenEntry[]) {
    for (const { entry, index } of entries) {
      demand(entry.type !== "replaced", `entry ${index} replaces an invitation: this tool cannot judge that round's invitations`);
      if (entry.type === "close") this.closed.add(entry.manifest);
      if (entry.type !== "invitations" && entry.type !== "draws") continue;
      const place = `${entry.manifest}/${entry.audience}/${entry.issuer}`;
      if (entry.type === "invitations") this.#invitations.set(place, [...this.invitations(place), entry as InvitationsEntry]);
      else this.#draws.set(place, [...this.draws(place), entry as DrawsEntry]);
    }
  }

  invitations(place: string): readonly InvitationsEntry[] {
    return this.#invitations.get(place) ?? [];
  }

  draws(place: string): readonly DrawsEntry[] {
    return this.#draws.get(place) ?? [];
  }
}

async function invited(
  transport: Transport,
  [entry, ...more]: readonly InvitationsEntry[],
  issuer: ManifestIssuer,
  audience: string,
): Promise<Set<string>> {
  demand(entry !== undefined && more.length === 0, `${audience}: the list of invitations is not in the ledger once`);
  const { count, root } = issuer.invitations;
  demand(entry.count === count && entry.length === 32 * count, `${audience}: the list of invitations has another length`);
  const file = await fetchFile(transport, entry.sha256, 32 * count);
  demand(file.length === 32 * count, `${audience}: the list of invitations has another length`);
  const hashes = Array.from({ length: count }, (_, at) => file.subarray(32 * at, 32 * at + 32));
  const names = hashes.map(toHex);
  demand(
    names.every((name, at) => at === 0 || (names[at - 1] as string) < name),
    `${audience}: invitations are not sorted, or one stands twice`,
  );
  demand(toHex(merkleRoot(hashes.map(leafHash))) === root, `${audience}: the invitations are not those of the manifest`);
  return new Set(names);
}

/** The number of draws of one issuer; null while it has logged none. */
async function checkDraws(
  transport: Transport,
  entries: readonly DrawsEntry[],
  issuer: ManifestIssuer,
  codes: ReadonlySet<string>,
  { id, rosterSize }: { readonly id: string; readonly rosterSize: number },
): Promise<number | null> {
  if (entries.length === 0) return null;
  const keys = { key: parseIssuerKey(fromHex(issuer.spki)), reportKey: parseIssuerKey(fromHex(issuer.reportSpki)) };
  const seen = new Set<string>();
  for (const entry of entries) {
    const file = await fetchFile(transport, entry.sha256, DRAW_LENGTH * rosterSize);
    const list = decodeDraws(file);
    demand(list.length === entry.count && file.length === entry.length, `${id}: the list of draws has another length`);
    for (const draw of list) {
      const name = toHex(draw.invitedHash);
      demand(codes.has(name), `${id}: a draw without an invitation`);
      demand(!seen.has(name), `${id}: an invitation was drawn twice`);
      demand(checkDraw(draw, keys), `${id}: a draw that its issuer did not sign`);
      seen.add(name);
    }
  }
  demand(seen.size <= rosterSize, `${id}: more draws than people`);
  return seen.size;
}
