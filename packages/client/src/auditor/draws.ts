import { fromHex } from "@amana/core/bytes";
import { checkDraw, DRAW_LENGTH, type IssuerKeys, parseIssuerKey } from "@amana/core/credential";
import type { DrawsEntry, InvitationsEntry } from "@amana/core/entries";
import type { ManifestAudience, ManifestIssuer } from "@amana/core/manifest";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";
import { readDraws } from "./draws-file.ts";
import { fetchInvited, type InvitedList } from "./invitations.ts";

/** Draws ⊆ invitations ≤ roster, every draw proved by its issuer's signature, none twice; all of them logged by the close. */
export class DrawsCheck implements Check {
  readonly name = "invitations and draws";
  readonly #auditing: Auditing;
  /** The entries that name lists, by their place: manifest, audience and issuer. */
  readonly #invitations = new Map<string, InvitationsEntry[]>();
  readonly #draws = new Map<string, DrawsEntry[]>();
  #invitationCount = 0;
  #drawCount = 0;

  constructor(auditing: Auditing) {
    this.#auditing = auditing;
  }

  entry({ entry, index }: AuditedEntry): void {
    demand(entry.type !== "replaced", `entry ${index} replaces an invitation: this tool cannot judge that round's invitations`);
    if (entry.type === "invitations") append(this.#invitations, placeOf(entry), entry as InvitationsEntry);
    if (entry.type === "draws") append(this.#draws, placeOf(entry), entry as DrawsEntry);
  }

  async end(): Promise<string> {
    for (const round of this.#auditing.rounds.values()) {
      const lists: InvitedList[] = [];
      for (const audience of round.manifest.audiences) await this.#audience(round, audience, lists);
    }
    return `${this.#drawCount} logged draws among ${this.#invitationCount} invitations`;
  }

  /** Fills `round.drawn` once all issuers of the audience have logged their draws. */
  async #audience(round: AuditedRound, audience: ManifestAudience, lists: InvitedList[]): Promise<void> {
    let fewest: number | null = audience.rosterSize;
    for (const issuer of audience.issuers) {
      const place = placeOf({ manifest: round.id, audience: audience.id, issuer: issuer.name });
      const invited = await fetchInvited(this.#auditing.transport, this.#invitations.get(place) ?? [], issuer, audience.id);
      const { count, spares } = issuer.invitations;
      demand(count - spares <= audience.rosterSize, `${audience.id}: more invitations than people`);
      demand(!lists.some((other) => other.overlaps(invited)), `${audience.id}: an invitation of another audience or issuer too`);
      lists.push(invited);
      this.#invitationCount += count;
      const drawn = await this.#issuer(this.#draws.get(place) ?? [], issuer, invited, audience);
      const closed = round.timeline.closedAt !== null;
      demand(drawn !== null || !closed, `${audience.id}: ${issuer.name} logged no draws, and the round is closed`);
      fewest = drawn === null || fewest === null ? null : Math.min(fewest, drawn);
    }
    if (fewest !== null) round.drawn.set(audience.id, fewest);
  }

  /** The number of draws of one issuer; null while it has logged none. */
  async #issuer(
    entries: readonly DrawsEntry[],
    issuer: ManifestIssuer,
    invited: InvitedList,
    audience: ManifestAudience,
  ): Promise<number | null> {
    if (entries.length === 0) return null;
    const keys = { key: parseIssuerKey(fromHex(issuer.spki)), reportKey: parseIssuerKey(fromHex(issuer.reportSpki)) };
    const seen = new Uint8Array(invited.count);
    for (const entry of entries) await this.#list(entry, { keys, invited, seen, audience });
    const count = seen.reduce((sum, drawn) => sum + drawn, 0);
    demand(count <= audience.rosterSize, `${audience.id}: more draws than people`);
    this.#drawCount += count;
    return count;
  }

  async #list(entry: DrawsEntry, { keys, invited, seen, audience }: Drawing): Promise<void> {
    const { id, rosterSize } = audience;
    let count = 0;
    for await (const draws of readDraws(this.#auditing.transport, entry, DRAW_LENGTH * rosterSize)) {
      count += draws.length;
      for (const draw of draws) {
        const place = invited.find(draw.invitedHash);
        demand(place >= 0, `${id}: a draw without an invitation`);
        demand(seen[place] === 0, `${id}: an invitation was drawn twice`);
        demand(checkDraw(draw, keys), `${id}: a draw that its issuer did not sign`);
        seen[place] = 1;
      }
    }
    demand(count === entry.count && entry.length === DRAW_LENGTH * count, `${id}: the list of draws has another length`);
  }
}

/** One issuer's lists while they are read: `seen` has one byte for each invitation, 1 if it was drawn. */
interface Drawing {
  readonly keys: IssuerKeys;
  readonly invited: InvitedList;
  readonly seen: Uint8Array;
  readonly audience: ManifestAudience;
}

function placeOf({ manifest, audience, issuer }: { manifest: string; audience: string; issuer: string }): string {
  return `${manifest}/${audience}/${issuer}`;
}

function append<T>(lists: Map<string, T[]>, place: string, entry: T): void {
  const list = lists.get(place) ?? [];
  list.push(entry);
  lists.set(place, list);
}
