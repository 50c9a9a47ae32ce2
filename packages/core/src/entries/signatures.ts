import { fromHex, H, type Part, PROTOCOL, TAGS, toHex, uint, uint64 } from "../bytes/index.ts";
import { keyHolders, type Manifest, manifestId } from "../manifest/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";
import type { AbsentEntry, HeldEntry, KeyDestroyedEntry, OpeningFaultEntry, ShareListEntry } from "./model.ts";

/** The entries that one key holder of a round signs. */
export type HolderEntry = HeldEntry | ShareListEntry | AbsentEntry | OpeningFaultEntry | (KeyDestroyedEntry & { signature: string });

/** What is to be signed: an entry without `protocol`, `manifest` and `signature`. */
export type HolderFields<E> = E extends unknown ? Omit<E, "protocol" | "manifest" | "signature"> : never;

/** What the holder signs: `H(tag of the type, manifestId, fields of stated width)`. */
function message(id: Uint8Array, fields: HolderFields<HolderEntry>): Uint8Array {
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
  }
}

/** Which key holder signs an entry: its index in the manifest, or -1. */
function signer(fields: HolderFields<HolderEntry>): number {
  if (fields.type !== "key-destroyed") return fields.holder;
  return fields.holder.startsWith("trustee/") ? Number(fields.holder.slice("trustee/".length)) : -1;
}

/** Signs an entry as a key holder. A trustee's or handler's tool calls it; the server only appends what verifies. */
export function signEntry<E extends HolderEntry>(manifest: Manifest, fields: HolderFields<E>, key: SigningKey): E {
  const id = manifestId(manifest);
  return {
    ...fields,
    protocol: PROTOCOL,
    manifest: toHex(id),
    signature: toHex(sign(key, message(id, fields as HolderFields<HolderEntry>))),
  } as unknown as E;
}

/** Whether the key holder that an entry names signed it, for this manifest. */
export function verifyEntry(manifest: Manifest, entry: HolderEntry): boolean {
  const id = manifestId(manifest);
  const holder = keyHolders(manifest)[signer(entry)];
  return (
    entry.manifest === toHex(id) && holder !== undefined && verify(fromHex(holder.signingKey), message(id, entry), fromHex(entry.signature))
  );
}
