import { fromHex, SHA256, toHex } from "@amana/core/bytes";
import { open, openShare } from "@amana/core/envelope";
import { AmanaError } from "@amana/core/errors";
import {
  checkManifest,
  cosignManifest,
  keyHolders,
  type Manifest,
  manifestSchema,
  recipients,
  rehearsalContext,
} from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import { ballotSize } from "@amana/core/questionnaire";
import * as v from "valibot";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import type { LedgerView } from "../wire/ledger-view.ts";
import { fetchQuestionnaire, getJson, postJson } from "../wire/rounds.ts";
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

/** One draft. @throws ERR_NOT_FOUND */
export async function fetchDraft(transport: Transport, name: string): Promise<Draft> {
  const { draft, envelope, shares, cosignatures } = await getJson(transport, `drafts/${encodeURIComponent(name)}`, draftSchema);
  return {
    manifest: draft,
    envelope: fromHex(envelope),
    shares: shares.map(({ holder, share }) => ({ holder, share: fromHex(share) })),
    cosigned: cosignatures.map(({ holder }) => holder),
  };
}

/**
 * What a trustee's tool checks before it takes part: the manifest is right, names this trustee's own keys, fits its
 * questionnaires, uses no key of an earlier round, and no other manifest has this round's name.
 * @throws ERR_MANIFEST_INVALID, ERR_MANIFEST_SECOND, ERR_KEY_FILE, ERR_QUESTIONNAIRE_MISMATCH, ERR_QUESTIONNAIRE_INVALID
 */
export async function checkDraft(
  transport: Transport,
  programme: Programme,
  view: LedgerView | null,
  draft: Draft,
  keys: HolderKeys,
): Promise<void> {
  const { manifest } = draft;
  const earlierIssuerKeys = new Set<string>();
  if (view !== null) {
    for await (const { entry } of view.entries()) {
      if (entry.type !== "manifest") continue;
      if (entry.manifest.round === manifest.round) throw new AmanaError("ERR_MANIFEST_SECOND");
      for (const { issuers } of entry.manifest.audiences)
        for (const { spki, reportSpki } of issuers) earlierIssuerKeys.add(spki).add(reportSpki);
    }
  }
  checkManifest(manifest, { programme, earlierIssuerKeys });
  holderIndex(manifest, keys);
  const sizes = await Promise.all(
    manifest.audiences.map(async ({ questionnaire }) => ballotSize(await fetchQuestionnaire(transport, questionnaire))),
  );
  if (manifest.kind === "survey" && manifest.size !== Math.max(...sizes)) throw new AmanaError("ERR_QUESTIONNAIRE_MISMATCH");
  if (manifest.analysisPlan !== null) {
    const plan = await transport.get(`files/${manifest.analysisPlan}`);
    if (toHex(SHA256(plan)) !== manifest.analysisPlan) throw new AmanaError("ERR_RESPONSE_INVALID");
  }
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
  if (known.size < manifest.threshold) return false;
  const spec = { recipients: recipients(manifest), threshold: manifest.threshold, context: rehearsalContext(manifest), size };
  await open(envelope, [...known.values()], spec);
  return true;
}

/** Co-signs a draft that was checked and rehearsed. @throws ERR_NOT_DUE before the rehearsal has succeeded */
export async function cosign(transport: Transport, draft: Draft, keys: HolderKeys): Promise<void> {
  const holder = holderIndex(draft.manifest, keys);
  if (!draft.shares.some((share) => share.holder === holder) || !(await isRehearsed(draft))) throw new AmanaError("ERR_NOT_DUE");
  await postJson(transport, `drafts/${draft.manifest.round}/cosignatures`, {
    holder,
    signature: toHex(cosignManifest(draft.manifest, holder, keys.signing)),
  });
}

/** Who has not done their part of a draft yet, by organisation. */
export function waitingFor(draft: Draft): string[] {
  return keyHolders(draft.manifest).flatMap(({ organisation }, holder) => (draft.cosigned.includes(holder) ? [] : [organisation]));
}
