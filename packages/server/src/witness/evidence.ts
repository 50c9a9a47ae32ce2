import { encodeJson, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { encodeTlogProof, GrowingTree, parseCheckpoint, parseNote, type TileSource, verifyConsistency } from "@amana/core/ledger";
import type { DurableFolder } from "../stores/lowdb/folder.ts";
import type { Refusal } from "./rules.ts";

/**
 * What convicts a ledger's operator, as a file that anyone can check: every note in it is signed with the ledger's key.
 *
 * - two `checkpoints` that contradict each other: of one size with two roots, or with `prefix`, the root and the consistency proof that the larger
 *   one has at the size of the smaller;
 * - or `entries` that should not stand in one ledger, each with its `.tlog-proof`.
 */
export interface Evidence {
  readonly protocol: typeof PROTOCOL;
  readonly type: "evidence";
  readonly code: string;
  /** Programme id in hex. */
  readonly programme: string;
  readonly checkpoints: readonly string[];
  readonly prefix: { readonly root: string; readonly proof: readonly string[] } | null;
  readonly entries: readonly { readonly entry: string; readonly proof: string }[];
}

/** One case is as good as a hundred: whoever holds a ledger's key must not fill the disk of its witness. */
const MOST_FILES = 64;

/** Writes evidence down once. Its name says what it is and is the same for the same case. @throws ERR_STORE_WRITE */
export async function writeEvidence(folder: DurableFolder, evidence: Evidence): Promise<void> {
  const bytes = encodeJson(evidence);
  const name = `${evidence.code.toLowerCase().replace(/_/g, "-")}-${toHex(SHA256(bytes)).slice(0, 16)}.json`;
  const present = await folder.list("evidence");
  if (!present.includes(name) && present.length < MOST_FILES) await folder.write(`evidence/${name}`, bytes);
}

/** The tree that a source serves, for proofs; what it gives is verified by whoever uses it. */
function treeOf(source: TileSource, size: number): GrowingTree {
  return new GrowingTree({ read: (path) => source.read(path), write: () => Promise.reject(new TypeError("not ours to write")) }, size);
}

/** Whether two notes by the ledger's key contradict each other, and what shows it. Null where they do not, or the source does not show it. */
export async function contradiction(a: string, b: string, source: TileSource): Promise<Pick<Evidence, "checkpoints" | "prefix"> | null> {
  const [one, other] = [seen(a), seen(b)];
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  const checkpoints = [small.note, large.note];
  if (small.size === large.size) return toHex(small.root) === toHex(large.root) ? null : { checkpoints, prefix: null };
  return orNull(async () => {
    const tree = treeOf(source, large.size);
    const root = await tree.root(small.size);
    const proof = await tree.consistencyProof(small.size);
    verifyConsistency({ oldSize: small.size, oldRoot: root, newSize: large.size, newRoot: large.root, proof });
    return toHex(root) === toHex(small.root) ? null : { checkpoints, prefix: { root: toHex(root), proof: proof.map(toHex) } };
  });
}

interface Seen {
  readonly note: string;
  readonly size: number;
  readonly root: Uint8Array;
}

function seen(note: string): Seen {
  return { note, ...parseCheckpoint(parseNote(note).text) };
}

/** An entry that was refused, and the one it contradicts, each with its proof under the note. Without proofs there is no evidence. */
export async function refusedEntries(
  { index, contradicts }: Refusal,
  bytes: Uint8Array,
  earlier: Uint8Array | null,
  note: string,
  source: TileSource,
): Promise<Evidence["entries"]> {
  const tree = treeOf(source, parseCheckpoint(parseNote(note).text).size);
  const proved = async (at: number, entry: Uint8Array) => {
    const proof = await tree.inclusionProof(at);
    return { entry: toHex(entry), proof: encodeTlogProof({ extra: null, index: at, proof, checkpoint: note }) };
  };
  const own = await orNull(() => proved(index, bytes));
  const other = contradicts === null || earlier === null ? null : await orNull(() => proved(contradicts, earlier));
  return [other, own].filter((each) => each !== null);
}

export function evidenceOf(
  code: string,
  programme: string,
  found: Partial<Pick<Evidence, "checkpoints" | "prefix" | "entries">>,
): Evidence {
  return { protocol: PROTOCOL, type: "evidence", code, programme, checkpoints: [], prefix: null, entries: [], ...found };
}

async function orNull<T>(task: () => Promise<T | null>): Promise<T | null> {
  try {
    return await task();
  } catch (error) {
    if (isAmanaError(error)) return null;
    throw error;
  }
}
