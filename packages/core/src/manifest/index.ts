export { checkManifest, type ManifestSurroundings, REPORT_SIZE } from "./check.ts";
export {
  cosignManifest,
  decodeManifest,
  envelopeShape,
  keyHolders,
  manifestId,
  recipients,
  rehearsalContext,
  roundEnvelopeLength,
  tokenPlaces,
  verifyCosignature,
  verifyCosignatures,
} from "./manifest.ts";
export {
  type Deadlines,
  type KeyHolder,
  keyHoldersSchema,
  MAX_ISSUERS,
  type Manifest,
  type ManifestAudience,
  type ManifestIssuer,
  type ManifestRelay,
  manifestSchema,
  type RoundKind,
  type Separation,
  type Windows,
} from "./model.ts";
