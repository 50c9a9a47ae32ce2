import { fromHex, toHex } from "@amana/core/bytes";
import { checkManifest, type Manifest, manifestId, verifyCosignatures } from "@amana/core/manifest";
import { type Programme, programmeId } from "@amana/core/programme";
import { type AuditedEntry, AuditedRound } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/** Every manifest is right, co-signed by all, the only one of its name, its keys are used nowhere else, and it stands before what names it. Registers the rounds. */
export class ManifestsCheck implements Check {
  readonly name = "manifests";
  readonly #programme: Programme;
  readonly #rounds: Map<string, AuditedRound>;
  readonly #names = new Set<string>();
  readonly #issuerKeys = new Set<string>();
  readonly #kemKeys = new Set<string>();

  /** `rounds` is filled, by manifest id. */
  constructor(programme: Programme, rounds: Map<string, AuditedRound>) {
    this.#programme = programme;
    this.#rounds = rounds;
  }

  entry({ entry, index }: AuditedEntry): void {
    if (entry.type === "programme")
      demand(toHex(programmeId(entry.programme)) === toHex(programmeId(this.#programme)), `entry ${index} is another programme`);
    if (entry.type !== "manifest") {
      if ("manifest" in entry) demand(this.#rounds.has(entry.manifest), `entry ${index} is of a round that has no manifest before it`);
      return;
    }
    const { manifest, cosignatures } = entry;
    demand(!this.#names.has(manifest.round), `two manifests are named ${manifest.round}`);
    this.#names.add(manifest.round);
    checkManifest(manifest, { programme: this.#programme, earlierIssuerKeys: this.#issuerKeys });
    verifyCosignatures(
      manifest,
      cosignatures.map((signature) => fromHex(signature)),
    );
    this.#takeKeys(manifest);
    const round = new AuditedRound({ manifest, id: manifestId(manifest), index });
    this.#rounds.set(round.id, round);
  }

  end(): string {
    return `${this.#rounds.size} manifests, co-signed by all their trustees or handlers`;
  }

  /** A key holder's KEM key is for one round, as an issuer's keys are. */
  #takeKeys(manifest: Manifest): void {
    for (const { issuers } of manifest.audiences)
      for (const { spki, reportSpki, signingKey } of issuers) this.#issuerKeys.add(spki).add(reportSpki).add(signingKey);
    for (const { kemKey, organisation } of [...manifest.trustees, ...manifest.handlers]) {
      demand(!this.#kemKeys.has(kemKey), `${manifest.round}: ${organisation} has the key of an earlier round`);
      this.#kemKeys.add(kemKey);
    }
  }
}
