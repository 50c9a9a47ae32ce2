import { fromHex, SHA256, toHex } from "@amana/core/bytes";
import { verifyEntry } from "@amana/core/entries";
import { decodeRelease, verifyRelease } from "@amana/core/release";
import { checkTokens, verifySubmissionLeaf } from "@amana/core/submission";
import { fetchFile, type SeenEntry, type SeenManifest } from "../wire/ledger-view.ts";
import { HistoryBuilder, isSignedRelease, type RoundHistory, selected } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { demand } from "./check.ts";

/** Every submission is signed; every response key has valid tokens at least once, and each sequence once. */
export function checkSubmissions(
  entries: readonly SeenEntry[],
  { manifest, id }: SeenManifest,
  onProgress: (done: number, total: number) => void,
): string {
  const round = toHex(id);
  const tokened = new Set<string>();
  const keys = new Set<string>();
  const versions = new Set<string>();
  for (const { entry, index } of entries) {
    if (entry.type !== "submission" || toHex(entry.leaf.manifestId) !== round) continue;
    const { leaf } = entry;
    const key = toHex(leaf.responseKey);
    demand(verifySubmissionLeaf(leaf), `the signature of leaf ${index} is wrong`);
    demand(!versions.has(`${key} ${leaf.sequence}`), `leaf ${index} repeats a sequence`);
    const tokens = checkTokens(leaf, manifest);
    demand(tokens !== "invalid", `the token of leaf ${index} is wrong`);
    versions.add(`${key} ${leaf.sequence}`);
    keys.add(key);
    if (tokens === "valid") tokened.add(key);
    if (index % 64 === 0) onProgress(index, entries.length);
  }
  demand(tokened.size === keys.size, `${keys.size - tokened.size} response keys have no valid token`);
  const roster = manifest.audiences.reduce((sum, { rosterSize }) => sum + rosterSize, 0);
  demand(keys.size <= roster, `${keys.size} response keys for ${roster} people`);
  return `${versions.size} submissions by ${keys.size} response keys, signatures and tokens right`;
}

/** A round's history, with every key holder's entry signed by whom it names. */
export function checkHistory(entries: readonly SeenEntry[], seen: SeenManifest): { history: RoundHistory; detail: string } {
  const builder = new HistoryBuilder(seen);
  const round = toHex(seen.id);
  let signed = 0;
  for (const entry of entries) {
    if (entry.index >= seen.index) builder.add(entry);
    const document = entry.entry;
    if (document.type === "release" && document.manifest === round)
      demand(isSignedRelease(seen.manifest, document), `entry ${entry.index} names a release that too few trustees signed`);
    if (!("signature" in document) || typeof document.signature !== "string" || document.manifest !== round) continue;
    demand(
      verifyEntry(seen.manifest, document as Parameters<typeof verifyEntry>[1]),
      `entry ${entry.index} is not signed by whom it names`,
    );
    signed += 1;
  }
  const history = builder.build();
  // A trustee may get later what it could not get at first: its last word on an epoch counts.
  const held = new Map(history.held.map((entry) => [`${entry.holder}/${entry.epoch}`, entry.missing.length]));
  const missing = [...held.values()].reduce((sum, count) => sum + count, 0);
  demand(missing === 0 || history.release !== null, `trustees could not get ${missing} envelopes`);
  return { history, detail: `${signed} entries of key holders, ${history.held.length} of them on what they hold` };
}

/** Commitments stand before the release and over the ledger at the close; each trustee committed once. */
export function checkOpening(entries: readonly SeenEntry[], history: RoundHistory): string {
  if (history.closedAt === null) return "the round is not closed yet";
  const lists = entries.filter(({ entry }) => entry.type === "share-list" && entry.manifest === toHex(history.seen.id));
  demand(lists.length === history.shareLists.size, "a trustee committed twice");
  for (const { ledgerSize, holder } of history.shareLists.values()) {
    demand(ledgerSize === history.closedAt, `trustee ${holder} committed over another ledger`);
  }
  if (history.releasedAt === null) return `${lists.length} commitments; not released yet`;
  const releasedAt = history.releasedAt;
  demand(
    lists.every(({ index }) => index < releasedAt),
    "a commitment after the release",
  );
  demand(lists.length >= history.seen.manifest.threshold, "fewer commitments than openers");
  return `${lists.length} commitments, all before the release`;
}

/** The release is signed by k trustees over the ledger at the close, accounts for every response key, and its files are there. */
export async function checkRelease(transport: Transport, history: RoundHistory): Promise<string> {
  if (history.release === null) return "not released yet";
  const { manifest, id } = history.seen;
  const bytes = await fetchFile(transport, history.release.sha256, SHA256);
  verifyRelease(
    bytes,
    manifest,
    history.release.signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) })),
  );
  const release = decodeRelease(bytes);
  demand(release.manifest === toHex(id), "the release is of another round");
  demand(release.ledgerSize === history.closedAt && history.release.ledgerSize === history.closedAt, "the release counts another ledger");
  const accounted = release.totals.reduce(
    (sum, { counted, withdrawn, invalid, unopened, missing }) => sum + counted + withdrawn + invalid + unopened + missing,
    0,
  );
  const expected = selected(history).length;
  demand(accounted === expected, `the release accounts for ${accounted} of ${expected} response keys`);
  for (const { name, sha256, length } of release.files) {
    const file = await transport.get(`releases/${manifest.round}/${name}`);
    demand(file.length === length && toHex(SHA256(file)) === sha256, `${name} is not the file that was signed`);
  }
  return `signed by ${history.release.signatures.length} trustees, ${accounted} response keys accounted for, ${release.files.length} files`;
}

/** Keys that must be gone by now are logged as destroyed. A warning in words: the ledger cannot prove a destruction. */
export function checkDestruction(history: RoundHistory): string {
  const issuers = history.seen.manifest.audiences.flatMap(({ id, issuers: list }) => list.map(({ name }) => `issuer/${id}/${name}`));
  const gone = issuers.filter((holder) => history.destroyed.has(holder)).length;
  const trustees = history.seen.manifest.trustees.filter((_, index) => history.destroyed.has(`trustee/${index}`)).length;
  if (history.closedAt !== null)
    demand(gone === issuers.length, `${issuers.length - gone} issuer keys are not logged as destroyed after the close`);
  return `${gone} of ${issuers.length} issuer keys and ${trustees} of ${history.seen.manifest.trustees.length} trustee keys logged as destroyed`;
}
