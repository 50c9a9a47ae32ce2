import { programmeDigits, programmeId } from "@amana/core/programme";
import { HANDLER_CATALOGUES } from "../catalogue/handlers.ts";
import type { Catalogue, HandlerCatalogue } from "../catalogue/index.ts";
import { h } from "../ui/dom.ts";
import { AmanaElement, type Progress } from "../ui/element.ts";
import { nextPaint } from "../ui/page.ts";
import { busy } from "../ui/parts.ts";
import type { HandlerClient } from "./client.ts";
import { defaultHandlerClient } from "./default-client.ts";
import { Idle } from "./idle.ts";
import { saveFile } from "./save-file.ts";
import { caseScreen } from "./screens/case.ts";
import { channelScreen, keyScreen, trustScreen } from "./screens/key.ts";
import { type ListScreen, listScreen } from "./screens/list.ts";
import { HandlerSession } from "./session.ts";
import { handlerSheet } from "./styles.ts";

/**
 * `<amana-handler lang="fr">`: what those who handle reports work with. It belongs into a page of its own that its operator does not serve: the
 * file `handler.html` of this package. Whoever serves a page can read what is opened in it.
 */
export class AmanaHandler extends AmanaElement {
  /** Where everything comes from that is not a screen; set before the element is connected. */
  client: HandlerClient = defaultHandlerClient;
  /** Called once it is known to which server the page may speak. */
  confine: (server: string) => void = () => undefined;
  /** Minutes without a key or a pointer after which the page locks itself. */
  lockAfter = 10;
  /** Opens the page anew, once everything was let go of. `idle`: nobody used it. */
  restart: (idle: boolean) => void = () => location.reload();
  /** It was opened anew because nobody used it. */
  wasIdle = false;
  #session: HandlerSession | null = null;
  #list: ListScreen | null = null;
  #idle: Idle | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.shadowRoot !== null) this.shadowRoot.adoptedStyleSheets = [...this.shadowRoot.adoptedStyleSheets, handlerSheet()];
    this.#idle = new Idle(this.lockAfter, (left) => (left === 0 ? this.lock(true) : this.#warn(left)));
  }

  override disconnectedCallback(): void {
    this.#idle?.stop();
    super.disconnectedCallback();
  }

  /** Lets go of everything and opens the page anew, so that the browser drops what was in memory. */
  lock(idle = false): void {
    this.forget();
    this.shadowRoot?.replaceChildren();
    this.restart(idle);
  }

  protected start(): void {
    const settings = { now: () => new Date(), save: saveFile, confine: (server: string) => this.confine(server), paint: nextPaint };
    this.#session = new HandlerSession(this.client, settings, (what) => this.#changed(what));
  }

  #changed(what: "screen" | "opening"): void {
    const { catalogue } = this;
    if (this.#session === null || catalogue === null) return;
    const { handler } = HANDLER_CATALOGUES[catalogue.language];
    const { screen, done, isOpening, inbox, work } = this.#session;
    if (what === "screen") this.update();
    else if (screen === "list") this.#list?.renew();
    if (screen === "opening") this.announce(handler.opening);
    if (screen === "connecting") this.announce(handler.connecting);
    if (what === "opening" && !isOpening && inbox?.waiting === 0) this.announce(handler.openedAll);
    if (work === "replying") this.announce(handler.sending);
    if (work === "exporting") this.announce(handler.exporting);
    if (done === "replied") this.announce(handler.replySent);
    if (done === "changed") this.announce(handler.saved);
    if (done === "exported") this.announce(handler.exported);
  }

  /** Says a minute before that the page will lock; takes it back once somebody is there. */
  #warn(left: number | null): void {
    const { catalogue, shadowRoot } = this;
    shadowRoot?.querySelector(".soon-notice")?.remove();
    if (left === null || catalogue === null || (this.#session?.screen ?? "key") === "key") return;
    const text = HANDLER_CATALOGUES[catalogue.language].handler.locksSoon;
    shadowRoot?.querySelector(".screen")?.before(h("p", { class: "notice warning soon-notice", role: "alert" }, text));
  }

  protected get screenName(): string {
    const { screen = "language" } = this.#session ?? {};
    return screen;
  }

  protected get unsent(): boolean {
    return this.#session?.unsent ?? false;
  }

  protected get trial(): boolean {
    return this.#session?.programme?.trial ?? false;
  }

  protected get progress(): Progress | null {
    return null;
  }

  protected forget(): void {
    this.#session?.leave();
    this.#session = null;
    this.#list = null;
  }

  protected render({ language }: Catalogue): HTMLElement {
    const catalogue: HandlerCatalogue = HANDLER_CATALOGUES[language];
    const session = this.#session;
    if (session === null) return h("div");
    const lock = (): void => this.lock();
    switch (session.screen) {
      case "key":
        return keyScreen(catalogue, session, this.wasIdle ? this.lockAfter : null);
      case "opening":
        return busy(catalogue.handler.opening);
      case "trust":
        return trustScreen(catalogue, session, session.programme === null ? "" : programmeDigits(programmeId(session.programme)), lock);
      case "channel":
        return channelScreen(catalogue, session, lock);
      case "list":
        this.#list = listScreen(catalogue, session, lock);
        return this.#list.node;
      case "case":
        return caseScreen(catalogue, session, lock);
      default:
        return busy(catalogue.handler.connecting);
    }
  }
}
