/** For case handlers: open reports on their own machine, answer them, and keep cases together. */
export type { HolderKeys } from "../wire/holder.ts";
export { change, reply } from "./answering.ts";
export { type OpenedAttachment, openAttachment } from "./attachments.ts";
export { Case, type CaseMark, type CaseMessage, type CaseReply } from "./case.ts";
export { type ChannelHistory, type LoggedMessage, readChannel } from "./channel.ts";
export { type ExportedFile, exportCase } from "./export.ts";
export { safeFileName } from "./file-name.ts";
export { Inbox, type InboxOptions } from "./inbox.ts";
export { type OpenedEntry, type OpenedMessages, openedInMemory } from "./opened.ts";
export { type ExportCheck, type ExportedFolder, verifyExport } from "./verify-export.ts";
