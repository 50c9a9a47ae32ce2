import { claimedProgramme } from "@amana/client/auditor";
import { type Case, change, exportCase, Inbox, type OpenedMessages, openAttachment, readChannel, reply } from "@amana/client/handler";
import { decryptKeyFile, encryptKeyFile, type KeyFile, kemKeyOf, signingKeyOf } from "@amana/client/keys";
import { fetchProgramme, fetchRounds, holderIndex, LedgerView, Transport } from "@amana/client/trustee";
import { equal } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import type { HandlerCase, HandlerChannel, HandlerClient, HandlerInbox, HandlerServer } from "./client.ts";

/** `@amana/client/handler`, unless the page brings another. */
export const defaultHandlerClient: HandlerClient = {
  openKeyFile: decryptKeyFile,
  makeKeyFile: encryptKeyFile,
  server: (address) => new Server(new Transport(address)),
};

class Server implements HandlerServer {
  readonly #transport: Transport;
  #programme: Programme | null = null;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  claimed(): Promise<Programme> {
    return claimedProgramme(this.#transport);
  }

  async connect(pinned: string): Promise<Programme> {
    this.#programme = await fetchProgramme(this.#transport, pinned);
    return this.#programme;
  }

  async channels(file: KeyFile): Promise<readonly HandlerChannel[]> {
    const rounds = await fetchRounds(this.#transport);
    return rounds.filter(({ kind, name }) => kind === "reports" && file.rounds[name] !== undefined);
  }

  async open(round: string, file: KeyFile, opened: OpenedMessages, now: Date): Promise<HandlerInbox> {
    if (this.#programme === null) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
    const view = await LedgerView.fetch(this.#transport, this.#programme, now);
    const channel = await readChannel(this.#transport, view, round);
    const keys = { signing: signingKeyOf(file), kem: kemKeyOf(file, round) };
    return new OpenInbox(await Inbox.open({ transport: this.#transport, channel, keys, now, opened }), view);
  }
}

/** The inbox by the names that the page uses. */
class OpenInbox implements HandlerInbox {
  readonly #inbox: Inbox;
  readonly #view: LedgerView;

  constructor(inbox: Inbox, view: LedgerView) {
    this.#inbox = inbox;
    this.#view = view;
  }

  get handlers(): HandlerInbox["handlers"] {
    return this.#inbox.manifest.handlers;
  }
  get own(): number {
    return holderIndex(this.#inbox.manifest, this.#inbox.keys);
  }
  get today(): number {
    return this.#inbox.today;
  }
  get cases(): readonly Case[] {
    return this.#inbox.cases;
  }
  get waiting(): number {
    return this.#inbox.waiting + this.#inbox.waitingRecords;
  }
  get unreadable(): number {
    return this.#inbox.unreadable;
  }
  get refused(): number {
    return this.#inbox.refused;
  }
  get withheld(): number {
    return this.#inbox.withheld;
  }

  openMore(most: number): Promise<number> {
    return this.#inbox.openMore(most);
  }

  reply(to: HandlerCase, text: string, feedback: boolean): Promise<unknown> {
    return reply(this.#inbox, this.#real(to), text, feedback);
  }

  change(to: HandlerCase, what: Parameters<HandlerInbox["change"]>[1]): Promise<unknown> {
    return change(this.#inbox, this.#real(to), what);
  }

  attachment(of: HandlerCase, reference: Parameters<HandlerInbox["attachment"]>[1]): ReturnType<HandlerInbox["attachment"]> {
    const { transport, manifest, keys } = this.#inbox;
    return openAttachment(transport, manifest, keys, of.writer, reference);
  }

  export(which: HandlerCase): ReturnType<HandlerInbox["export"]> {
    return exportCase(this.#inbox, this.#real(which), this.#view);
  }

  /** The case as it is now. @throws ERR_CASE_UNKNOWN */
  #real({ writer }: HandlerCase): Case {
    const found = this.#inbox.cases.find((each) => equal(each.writer, writer));
    if (found === undefined) throw new AmanaError("ERR_CASE_UNKNOWN");
    return found;
  }
}
