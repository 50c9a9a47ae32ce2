import { encodeJson, equal, fromHex, toHex } from "@amana/core/bytes";
import { open, openShare } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  cosignManifest,
  decodeManifest,
  keyHolders,
  type Manifest,
  manifestId,
  manifestSchema,
  recipients,
  rehearsalContext,
} from "@amana/core/manifest";
import * as v from "valibot";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import { getJson, postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

/** A round that is not live yet: what is to be signed, and the rehearsal so far. */
export interface Draft {
  readonly manifest: Manifest;
  /** The rehearsal's test envelope, sealed to all key holders. Its content is no secret. */
  readonly envelope: Uint8Array;
  readonly shares: readonly { readonly holder: number; readonly share: Uint8Array }[];
  readonly cosigned: readonly number[];
}

const hexString = v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/));
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const draftSchema = v.object({
  draft: manifestSchema,
  envelope: hexString,
  shares: v.array(v.object({ holder: index, share: hexString })),
  cosignatures: v.array(v.object({ holder: index, signature: hexString })),
});

/** The names of all drafts on a server. */
export async function fetchDrafts(transport: Transport): Promise<readonly string[]> {
  return (await getJson(transport, "drafts", v.object({ drafts: v.array(v.string()) }))).drafts;
}

/** One draft. @throws ERR_DRAFT_UNKNOWN, ERR_RESPONSE_INVALID */
export async function fetchDraft(transport: Transport, name: string): Promise<Draft> {
  const { draft, envelope, shares, cosignatures } = await getJson(transport, `drafts/${encodeURIComponent(name)}`, draftSchema);
  // A key is made for one round: its holder must not be shown another under that name.
  if (draft.round !== name) throw new AmanaError("ERR_RESPONSE_INVALID");
  return {
    // What will be signed is read as strictly as what is in the ledger.
    manifest: decodeManifest(encodeJson(draft)),
    envelope: fromHex(envelope),
    shares: shares.map(({ holder, share }) => ({ holder, share: fromHex(share) })),
    cosigned: cosignatures.map(({ holder }) => holder),
  };
}

/** What a key holder is told who has co-signed another manifest of this name. */
export function signedOther(): AmanaError<"ERR_MANIFEST_SECOND"> {
  const note = "You have co-signed one already: what you were shown now is another. A round that changes needs another name.";
  return new AmanaError("ERR_MANIFEST_SECOND", { note });
}

/** Takes part in the rehearsal: opens this trustee's share of the test envelope and posts it. @throws ERR_ENVELOPE_SHARES when the key does not open its slot */
export async function rehearse(transport: Transport, draft: Draft, keys: HolderKeys): Promise<void> {
  const holder = holderIndex(draft.manifest, keys);
  const share = openShare(draft.envelope, holder, keys.kem, rehearsalContext(draft.manifest));
  if (share === null) throw new AmanaError("ERR_ENVELOPE_SHARES");
  await postJson(transport, `drafts/${draft.manifest.round}/shares`, { holder, share: toHex(share) });
}

/** Whether the rehearsal has succeeded: k shares open the test envelope, and sealing it again gives the same bytes. */
export async function isRehearsed({ manifest, envelope, shares }: Draft, size = 32): Promise<boolean> {
  const known = new Map(shares.map(({ holder, share }) => [holder, share]));
  const spec = { recipients: recipients(manifest), threshold: manifest.threshold, context: rehearsalContext(manifest), size };
  try {
    await open(envelope, [...known.values()], spec);
    return true;
  } catch (error) {
    if (isAmanaError(error, "ERR_ENVELOPE_SHARES")) return false;
    throw error;
  }
}

/**
 * Which manifest a key holder has co-signed for each round name: one, for ever. Kept beside the key, on the holder's own disk: the ledger
 * shows a manifest only once all have signed it, and until then a server could have a second one signed under the same name.
 */
export interface CosignedManifests {
  /** The manifest id in hex; null before the first signature. */
  get(round: string): Promise<string | null>;
  /** Returns when the disk has it. */
  put(round: string, manifestId: string): Promise<void>;
}

/**
 * Co-signs a draft that was checked and rehearsed. Who made the test envelope knows every share of it, so the list of shares proves nothing to
 * this trustee: its own key opens its own slot here and now, or it does not sign.
 * @throws ERR_NOT_DUE before the rehearsal has succeeded, ERR_ENVELOPE_SHARES when the key does not open its slot, ERR_ENVELOPE_INVALID,
 * ERR_MANIFEST_SECOND when it has co-signed another manifest of this name, whether or not that one ever became a round
 */
export async function cosign(transport: Transport, draft: Draft, keys: HolderKeys, cosigned: CosignedManifests): Promise<void> {
  const { round } = draft.manifest;
  const id = toHex(manifestId(draft.manifest));
  const before = await cosigned.get(round);
  if (before !== null && before !== id) throw signedOther();
  const holder = holderIndex(draft.manifest, keys);
  const own = openShare(draft.envelope, holder, keys.kem, rehearsalContext(draft.manifest));
  if (own === null) throw new AmanaError("ERR_ENVELOPE_SHARES");
  const shown = draft.shares.some((each) => each.holder === holder && equal(each.share, own));
  if (!shown || !(await isRehearsed(draft))) throw new AmanaError("ERR_NOT_DUE");
  // Noted first: a signature that was sent cannot be taken back.
  await cosigned.put(round, id);
  await postJson(transport, `drafts/${round}/cosignatures`, {
    holder,
    signature: toHex(cosignManifest(draft.manifest, holder, keys.signing)),
  });
}

/** Who has not done their part of a draft yet, by organisation. */
export function waitingFor(draft: Draft): string[] {
  return keyHolders(draft.manifest).flatMap(({ organisation }, holder) => (draft.cosigned.includes(holder) ? [] : [organisation]));
}
