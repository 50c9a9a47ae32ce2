export {
  decodeRelease,
  encodeRelease,
  type Release,
  releaseSchema,
  signRelease,
  verifyRelease,
  verifyReleaseSignature,
} from "./release.ts";
