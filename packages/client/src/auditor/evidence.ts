import { decodeJson, encodeJson, equal, fromHex, hex, PROTOCOL, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry, type ManifestEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  CompactTree,
  HASH_LENGTH,
  leafHash,
  type OpenedCheckpoint,
  openCheckpoint,
  openTlogProof,
  verifyConsistency,
} from "@amana/core/ledger";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { type Programme, programmeSchema } from "@amana/core/programme";
import { checkTokens, decodePromise, isPlaced, verifyPromise, verifySubmissionLeaf } from "@amana/core/submission";
import * as v from "valibot";
import { checkedManifest } from "../wire/ledger-view.ts";
import { isSignedEntry, RoundTimeline } from "../wire/round-timeline.ts";

/** An entry with its C2SP `tlog-proof`: anyone can check without a server that the ledger's key signed a tree that has it. */
export interface ProvedEntry {
  /** Its bytes, hex. */
  readonly entry: string;
  readonly proof: string;
}

/** What an auditor found that others should be able to judge for themselves. Nothing in it names a person or says what was answered. */
export type Evidence =
  /** Two signed checkpoints of one ledger. `root`: of the second's first entries, as many as the first has, with the proof that they are. */
  | {
      readonly kind: "checkpoints";
      readonly first: string;
      readonly second: string;
      readonly root: string;
      readonly proof: readonly string[];
    }
  /** An entry that no honest operator logs, with the manifest of its round. */
  | { readonly kind: "entry"; readonly entry: ProvedEntry; readonly manifest: ProvedEntry }
  /** A promise, and all leaf hashes of a ledger in which its leaf is not. */
  | {
      readonly kind: "promise";
      readonly promise: string;
      readonly manifest: ProvedEntry;
      readonly checkpoint: string;
      readonly leaves: string;
    };

/** A file of evidence: it can be checked with nothing else at hand, by {@link judgeEvidence}. */
export interface EvidenceFile {
  readonly protocol: typeof PROTOCOL;
  readonly type: "evidence";
  /** Whoever judges compares its id with the one that they trust. */
  readonly programme: Programme;
  readonly evidence: Evidence;
}

const proved = v.strictObject({ entry: hex(), proof: v.string() });
const evidenceSchema: v.GenericSchema<unknown, EvidenceFile> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("evidence"),
  programme: programmeSchema,
  evidence: v.variant("kind", [
    v.strictObject({ kind: v.literal("checkpoints"), first: v.string(), second: v.string(), root: hex(32), proof: v.array(hex(32)) }),
    v.strictObject({ kind: v.literal("entry"), entry: proved, manifest: proved }),
    v.strictObject({ kind: v.literal("promise"), promise: hex(136), manifest: proved, checkpoint: v.string(), leaves: hex() }),
  ]),
});

/** Canonical bytes of a file of evidence. */
export function encodeEvidence(file: EvidenceFile): Uint8Array {
  return encodeJson(file);
}

/** Reads a file of evidence; whoever accuses wrote it. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeEvidence(bytes: Uint8Array): EvidenceFile {
  return decodeJson(bytes, evidenceSchema);
}

/** What a file of evidence proves. */
export interface Judgement {
  readonly proves: boolean;
  /** One sentence. */
  readonly says: string;
}

/** Judges evidence by itself, offline: every signature and proof in it is checked anew, and nothing that it claims is believed. */
export function judgeEvidence({ programme, evidence }: EvidenceFile): Judgement {
  try {
    if (evidence.kind === "checkpoints") return judgeCheckpoints(programme, evidence);
    return evidence.kind === "entry" ? judgeEntry(programme, evidence) : judgePromise(programme, evidence);
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return { proves: false, says: `It does not check: ${error.message} (${error.code})` };
  }
}

type Of<Kind extends Evidence["kind"]> = Extract<Evidence, { kind: Kind }>;

function trustOf({ ledger, witnesses }: Programme): Parameters<typeof openCheckpoint>[1] {
  // What the ledger's own key signed convicts it, whoever witnessed it.
  return { ...ledger, witnesses: witnesses.map(({ vkey }) => vkey), quorum: 0 };
}

