import type { ClientOptions, Inclusion, Receipt } from "@amana/client";
import {
  type AttachmentSource,
  type Channel,
  type MarkSource,
  type Marks,
  openChannel,
  otherChannels,
  type ReportContent,
  type ReportProgress,
  type ShownReply,
  successorOf,
} from "@amana/client/reporter";
import type { SecretCode } from "@amana/core/bytes";

/** What a visitor's mark is found in. */
export type ReportMarks = Pick<Marks, "surveys" | "find">;

/** What the report form needs of a channel. */
export interface ReportChannel extends Pick<Channel, "title" | "state" | "programme" | "manifest" | "times" | "organisations"> {
  newSecretCode(): SecretCode;
  report(
    code: SecretCode,
    content: ReportContent,
    onProgress: ReportProgress,
    mark: MarkSource | null,
    attachments: readonly AttachmentSource[],
  ): Promise<{ readonly text: Receipt["text"]; verifyIncluded(): Promise<Inclusion> }>;
  followUp(
    code: SecretCode,
    content: ReportContent,
    onProgress: ReportProgress,
    attachments: readonly AttachmentSource[],
  ): Promise<unknown>;
  retry(onProgress: ReportProgress): Promise<unknown>;
  replies(code: SecretCode): Promise<readonly ShownReply[]>;
  marks(): Promise<ReportMarks | null>;
}

/** Where `<amana-report>` gets its channel from: `@amana/client/reporter`, unless the page brings another. */
export interface ReportClient {
  openChannel(base: string, round: string, options: ClientOptions): Promise<ReportChannel>;
  otherChannels(base: string, round: string, options: ClientOptions): Promise<readonly ReportChannel[]>;
  successorOf(base: string, channel: Pick<ReportChannel, "manifest">, options: ClientOptions): Promise<ReportChannel | null>;
}

export const defaultReportClient: ReportClient = { openChannel, otherChannels, successorOf };
