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
  decodeGatewayRequest,
  decodeRelayPromise,
  encodeGatewayRequest,
  encodeRelayPromise,
  GATEWAY_RESPONSE_LENGTH,
  gatewayRequestLength,
  RELAY_PROMISE_LENGTH,
  RELAY_WORK_DIFFICULTY,
  type RelayPromise,
  relayRequestLength,
  releaseTimes,
  SUBMISSION_TYPE,
  signRelayPromise,
  verifyRelayPromise,
} from "./relay.ts";
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
