import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/**
 * Every submission is signed; every response key has valid tokens at least once, and each sequence once; and no audience has more response
 * keys than people drew in it: more tokens than draws are an issuer's that minted some.
 */
export class SubmissionsCheck implements Check {
  readonly name = "submissions";
  readonly #round: AuditedRound;

  constructor(round: AuditedRound) {
    this.#round = round;
  }

  entry({ leaf, index }: AuditedEntry): void {
    if (leaf === null) return;
    const clue = { entry: index, manifest: this.#round.index };
    demand(leaf.placed, `leaf ${index} has an audience or a sequence that the round does not have`, clue);
    demand(leaf.signed, `the signature of leaf ${index} is wrong`, clue);
    demand(!leaf.repeated, `leaf ${index} repeats a sequence`);
    demand(leaf.tokens !== "invalid", `the token of leaf ${index} is wrong`, clue);
  }

  end(): string {
    const { keys, manifest, drawn } = this.#round;
    demand(keys.withoutTokens() === 0, `${keys.withoutTokens()} response keys have no valid token`);
    const counts = keys.byAudience(manifest.audiences.length);
    manifest.audiences.forEach(({ id, rosterSize }, index) => {
      const count = counts[index] as number;
      const draws = drawn.get(id);
      demand(count <= rosterSize, `${id}: ${count} response keys for ${rosterSize} people`);
      demand(draws === undefined || count <= draws, `${id}: ${count} response keys and ${draws} draws: an issuer made tokens for nobody`);
    });
    return `${keys.versions} submissions by ${keys.size} response keys, signatures and tokens right`;
  }
}
