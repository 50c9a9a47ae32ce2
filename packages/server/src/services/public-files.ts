import type { Manifest } from "@amana/core/manifest";
import type { Store } from "../stores/store.ts";
import { readDraft } from "./draft-model.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Whether anybody may have a file whatever a proposed release says of it: the ledger names it, or a draft that key holders are to sign.
 * Else one trustee could hide a questionnaire, or the draws, by naming them in a release.
 */
export async function isPublicFile(store: Store, { documents }: Ledger, sha256: string): Promise<boolean> {
  for (const { entry } of documents) {
    if ("sha256" in entry && entry.sha256 === sha256) return true;
    if (entry.type === "manifest" && isNamed(entry.manifest, sha256)) return true;
  }
  for (const name of await store.listDocuments("drafts/")) {
    const value = await store.readDocument(name);
    if (value === null || value === undefined) continue;
    const { manifest, invitations } = readDraft(value);
    if (isNamed(manifest, sha256) || Object.values(invitations).includes(sha256)) return true;
  }
  return false;
}

function isNamed({ analysisPlan, audiences }: Manifest, sha256: string): boolean {
  return analysisPlan === sha256 || audiences.some(({ questionnaire }) => questionnaire === sha256);
}
