import type { Case, OpenedAttachment, OpenedMessages } from "@amana/client/handler";
import type { KeyFile } from "@amana/client/keys";
import type { LocalizedText } from "@amana/core/bytes";
import type { CaseChange } from "@amana/core/cases";
import type { AttachmentReference } from "@amana/core/mailbox";
import type { KeyHolder } from "@amana/core/manifest";
import type { DeskClient, DeskServer } from "../desk/session.ts";

/** A case, as the page shows it. */
export type HandlerCase = Pick<
  Case,
  "address" | "reference" | "doubles" | "writer" | "first" | "messages" | "replies" | "mark" | "history" | "received" | "deadlines"
>;

/** A file of an export, with its path inside it. Its pieces are read once, before the next file is asked for. */
export interface ExportedFile {
  readonly path: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** What the page needs of an opened channel. Everything is opened on this machine. */
export interface HandlerInbox {
  /** Who may handle cases, in the manifest's order. */
  readonly handlers: readonly KeyHolder[];
  /** The index of whoever holds the key file. */
  readonly own: number;
  /** Days since 1 January 1970, UTC. */
  readonly today: number;
  readonly cases: readonly HandlerCase[];
  readonly waiting: number;
  readonly unreadable: number;
  readonly refused: number;
  readonly withheld: number;
  openMore(most: number): Promise<number>;
  reply(to: HandlerCase, text: string, feedback: boolean): Promise<unknown>;
  change(to: HandlerCase, what: CaseChange): Promise<unknown>;
  attachment(of: HandlerCase, reference: AttachmentReference): Promise<OpenedAttachment>;
  export(which: HandlerCase): AsyncIterable<ExportedFile>;
}

/** A reporting channel for which the key file has a key. */
export interface HandlerChannel {
  readonly name: string;
  readonly title: LocalizedText;
}

/** One server. */
export interface HandlerServer extends DeskServer {
  channels(file: KeyFile): Promise<readonly HandlerChannel[]>;
  open(channel: string, file: KeyFile, opened: OpenedMessages, now: Date): Promise<HandlerInbox>;
}

/** Where `<amana-handler>` gets everything from that is not a screen. */
export type HandlerClient = DeskClient<HandlerServer>;
