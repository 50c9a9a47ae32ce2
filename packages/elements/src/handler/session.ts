import { type OpenedAttachment, type OpenedMessages, openedInMemory } from "@amana/client/handler";
import type { KeyFile } from "@amana/client/keys";
import { toHex } from "@amana/core/bytes";
import type { CaseChange } from "@amana/core/cases";
import { AmanaError } from "@amana/core/errors";
import type { AttachmentReference } from "@amana/core/mailbox";
import type { Programme } from "@amana/core/programme";
import { DeskSession } from "../desk/session.ts";
import type { HandlerCase, HandlerChannel, HandlerInbox, HandlerServer } from "./client.ts";
import { type CaseFilter, SHOW_ALL } from "./filter.ts";
import { zipOf } from "./zip.ts";

export type HandlerScreen = "channel" | "list" | "case";

/** What takes a moment on the screen on show. */
export type HandlerWork = "reading" | "replying" | "changing" | "exporting";

/** What was done last, to be said once. */
export type HandlerDone = "replied" | "changed" | "exported" | "remembered";

/** A reply or note that is being written. */
export interface HandlerDraft {
  reply: string;
  feedback: boolean;
  /** The reply is looked over before it goes out. */
  looking: boolean;
  note: string;
}

/** Messages that are opened between two looks at the page. */
const AT_A_TIME = 8;
/** The list is drawn again when it has grown by one in so many. */
const TOLD_AT = 50;

/** One handler's visit, and everything it holds in memory. What goes on is the opening of messages. */
export class HandlerSession extends DeskSession<HandlerScreen, HandlerServer> {
  work: HandlerWork | null = null;
  done: HandlerDone | null = null;
  channels: readonly HandlerChannel[] = [];
  channel: HandlerChannel | null = null;
  inbox: HandlerInbox | null = null;
  filter: CaseFilter = SHOW_ALL;
  /** How many of the list are on show. */
  shown = 50;
  /** Attachments whose name and size were asked for. */
  heads: Map<string, OpenedAttachment> = new Map();
  isOpening = false;
  openingError: unknown = null;
  /** What was opened of each channel. */
  #opened = new Map<string, OpenedMessages>();
  #selected: string | null = null;
  #drafts = new Map<string, HandlerDraft>();

