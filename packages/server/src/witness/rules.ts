import { fromHex, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry, type ManifestEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { checkManifest, type Manifest, verifyCosignatures } from "@amana/core/manifest";
import { type Programme, programmeId } from "@amana/core/programme";

/** Why a witness does not cosign: a code, the entry that it read, and an earlier one that this one contradicts. */
export interface Refusal {
  readonly code: AmanaError["code"];
  readonly index: number;
  readonly contradicts: number | null;
}

/** Where each round's manifest is, and the manifest that first used a key. */
interface Known {
  readonly rounds: ReadonlyMap<string, number>;
  readonly issuerKeys: ReadonlyMap<string, number>;
  readonly kemKeys: ReadonlyMap<string, number>;
}

const NOTHING: Known = { rounds: new Map(), issuerKeys: new Map(), kemKeys: new Map() };

/**
 * What a witness asks of every entry before it cosigns: that it can be read, that it is of its programme, that a manifest is right, co-signed by all,
 * the only one of its round's name, and that its keys are used nowhere else. Remembers of the whole ledger what manifests hold. Never changes:
 * what was read and could not be kept was not read.
 */
export class EntryRules {
  readonly #programme: Programme;
  readonly #id: string;
  readonly #known: Known;

  constructor(programme: Programme, known: Known = NOTHING) {
    this.#programme = programme;
    this.#id = toHex(programmeId(programme));
    this.#known = known;
  }

  /** The rules after these manifests, which were taken before. */
  static after(programme: Programme, manifests: Iterable<{ readonly index: number; readonly entry: ManifestEntry }>): EntryRules {
    let rules = new EntryRules(programme);
    for (const { index, entry } of manifests) rules = rules.with(index, entry);
    return rules;
  }

  /** The next entry: what it is, or why nothing after it is cosigned. Attacker-controlled. */
  take(index: number, bytes: Uint8Array): Entry | Refusal {
    let entry: Entry;
    try {
      entry = decodeEntry(bytes);
      if (entry.type === "programme" && toHex(programmeId(entry.programme)) !== this.#id) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
    } catch (error) {
      return { code: (error as AmanaError).code, index, contradicts: null };
    }
    return (entry.type === "manifest" ? this.#refuseManifest(index, entry) : null) ?? entry;
  }

  /** The rules after a manifest that was taken. */
  with(index: number, { manifest }: ManifestEntry): EntryRules {
    const add = (map: ReadonlyMap<string, number>, keys: readonly string[]) =>
      new Map([...map, ...keys.map((key) => [key, index] as const)]);
    const { issuerKeys, kemKeys } = keysOf(manifest);
    return new EntryRules(this.#programme, {
      rounds: add(this.#known.rounds, [manifest.round]),
      issuerKeys: add(this.#known.issuerKeys, issuerKeys),
      kemKeys: add(this.#known.kemKeys, kemKeys),
    });
  }

  #refuseManifest(index: number, { manifest, cosignatures }: ManifestEntry): Refusal | null {
    const second = this.#known.rounds.get(manifest.round);
    if (second !== undefined) return { code: "ERR_MANIFEST_SECOND", index, contradicts: second };
    const { issuerKeys, kemKeys } = keysOf(manifest);
    const again =
      kemKeys.map((key) => this.#known.kemKeys.get(key)).find((at) => at !== undefined) ??
      issuerKeys.map((key) => this.#known.issuerKeys.get(key)).find((at) => at !== undefined);
    if (again !== undefined) return { code: "ERR_ISSUER_KEY", index, contradicts: again };
    try {
      checkManifest(manifest, { programme: this.#programme });
      verifyCosignatures(
        manifest,
        cosignatures.map((signature) => fromHex(signature)),
      );
      return null;
    } catch (error) {
      return { code: (error as AmanaError).code, index, contradicts: null };
    }
  }
}

function keysOf({ audiences, trustees, handlers }: Manifest): { issuerKeys: string[]; kemKeys: string[] } {
  return {
    issuerKeys: audiences.flatMap(({ issuers }) => issuers.flatMap(({ spki, reportSpki, signingKey }) => [spki, reportSpki, signingKey])),
    kemKeys: [...trustees, ...handlers].map(({ kemKey }) => kemKey),
  };
}

export function isRefusal(taken: Entry | Refusal): taken is Refusal {
  return "contradicts" in taken;
}
