import { toHex } from "@amana/core/bytes";
import { verifyEntry } from "@amana/core/entries";
import { type Selected, Selection } from "@amana/core/opening";
import { checkTokens, isPlaced, verifySubmissionLeaf } from "@amana/core/submission";
import type { SeenEntry, SeenManifest } from "../wire/ledger-view.ts";
import { HistoryBuilder, isSignedRelease, type RoundHistory } from "../wire/round-history.ts";
import { demand } from "./check.ts";
import type { DrawnByAudience } from "./draw-checks.ts";

/**
 * Every submission is signed; every response key has valid tokens at least once, and each sequence once; and no audience has more response
 * keys than people drew in it: more tokens than draws are an issuer's that minted some.
 */
export function checkSubmissions(
  entries: readonly SeenEntry[],
  { manifest, id }: SeenManifest,
  drawn: DrawnByAudience,
  onProgress: (done: number, total: number) => void,
): string {
  const round = toHex(id);
  const tokened = new Set<string>();
  const keys = new Set<string>();
  const versions = new Set<string>();
  const selection = new Selection(manifest);
  for (const { entry, index, leafHash } of entries) {
    if (index % 64 === 0) onProgress(index, entries.length);
    if (entry.type !== "submission" || toHex(entry.leaf.manifestId) !== round) continue;
    const { leaf } = entry;
    const key = toHex(leaf.responseKey);
    demand(isPlaced(leaf, manifest), `leaf ${index} has an audience or a sequence that the round does not have`);
    demand(verifySubmissionLeaf(leaf), `the signature of leaf ${index} is wrong`);
    demand(!versions.has(`${key} ${leaf.sequence}`), `leaf ${index} repeats a sequence`);
    const tokens = checkTokens(leaf, manifest);
    demand(tokens !== "invalid", `the token of leaf ${index} is wrong`);
    selection.add({ leaf, leafHash, index }, tokens);
    versions.add(`${key} ${leaf.sequence}`);
    keys.add(key);
    if (tokens === "valid") tokened.add(key);
  }
  demand(tokened.size === keys.size, `${keys.size - tokened.size} response keys have no valid token`);
  checkKeys(selection.list(), { manifest, id }, drawn);
  return `${versions.size} submissions by ${keys.size} response keys, signatures and tokens right`;
}

function checkKeys(selected: readonly Selected[], { manifest, id }: Pick<SeenManifest, "manifest" | "id">, drawn: DrawnByAudience): void {
  const counts = countByAudience(selected, manifest.audiences.length);
  manifest.audiences.forEach((audience, index) => {
    const keys = counts[index] as number;
    demand(keys <= audience.rosterSize, `${audience.id}: ${keys} response keys for ${audience.rosterSize} people`);
    const draws = drawn.get(`${toHex(id)}/${audience.id}`);
    demand(
      draws === undefined || keys <= draws,
      `${audience.id}: ${keys} response keys and ${draws} draws: an issuer made tokens for nobody`,
    );
  });
}

/** How many response keys each audience has. */
export function countByAudience(selected: readonly Selected[], audiences: number): number[] {
  const counts = new Array<number>(audiences).fill(0);
  for (const { leaf } of selected) counts[leaf.audience] = (counts[leaf.audience] ?? 0) + 1;
  return counts;
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

/** Commitments stand between the close and the release and over the ledger at the close; each trustee committed once. */
export function checkOpening(entries: readonly SeenEntry[], history: RoundHistory): string {
  const round = toHex(history.seen.id);
  const lists = entries.flatMap(({ entry, index }) => (entry.type === "share-list" && entry.manifest === round ? [{ entry, index }] : []));
  const { closedAt, releasedAt, seen } = history;
  if (closedAt === null) {
    demand(lists.length === 0, "a commitment before the close");
    return "the round is not closed yet";
  }
  const holders = new Set(lists.map(({ entry }) => entry.holder));
  demand(holders.size === lists.length, "a trustee committed twice");
  for (const { entry, index } of lists)
    demand(entry.ledgerSize === closedAt && index >= closedAt, `trustee ${entry.holder} committed over another ledger`);
  if (releasedAt === null) return `${lists.length} commitments; not released yet`;
  demand(
    lists.every(({ index }) => index < releasedAt),
    "a commitment after the release",
  );
  demand(lists.length >= seen.manifest.threshold, "fewer commitments than openers");
  return `${lists.length} commitments, all before the release`;
}

/** How long after its time a destruction may be logged: a server does what is due when it is next awake. */
const GRACE = 86_400;

/**
 * Keys that must be gone by now are logged as destroyed, and with `phases` before the first answer. The ledger cannot prove a destruction: it
 * shows who said so.
 */
export function checkDestruction(entries: readonly SeenEntry[], history: RoundHistory, now: Date): string {
  const { manifest, id } = history.seen;
  const issuers = manifest.audiences.flatMap(({ id: audience, issuers: list }) => list.map(({ name }) => `issuer/${audience}/${name}`));
  const gone = issuers.filter((holder) => history.destroyed.has(holder)).length;
  const trustees = manifest.trustees.filter((_, index) => history.destroyed.has(`trustee/${index}`)).length;
  const due = manifest.windows.enrolmentClose + manifest.deadlines.objection + GRACE;
  if (history.release !== null || (history.closedAt !== null && now.getTime() / 1000 > due))
    demand(gone === issuers.length, `${issuers.length - gone} issuer keys are not logged as destroyed after the close`);
  if (manifest.separation.includes("phases")) checkPhases(entries, toHex(id), issuers);
  return `${gone} of ${issuers.length} issuer keys and ${trustees} of ${manifest.trustees.length} trustee keys logged as destroyed`;
}

/** Answers before enrolment is over for everyone could be told by their time. */
function checkPhases(entries: readonly SeenEntry[], round: string, issuers: readonly string[]): void {
  const pending = new Set(issuers);
  for (const { entry } of entries) {
    if (entry.type === "key-destroyed" && entry.manifest === round) pending.delete(entry.holder);
    if (entry.type === "epoch" && entry.manifest === round)
      demand(pending.size === 0, `answers were sealed while ${pending.size} issuers could still draw`);
  }
}
