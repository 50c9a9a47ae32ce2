export { decodeMark, encodeMark, MARK_LENGTH, type Mark, makeMark, verifyMark } from "./mark.ts";
export { fillerReply, isReplyShaped, openReplies, REPLY_LENGTH, REPLY_TEXT_LIMIT, type Reply, replyLookup, sealReply } from "./reply.ts";
export {
  decodeFirstReport,
  decodeReportDocument,
  encodeFirstReport,
  encodeReportDocument,
  type FirstReport,
  mailboxAddress,
  type ReportDocument,
  reportContext,
} from "./report.ts";
export { checkWork, solveWork, WORK_LENGTH, withWork } from "./work.ts";
