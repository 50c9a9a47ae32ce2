import { HANDLER_CATALOGUES } from "../catalogue/handlers.ts";
import type { Catalogue } from "../catalogue/index.ts";
import { DeskElement } from "../desk/desk-element.ts";
import { keyScreen } from "../desk/key-screen.ts";
import { saveFile } from "../desk/save-file.ts";
import { nextPaint } from "../ui/page.ts";
import type { HandlerClient } from "./client.ts";
import { defaultHandlerClient } from "./default-client.ts";
import { caseScreen } from "./screens/case.ts";
import { channelScreen } from "./screens/channel.ts";
import { type ListScreen, listScreen } from "./screens/list.ts";
import { handlerSentence } from "./sentences.ts";
import { HandlerSession } from "./session.ts";
import { handlerSheet } from "./styles.ts";

/**
 * `<amana-handler lang="fr">`: what those who handle reports work with. It belongs into a page of its own that its operator does not serve: the
 * file `handler.html` of this package.
 */
export class AmanaHandler extends DeskElement<HandlerSession> {
  /** Where everything comes from that is not a screen; set before the element is connected. */
  client: HandlerClient = defaultHandlerClient;
  #list: ListScreen | null = null;

  protected get sheet(): CSSStyleSheet {
    return handlerSheet();
  }

  protected start(): void {
    const settings = { now: () => new Date(), save: saveFile, confine: (server: string) => this.confine(server), paint: nextPaint };
    this.session = new HandlerSession(this.client, settings, (what) => this.#changed(what));
  }

  #changed(what: "screen" | "progress"): void {
    const { catalogue } = this;
    if (this.session === null || catalogue === null) return;
    const { desk, handler } = HANDLER_CATALOGUES[catalogue.language];
    const { screen, done, isOpening, inbox, work } = this.session;
    if (what === "screen") this.update();
    else if (screen === "list") this.#list?.renew();
    if (screen === "opening") this.announce(desk.opening);
    if (screen === "connecting") this.announce(desk.connecting);
    if (what === "progress" && !isOpening && inbox?.waiting === 0) this.announce(handler.openedAll);
    if (work === "replying") this.announce(handler.sending);
    if (work === "exporting") this.announce(handler.exporting);
    if (done === "replied") this.announce(handler.replySent);
    if (done === "changed") this.announce(handler.saved);
    if (done === "exported") this.announce(handler.exported);
  }

  protected override forget(): void {
    super.forget();
    this.#list = null;
  }

  protected desk({ language }: Catalogue, session: HandlerSession): HTMLElement | null {
    const catalogue = HANDLER_CATALOGUES[language];
    const lock = (): void => this.lock();
    switch (session.screen) {
      case "key":
        return keyScreen(catalogue, session, {
          text: catalogue.handler.keyText,
          problem: session.error === null ? null : handlerSentence(catalogue, session.error),
          locked: this.wasIdle ? this.lockAfter : null,
        });
      case "channel":
        return channelScreen(catalogue, session, lock);
      case "list":
        this.#list = listScreen(catalogue, session, lock);
        return this.#list.node;
      case "case":
        return caseScreen(catalogue, session, lock);
      default:
        return null;
    }
  }
}
