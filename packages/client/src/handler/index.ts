/** For case handlers: open reports on their own machine, and answer. */
export type { HolderKeys } from "../wire/holder.ts";
export { type Inbox, openInbox, type ReportCase, reply } from "./reports.ts";
