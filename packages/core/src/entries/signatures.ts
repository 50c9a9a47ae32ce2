import { fromHex, H, type Part, PROTOCOL, TAGS, toHex, uint, uint64 } from "../bytes/index.ts";
import { keyHolders, type Manifest, type ManifestIssuer, manifestId } from "../manifest/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";
import type { AbsentEntry, DrawsEntry, HeldEntry, KeyDestroyedEntry, OpeningFaultEntry, ReplacedEntry, ShareListEntry } from "./model.ts";

/** The entries that one key holder of a round signs; a `key-destroyed` one may be an issuer's too. */
export type HolderEntry = HeldEntry | ShareListEntry | AbsentEntry | OpeningFaultEntry | KeyDestroyedEntry;
/** The entries that an issuer signs. */
export type IssuerEntry = DrawsEntry | ReplacedEntry | KeyDestroyedEntry;
export type SignedEntry = HolderEntry | IssuerEntry;

/** What is to be signed: an entry without `protocol`, `manifest` and `signature`. */
export type HolderFields<E> = E extends unknown ? Omit<E, "protocol" | "manifest" | "signature"> : never;

/** What is signed: `H(tag of the type, manifestId, fields of stated width)`. */
function message(manifest: Manifest, id: Uint8Array, fields: HolderFields<SignedEntry>): Uint8Array {
  switch (fields.type) {
    case "held": {
      const missing: Part[] = fields.missing.map((hash) => fromHex(hash));
      return H(TAGS.held, id, uint(fields.holder, 1), uint(fields.epoch, 4), uint64(fields.ledgerSize), ...missing);
    }
    case "share-list":
      // Not the commitment alone: it is opaque until the reveal, so the same signature would fit another round or ledger size.
      return H(TAGS.shareListEntry, id, uint(fields.holder, 1), uint64(fields.ledgerSize), fromHex(fields.commitment));
    case "absent":
      return H(TAGS.absent, id, uint(fields.holder, 1), uint(fields.attempt, 1), uint(fields.absent, 1));
    case "opening-fault":
      return H(TAGS.openingFault, id, uint(fields.holder, 1), uint(fields.attempt, 1), uint(fields.fault, 1));
    case "key-destroyed":
      return H(TAGS.keyDestroyed, id, fields.holder);
    case "draws":
      return H(TAGS.draws, id, audienceOf(manifest, fields.audience), fields.issuer, uint(fields.count, 4), fromHex(fields.sha256));
    case "replaced": {
      const by = fields.by === null ? new Uint8Array(0) : fromHex(fields.by);
      return H(TAGS.replaced, id, audienceOf(manifest, fields.audience), fields.issuer, fromHex(fields.invited), by);
    }
  }
}

/** An audience's place as its `u8`; 255, which no audience has, for one that the manifest does not name. */
function audienceOf({ audiences }: Manifest, id: string): Uint8Array {
  return uint(audiences.findIndex((audience) => audience.id === id) & 255, 1);
}

/** Whose key signs an entry, hex; undefined where the manifest has no such signer. */
function signer(manifest: Manifest, fields: HolderFields<SignedEntry>): string | undefined {
  const issuer = (audience: string, name: string): ManifestIssuer | undefined =>
    manifest.audiences.find(({ id }) => id === audience)?.issuers.find((each) => each.name === name);
  switch (fields.type) {
    case "draws":
    case "replaced":
      return issuer(fields.audience, fields.issuer)?.signingKey;
    case "key-destroyed": {
      const [kind, first = "", second = ""] = fields.holder.split("/");
      return (kind === "issuer" ? issuer(first, second) : keyHolders(manifest)[Number(first)])?.signingKey;
    }
    default:
      return keyHolders(manifest)[fields.holder]?.signingKey;
  }
}

/** Signs an entry as a key holder or as an issuer. Their own tools call it; the server only appends what verifies. */
export function signEntry<E extends SignedEntry>(manifest: Manifest, fields: HolderFields<E>, key: SigningKey): E {
  const id = manifestId(manifest);
  return {
    ...fields,
    protocol: PROTOCOL,
    manifest: toHex(id),
    signature: toHex(sign(key, message(manifest, id, fields as HolderFields<SignedEntry>))),
  } as unknown as E;
}

/** Whether the key holder or issuer that an entry names signed it, for this manifest. */
export function verifyEntry(manifest: Manifest, entry: SignedEntry): boolean {
  const id = manifestId(manifest);
  const key = signer(manifest, entry);
  return entry.manifest === toHex(id) && key !== undefined && verify(fromHex(key), message(manifest, id, entry), fromHex(entry.signature));
}
