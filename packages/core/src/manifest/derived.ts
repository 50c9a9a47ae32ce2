import { encodeJson, fromHex, H, TAGS } from "../bytes/index.ts";
import { type IssuerKeys, parseIssuerKey } from "../credential/index.ts";
import { type EnvelopeShape, keyId } from "../envelope/index.ts";
import type { KeyHolder, Manifest } from "./model.ts";

/** One issuer of an audience, ready to verify tokens with. */
export interface RoundIssuer extends IssuerKeys {
  readonly name: string;
  /** 32 bytes: the Ed25519 key of receipts, draws, replaced invitations and destroyed keys. */
  readonly signingKey: Uint8Array;
}

/**
 * What follows from a manifest and is needed for every submission, leaf and signature of its round. A manifest has some
 * 12 KB and never changes, so each is computed once per manifest object, here and nowhere else: collectors and auditors
 * would hash and parse it tens of thousands of times. Whoever needs another manifest makes another object.
 */
class Derived {
  readonly #manifest: Manifest;
  #id: Uint8Array | undefined;
  #recipients: readonly Uint8Array[] | undefined;
  #shape: EnvelopeShape | undefined;
  readonly #issuers = new Map<number, readonly RoundIssuer[]>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  get id(): Uint8Array {
    this.#id ??= H(TAGS.manifest, encodeJson(this.#manifest));
    return this.#id;
  }

  get recipients(): readonly Uint8Array[] {
    this.#recipients ??= holdersOf(this.#manifest).map(({ kemKey }) => fromHex(kemKey));
    return this.#recipients;
  }

  get shape(): EnvelopeShape {
    const { threshold, size } = this.#manifest;
    this.#shape ??= { keyIds: this.recipients.map(keyId), threshold, size };
    return this.#shape;
  }

  issuers(audience: number): readonly RoundIssuer[] {
    const known = this.#issuers.get(audience);
    if (known !== undefined) return known;
    const issuers = (this.#manifest.audiences[audience]?.issuers ?? []).map(({ name, signingKey, spki, reportSpki }) => ({
      name,
      signingKey: fromHex(signingKey),
      key: parseIssuerKey(fromHex(spki)),
      reportKey: parseIssuerKey(fromHex(reportSpki)),
    }));
    // Attacker-controlled numbers beyond the manifest's audiences are not remembered.
    if (issuers.length > 0) this.#issuers.set(audience, issuers);
    return issuers;
  }
}

const known = new WeakMap<Manifest, Derived>();

/** What was derived from this manifest object before, or will be on first use. */
export function derived(manifest: Manifest): Derived {
  const before = known.get(manifest);
  if (before !== undefined) return before;
  const made = new Derived(manifest);
  known.set(manifest, made);
  return made;
}

/** Who holds the round's KEM keys: the trustees, or in a reports round the handlers. */
export function holdersOf(manifest: Manifest): readonly KeyHolder[] {
  return manifest.kind === "reports" ? manifest.handlers : manifest.trustees;
}
