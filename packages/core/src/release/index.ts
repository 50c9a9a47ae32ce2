export {
  decodeRelease,
  encodeRelease,
  isReleaseSigned,
  type Release,
  releaseSchema,
  signRelease,
  verifyRelease,
  verifyReleaseSignature,
} from "./release.ts";
