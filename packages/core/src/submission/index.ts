export {
  decodeGatewayRequest,
  encodeGatewayRequest,
  GATEWAY_RESPONSE_LENGTH,
  gatewayRequestLength,
  relayRequestLength,
} from "./gateway.ts";
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
  decodeRelayPromise,
  encodeRelayPromise,
  RELAY_PROMISE_LENGTH,
  RELAY_WORK_DIFFICULTY,
  type RelayPromise,
  signRelayPromise,
  verifyRelayPromise,
} from "./relay.ts";
export { releaseTimes } from "./release-times.ts";
export {
  checkSubmission,
  checkTokens,
  decodeSubmission,
  encodeSubmission,
  isPlaced,
  lastSequence,
  NO_TOKEN,
  peekManifestId,
  SUBMISSION_TYPE,
  type Submission,
  signSubmission,
  submissionContext,
  submissionLength,
  submissionMessage,
} from "./submission.ts";
