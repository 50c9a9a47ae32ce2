export { attachmentContext, CHUNK_CONTENT, CHUNK_LENGTH, chunkKey, HEAD_INDEX, openChunk, sealChunk } from "./chunk.ts";
export {
  ATTACHMENTS_LIMIT,
  type ChunkGroup,
  decodeGroup,
  decodeMessage,
  encodeGroup,
  encodeMessage,
  GROUP_LENGTH,
  UPLOAD_ID_LENGTH,
  UPLOADS_LENGTH,
} from "./group.ts";
export {
  ATTACHMENT_LIMIT,
  type AttachmentHead,
  attachmentGroups,
  checkFile,
  dataChunks,
  decodeHead,
  encodeHead,
  GROUP_CHUNKS,
  MOST_GROUPS,
} from "./head.ts";
export { decodeMark, encodeMark, MARK_LENGTH, type Mark, type MarkedReport, makeMark, verifyMark } from "./mark.ts";
export {
  fillerReply,
  isReplyShaped,
  openReplies,
  REPLY_LENGTH,
  REPLY_TEXT_LIMIT,
  type Reply,
  type ReplyFault,
  replyLookup,
  sealReply,
} from "./reply.ts";
export {
  type AttachmentReference,
  decodeFirstReport,
  decodeReportDocument,
  encodeFirstReport,
  encodeReportDocument,
  type FirstReport,
  mailboxAddress,
  type ReportDocument,
  reportContext,
} from "./report.ts";
export { checkWork, groupDifficulty, solveWork, WORK_LENGTH, withWork } from "./work.ts";
