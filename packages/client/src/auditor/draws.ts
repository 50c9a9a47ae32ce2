import type { InvitedList, ManifestAudience } from "@amana/core/manifest";
import { IssuerEntries } from "../wire/issuer-entries.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/**
 * Draws ⊆ valid invitations ≤ roster, every draw and replacement proved by its issuer's signatures, none twice; all draws logged by the close, none
 * after the release once nobody could object any more. Issuers whose codes one organisation hands out are counted as one: it could use any
 * invitation of theirs together.
 */
export class DrawsCheck implements Check {
  readonly name = "invitations and draws";
  readonly #auditing: Auditing;
  readonly #entries = new Map<string, IssuerEntries>();
  /** By round, audience and issuer, how many draws came after the release. */
  readonly #late = new Map<string, number>();
  #invitationCount = 0;
  #drawCount = 0;

  constructor(auditing: Auditing) {
    this.#auditing = auditing;
  }

  entry({ entry, round, signed }: AuditedEntry): void {
    if (!("manifest" in entry) || typeof entry.manifest !== "string") return;
    if (entry.type === "draws" && signed && round !== null && round.timeline.release !== null) {
      const place = placeOf(round, entry.audience, entry.issuer);
      this.#late.set(place, (this.#late.get(place) ?? 0) + entry.count);
    }
    const entries = this.#entries.get(entry.manifest) ?? new IssuerEntries();
    this.#entries.set(entry.manifest, entries);
    entries.add(entry);
  }

  async end(): Promise<string> {
    const shared: string[] = [];
    for (const round of this.#auditing.rounds.values()) {
      const lists: InvitedList[] = [];
      for (const [at, audience] of round.manifest.audiences.entries()) {
        await this.#audience(round, at, audience, lists);
        const hands = new Set(audience.issuers.map(({ handedOutBy }) => handedOutBy));
        if (hands.size < audience.issuers.length)
          shared.push(
            `${round.manifest.round}/${audience.id}: ${audience.issuers.length} issuers, but codes from ${hands.size}: they count as ${hands.size}`,
          );
      }
    }
    return [`${this.#drawCount} logged draws among ${this.#invitationCount} invitations`, ...shared].join("; ");
  }

  /** Fills `round.drawn` once all issuers of the audience have logged their draws. What came after the release excuses no answer that it counts. */
  async #audience(round: AuditedRound, at: number, audience: ManifestAudience, lists: InvitedList[]): Promise<void> {
    const entries = this.#entries.get(round.id) ?? new IssuerEntries();
    let fewest: number | null = audience.rosterSize;
    for (const [place, { name }] of audience.issuers.entries()) {
      const { list, drawn } = await entries.record(this.#auditing.transport, round.manifest, at, place);
      demand(list.invited <= audience.rosterSize, `${audience.id}: more invitations than people`);
      demand(!lists.some((other) => other.overlaps(list)), `${audience.id}: an invitation of another audience or issuer too`);
      lists.push(list);
      this.#invitationCount += list.count;
      demand(drawn !== null || round.timeline.closedAt === null, `${audience.id}: ${name} logged no draws, and the round is closed`);
      this.#drawCount += drawn ?? 0;
      const late = this.#late.get(placeOf(round, audience.id, name)) ?? 0;
      demand(late === 0 || !round.objectionEndsByClose, `${audience.id}: ${name} logged draws after the release`);
      fewest = drawn === null || fewest === null ? null : Math.min(fewest, drawn - late);
    }
    if (fewest !== null) round.drawn.set(audience.id, fewest);
  }
}

function placeOf({ id }: AuditedRound, audience: string, issuer: string): string {
  return `${id}/${audience}/${issuer}`;
}