  /** The case on show, as it is now. */
  get current(): HandlerCase | null {
    return this.inbox?.cases.find(({ writer }) => toHex(writer) === this.#selected) ?? null;
  }

  /** What is being written to or about the case on show. */
  get draft(): HandlerDraft {
    const key = this.#selected ?? "";
    const draft = this.#drafts.get(key) ?? { reply: "", feedback: false, looking: false, note: "" };
    this.#drafts.set(key, draft);
    return draft;
  }

  get unsent(): boolean {
    return this.work === "replying" || [...this.#drafts.values()].some(({ reply, note }) => reply !== "" || note !== "");
  }

  protected async connected(programme: Programme): Promise<void> {
    this.passphrase = "";
    const channels = await (this.server as HandlerServer).channels(this.keyFile as KeyFile);
    if (this.isGone()) return;
    this.programme = programme;
    this.channels = channels;
    const [only, ...others] = this.channels;
    if (only !== undefined && others.length === 0) await this.#read(only);
    else this.go("channel");
  }

  protected remembered(): void {
    this.#finish("remembered");
  }

  protected unsay(): void {
    this.done = null;
  }

  async choose(channel: HandlerChannel): Promise<void> {
    this.go("connecting");
    await this.attempt("channel", () => this.#read(channel));
  }

  /** Asks the server what is new. What was opened stays opened. */
  async refresh(): Promise<void> {
    const { channel } = this;
    if (channel !== null) await this.#working("reading", () => this.#read(channel));
  }

  async #read(channel: HandlerChannel): Promise<void> {
    const [file, server] = [this.keyFile as KeyFile, this.server as HandlerServer];
    const opened = this.#opened.get(channel.name) ?? openedInMemory();
    this.#opened.set(channel.name, opened);
    const inbox = await server.open(channel.name, file, opened, this.settings.now());
    // Locked in the meantime.
    if (this.isGone()) return;
    this.channel = channel;
    this.inbox = inbox;
    if (this.screen !== "case") this.go("list");
    void this.openRest();
  }

  /** Opens all that wait, a few at a time; the list stays usable, and junk delays nothing. */
  async openRest(): Promise<void> {
    const { inbox } = this;
    if (inbox === null) return;
    this.isOpening = true;
    this.openingError = null;
    try {
      let [told, untold] = [inbox.cases.length, 0];
      for (let left = inbox.waiting; left > 0 && this.inbox === inbox; ) {
        left = await inbox.openMore(AT_A_TIME);
        untold += AT_A_TIME;
        // A long list is not drawn again for each few that were opened.
        if (this.inbox !== inbox || untold * TOLD_AT < told) continue;
        [told, untold] = [told + untold, 0];
        this.changed("progress");
      }
    } catch (error) {
      this.openingError = error;
    }
    if (this.inbox !== inbox) return;
    this.isOpening = false;
    this.changed("progress");
  }

  /** By its writer: two reports can name one mailbox. */
  select(writer: Uint8Array): void {
    this.#selected = toHex(writer);
    this.go("case");
  }

  toList(): void {
    this.#selected = null;
    this.go("list");
  }

  /** Shows the reply once more before it is signed, or goes back to writing. */
  look(looking: boolean): void {
    this.draft.looking = looking;
    this.done = null;
    this.changed("screen");
  }

  async reply(): Promise<void> {
    const { inbox, current, draft } = this;
    if (inbox === null || current === null || !draft.looking) return;
    await this.#working("replying", async () => {
      await inbox.reply(current, tidy(draft.reply), draft.feedback);
      Object.assign(draft, { reply: "", feedback: false, looking: false });
      this.#finish("replied");
    });
  }

  async change(what: CaseChange): Promise<void> {
    const { inbox, current, draft } = this;
    if (inbox === null || current === null) return;
    await this.#working("changing", async () => {
      await inbox.change(current, what.kind === "note" ? { kind: "note", text: tidy(what.text) } : what);
      if (what.kind === "note") draft.note = "";
      this.#finish("changed");
    });
  }

  async export(): Promise<void> {
    const { inbox, current } = this;
    if (inbox === null || current === null) return;
    await this.#working("exporting", async () => {
      const zip = await zipOf(inbox.export(current));
      if (this.inbox === null) return;
      this.settings.save(`case-${current.reference}.zip`, zip);
      this.#finish("exported");
    });
  }

  /** @throws ERR_ATTACHMENT_*, ERR_NETWORK: the attachment's own place says so */
  async attachment(of: HandlerCase, reference: AttachmentReference): Promise<OpenedAttachment> {
    if (this.inbox === null) throw new AmanaError("ERR_CASE_UNKNOWN");
    const opened = await this.inbox.attachment(of, reference);
    this.heads.set(reference.head, opened);
    return opened;
  }

  /** Hands over a file of an attachment, under a name that is safe on a disk. */
  save(name: string, content: Blob): void {
    this.settings.save(name, content);
  }

  /** Lets go of everything. */
  override leave(): void {
    super.leave();
    this.#opened = new Map();
    this.#selected = null;
    this.#drafts = new Map();
    this.heads = new Map();
    this.channel = null;
    this.channels = [];
    this.inbox = null;
    this.filter = SHOW_ALL;
  }

  #finish(done: HandlerDone): void {
    if (this.screen !== "left") this.done = done;
  }

  /** One thing at a time, on the screen on show. */
  async #working(what: HandlerWork, work: () => Promise<void>): Promise<void> {
    if (this.work !== null) return;
    this.work = what;
    this.error = null;
    this.done = null;
    this.changed("screen");
    try {
      await work();
    } catch (error) {
      this.error = error;
    }
    this.work = null;
    if (!this.isGone()) this.changed("screen");
  }
}

/** Line ends as the protocol has them. */
function tidy(text: string): string {
  return text.replace(/\r\n?/g, "\n").trim();
}
