export {
  decodeReportLeaf,
  decodeSubmissionLeaf,
  encodeReportLeaf,
  encodeSubmissionLeaf,
  type SubmissionLeaf,
  verifySubmissionLeaf,
} from "./leaf.ts";
export { decodePromise, encodePromise, type InclusionPromise, signPromise, verifyPromise } from "./promise.ts";
export { encodeReceiptProof, type OpenedReceipt, openReceiptProof, type ReceiptProof } from "./receipt-proof.ts";
export {
  checkSubmission,
  checkTokens,
  decodeSubmission,
  encodeSubmission,
  isPlaced,
  lastSequence,
  NO_TOKEN,
  peekManifestId,
  type Submission,
  signSubmission,
  submissionContext,
  submissionLength,
  submissionMessage,
} from "./submission.ts";
