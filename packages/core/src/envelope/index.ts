export { checkEnvelope, type EnvelopeShape, envelopeLength, keyId } from "./format.ts";
export { matchesShareCommitment, open, openShare, type Share } from "./open.ts";
export { type EnvelopeSpec, seal } from "./seal.ts";
