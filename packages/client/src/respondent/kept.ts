import { equal, toHex } from "@amana/core/bytes";
import { AmendmentReader, type DrawsEntry, type Entry, type KeyDestroyedEntry, type ManifestEntry, verifyEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest, RoundTimes } from "@amana/core/manifest";
import { Selection } from "@amana/core/opening";
import { checkTokens, isPlaced, type SubmissionLeaf, verifySubmissionLeaf } from "@amana/core/submission";
import { checkedManifest } from "../wire/ledger-view.ts";
import { entriesOf, type RoundSource, viewAgain } from "./source.ts";

/** What the ledger holds under one response key. */
export interface Kept {
  readonly audience: number;
  /** The highest sequence: the version that counts. */
  readonly sequence: number;
  readonly leafHash: Uint8Array;
}

/** What a client reads of its round: its own leaves, and what issuers have logged. */
export interface RoundReading {
  readonly kept: Kept | null;
  /** The tokens that stand there under the key, valid ones; null where there are none. Through a relay every version needs them. */
  readonly tokens: readonly Uint8Array[] | null;
  readonly draws: readonly DrawsEntry[];
  /** `issuer/<audience>/<name>` whose keys are logged as destroyed. */
  readonly destroyed: ReadonlySet<string>;
  /** What holds of the round, by all of the ledger. */
  readonly times: RoundTimes;
}

interface Own {
  readonly leaf: SubmissionLeaf;
  readonly leafHash: Uint8Array;
  readonly index: number;
}

/**
 * Reads every entry since the round's manifest, so that the server does not learn whose key is looked for. Nothing is verified on the
 * way: a pause at the tile that holds one's own leaf would tell which it is. @throws ERR_MANIFEST_SECOND, ERR_MANIFEST_INVALID for a later
 * manifest that all its key holders signed and that has this round's name, or its issuers' keys
 */
export async function readRound(source: RoundSource, responseKey: Uint8Array): Promise<RoundReading> {
  const round = toHex(source.seen.id);
  const own: Own[] = [];
  const said: (DrawsEntry | KeyDestroyedEntry)[] = [];
  const later: ManifestEntry[] = [];
  const moving: { readonly entry: Entry; readonly index: number }[] = [];
  for await (const { entry, leafHash, index } of entriesOf(source, await viewAgain(source))) {
    if (entry.type === "submission") {
      if (equal(entry.leaf.responseKey, responseKey)) own.push({ leaf: entry.leaf, leafHash, index });
    } else if ((entry.type === "draws" || entry.type === "key-destroyed") && entry.manifest === round) said.push(entry);
    else if (entry.type === "manifest" && index > source.seen.index) later.push(entry);
    else if (entry.type === "amendment" || entry.type === "close" || entry.type === "share-list") moving.push({ entry, index });
  }
  for (const entry of later) refuseRival(source, entry);
  // What an issuer did not sign, it did not say: whoever writes the ledger could name draws of its own.
  const signed = said.filter((entry) => verifyEntry(source.seen.manifest, entry));
  const draws = signed.filter((entry) => entry.type === "draws");
  const destroyed = new Set(signed.flatMap((entry) => (entry.type === "key-destroyed" ? [entry.holder] : [])));
  const amendments = new AmendmentReader(source.seen.manifest);
  for (const { entry, index } of moving) amendments.take(entry, index);
  const mine = signedBy(own, source);
  return { kept: keptOf(mine, source), tokens: tokensOf(mine, source), draws, destroyed, times: amendments.times };
}

/** What all key holders signed and none should have: a second manifest of this name, or a round with one of its keys. What they did not sign is nothing. */
function refuseRival({ seen: { manifest }, programme }: RoundSource, entry: ManifestEntry): void {
  const keys = new Set(issuerKeys(manifest));
  const shared = issuerKeys(entry.manifest).some((spki) => keys.has(spki));
  if (entry.manifest.round !== manifest.round && !shared) return;
  try {
    checkedManifest(entry, programme);
  } catch (error) {
    if (isAmanaError(error)) return;
    throw error;
  }
  if (entry.manifest.round === manifest.round) throw new AmanaError("ERR_MANIFEST_SECOND");
  throw new AmanaError("ERR_MANIFEST_INVALID", {
    problems: [{ path: "/audiences", message: "a later round has these keys" }],
  });
}

function issuerKeys({ audiences }: Manifest): string[] {
  return audiences.flatMap(({ issuers }) => issuers.flatMap(({ spki, reportSpki }) => [spki, reportSpki]));
}

/** Finds a response key in the ledger. Null when nothing of it is there, or not yet. */
export async function findKept(source: RoundSource, responseKey: Uint8Array): Promise<Kept | null> {
  return (await readRound(source, responseKey)).kept;
}

/** Only leaves that the key itself signed are its own: a server could log others under it, to have its holder answer in another place. */
function signedBy(found: readonly Own[], { seen: { manifest, id } }: RoundSource): readonly Own[] {
  return found.filter(({ leaf }) => equal(leaf.manifestId, id) && isPlaced(leaf, manifest) && verifySubmissionLeaf(leaf));
}

function tokensOf(own: readonly Own[], { seen: { manifest } }: RoundSource): readonly Uint8Array[] | null {
  return own.find(({ leaf }) => checkTokens(leaf, manifest) === "valid")?.leaf.tokens ?? null;
}

function keptOf(own: readonly Own[], { seen: { manifest } }: RoundSource): Kept | null {
  const selection = new Selection(manifest);
  for (const each of own) selection.add(each);
  const [counts] = selection.list();
  let last: Own | undefined = counts;
  for (const each of own) if (last === undefined || each.leaf.sequence > last.leaf.sequence) last = each;
  if (last === undefined) return null;
  return { audience: (counts ?? last).leaf.audience, sequence: last.leaf.sequence, leafHash: last.leafHash };
}
