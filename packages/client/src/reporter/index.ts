/** For reporters: an anonymous conversation with the handlers of a reports round. */
export { Channel, type MarkSource, openChannel, type ReportContent, type ReportProgress, type ShownReply } from "./channel.ts";
