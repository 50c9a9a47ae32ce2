export {
  type Amendment,
  type AmendmentChange,
  amendmentChangeSchema,
  amendmentCosignaturesSchema,
  amendmentHash,
  amendmentQuorum,
  isAmendmentSigned,
  type SignedAmendment,
  signAmendment,
  verifyAmendmentSignature,
} from "./amendment.ts";
export { checkManifest, type ManifestSurroundings } from "./check.ts";
export { REPORT_SIZE } from "./check-round.ts";
export type { RoundIssuer } from "./derived.ts";
export { encodeInvitations, InvitedList, invitationsRoot } from "./invitations.ts";
export {
  cosignManifest,
  decodeManifest,
  envelopeShape,
  keyHolders,
  manifestId,
  recipients,
  rehearsalContext,
  roundEnvelopeLength,
  roundIssuers,
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
export { amended, amendedOnce, checkAmendment, manifestTimes, nextAmendment, type RoundTimes } from "./times.ts";
