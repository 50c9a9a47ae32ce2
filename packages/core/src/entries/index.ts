export { AmendmentReader } from "./amendment-reader.ts";
export { type BuildFile, type BuildList, decodeBuildList, encodeBuildList, LARGEST_BUILD_FILE, LARGEST_BUILD_LIST } from "./builds.ts";
export { decodeEntry, ENTRY_LIMIT, encodeEntry } from "./codec.ts";
export { IssuerRecord } from "./issuer-record.ts";
export {
  type AbsentEntry,
  type AmendmentEntry,
  type CloseEntry,
  type DocumentEntry,
  type DocumentedEntry,
  type DrawsEntry,
  type Entry,
  type EpochEntry,
  entrySchema,
  type FileReference,
  type HeldEntry,
  type InvitationsEntry,
  type KeyDestroyedEntry,
  type ManifestEntry,
  type OpeningFaultEntry,
  type ProgrammeEntry,
  type ReleaseEntry,
  type ReplacedEntry,
  type RetentionEntry,
  type ShareListEntry,
} from "./model.ts";
export { type HolderEntry, type HolderFields, type IssuerEntry, type SignedEntry, signEntry, verifyEntry } from "./signatures.ts";
