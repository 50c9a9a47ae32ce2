export { decodeEntryBundle, decodeHashTile, encodeEntryBundle, encodeHashTile, MAX_ENTRY } from "./bundles.ts";
export { type Checkpoint, encodeCheckpoint, parseCheckpoint } from "./checkpoint.ts";
export { type CompactState, CompactTree } from "./compact.ts";
export { type Cosignature, cosign, cosignedMessage, decodeCosignature } from "./cosignature.ts";
export type { TileSource } from "./files.ts";
export { GrowingTree, type TileStore, type TreeHead } from "./growing.ts";
export {
  encodeVerifierKey,
  NOTE_COSIGNATURE,
  NOTE_ED25519,
  type NoteKey,
  type NoteKeyType,
  noteKey,
  parseVerifierKey,
  type VerifierKey,
} from "./key.ts";
export {
  addSignatures,
  cosignNote,
  formatNote,
  formatSignatureLine,
  type Note,
  type NoteSignature,
  parseNote,
  parseSignatureLines,
  signNote,
  type VerifiedSignature,
  verifyNote,
} from "./note.ts";
export { type CheckpointTrust, type OpenedCheckpoint, openCheckpoint, signCheckpoint, type WitnessedAt } from "./open.ts";
export { consistencyProof, inclusionProof } from "./proofs.ts";
export { inclusionProofInRange, type LeafRange } from "./range.ts";
export { LedgerReader, type ReadEntry, type ReadLeaf } from "./reader.ts";
export {
  entriesPath,
  levelSize,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  type TilePath,
  tilePath,
  tilesOf,
  tileWidth,
} from "./tiles.ts";
export { decodeTlogProof, encodeTlogProof, openTlogProof, type TlogProof } from "./tlog-proof.ts";
export { emptyRoot, HASH_LENGTH, leafHash, merkleRoot, nodeHash } from "./tree.ts";
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from "./verify.ts";
export { type AddCheckpoint, decodeAddCheckpoint, encodeAddCheckpoint } from "./witness.ts";
