/** For case handlers: open reports on their own machine, and answer. */
export type { HolderKeys } from "../wire/holder.ts";
export { type OpenedAttachment, openAttachment } from "./attachments.ts";
export { safeFileName } from "./file-name.ts";
export { type Inbox, openInbox, type ReportCase, reply } from "./reports.ts";