function judgeCheckpoints(programme: Programme, { first, second, root, proof }: Of<"checkpoints">): Judgement {
  const [before, after] = [first, second].map((note) => openCheckpoint(note, trustOf(programme))) as [OpenedCheckpoint, OpenedCheckpoint];
  const oldRoot = fromHex(root);
  verifyConsistency({ oldSize: before.size, oldRoot, newSize: after.size, newRoot: after.root, proof: proof.map((hash) => fromHex(hash)) });
  if (equal(oldRoot, before.root)) return { proves: false, says: "The second checkpoint continues the first." };
  const says = `The ledger's key signed two histories: a checkpoint of ${before.size} entries, and one of ${after.size} that begins with other entries.`;
  return { proves: true, says };
}

function provedEntry(programme: Programme, { entry, proof }: ProvedEntry): { readonly decoded: Entry | null; readonly index: number } {
  const bytes = fromHex(entry);
  const { index } = openTlogProof(proof, leafHash(bytes), trustOf(programme));
  try {
    return { decoded: decodeEntry(bytes), index };
  } catch {
    return { decoded: null, index };
  }
}

function provedManifest(programme: Programme, proof: ProvedEntry): { readonly manifest: Manifest; readonly index: number } {
  const { decoded, index } = provedEntry(programme, proof);
  if (decoded?.type !== "manifest") throw new AmanaError("ERR_MANIFEST_INVALID");
  return { manifest: checkedManifest(decoded satisfies ManifestEntry, programme).manifest, index };
}

function judgeEntry(programme: Programme, evidence: Of<"entry">): Judgement {
  const { manifest, index: at } = provedManifest(programme, evidence.manifest);
  const { decoded, index } = provedEntry(programme, evidence.entry);
  const fault = decoded === null ? "is none of the protocol's" : faultOf(decoded, manifest, at);
  if (fault === null) return { proves: false, says: `Entry ${index} is right.` };
  return { proves: true, says: `The ledger's key signed for entry ${index}, which ${fault}.` };
}

/** What is wrong with an entry by itself, given its round; null if nothing. */
function faultOf(entry: Entry, manifest: Manifest, index: number): string | null {
  const id = manifestId(manifest);
  if (entry.type === "submission") {
    if (!equal(entry.leaf.manifestId, id)) return null;
    if (!isPlaced(entry.leaf, manifest)) return "has an audience or a sequence that its round does not have";
    if (!verifySubmissionLeaf(entry.leaf)) return "its response key did not sign";
    return checkTokens(entry.leaf, manifest) === "invalid" ? "has a token that its issuer did not sign" : null;
  }
  if (!("manifest" in entry) || entry.manifest !== toHex(id)) return null;
  if (new RoundTimeline({ manifest, id, index }).isSigned(entry)) return null;
  if (entry.type === "release") return "names a release that too few trustees signed";
  return isSignedEntry(entry) ? "is not signed by whom it names" : null;
}

function judgePromise(programme: Programme, evidence: Of<"promise">): Judgement {
  const promise = decodePromise(fromHex(evidence.promise));
  if (!verifyPromise(promise, fromHex(programme.promiseKey))) return { proves: false, says: "The operator did not sign this promise." };
  const { manifest } = provedManifest(programme, evidence.manifest);
  if (!equal(manifestId(manifest), promise.manifestId)) return { proves: false, says: "The promise is of another round." };
  const checkpoint = openCheckpoint(evidence.checkpoint, trustOf(programme));
  const tree = new CompactTree();
  const leaves = fromHex(evidence.leaves);
  for (let at = 0; at < leaves.length; at += HASH_LENGTH) {
    const leaf = leaves.subarray(at, at + HASH_LENGTH);
    if (equal(leaf, promise.leafHash)) return { proves: false, says: "The ledger has the leaf that was promised." };
    tree.add(leaf);
  }
  if (tree.size !== checkpoint.size || !equal(tree.root(), checkpoint.root)) throw new AmanaError("ERR_LEDGER_INCLUSION");
  const due = new Date(manifest.deadlines.sealBy * 1000).toISOString();
  const newest = Math.max(0, ...checkpoint.cosignatures.map(({ timestamp }) => timestamp));
  const when = newest >= manifest.deadlines.sealBy ? "A witness signed it after" : "That is a breach if it is of a time after";
  const says = `The operator promised a leaf of ${manifest.round} that is not in its ledger of ${checkpoint.size} entries. ${when} ${due}, when it was due unless an amendment says later.`;
  return { proves: true, says };
}

/** The bytes of all leaf hashes, hex, for {@link Evidence} of a promise. */
export async function hashesOf(leaves: AsyncIterable<{ readonly leaf: Uint8Array }>): Promise<string> {
  const parts: string[] = [];
  for await (const { leaf } of leaves) parts.push(toHex(leaf));
  return parts.join("");
}
