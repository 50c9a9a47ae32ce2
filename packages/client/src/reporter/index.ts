/** For reporters: an anonymous conversation with the handlers of a reports round. */
export { Channel, openChannel, type ReportContent, type ReportProgress, type ShownReply } from "./channel.ts";
export type { FoundMark, MarkSource, MarkSurvey, Marks } from "./marks.ts";
export { otherChannels, successorOf } from "./others.ts";
export { ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, type AttachmentSource, uploadLength } from "./upload.ts";
export { solveHere, type WorkSolver } from "./work.ts";
