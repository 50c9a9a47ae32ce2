import { isExposed } from "@amana/client/keys";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { DESK_CATALOGUES } from "../catalogue/desks.ts";
import type { Catalogue, DeskCatalogue } from "../catalogue/index.ts";
import { type Child, h } from "../ui/dom.ts";
import { AmanaElement, type Progress } from "../ui/element.ts";
import { busy, notice } from "../ui/parts.ts";
import { Idle } from "./idle.ts";
import type { DeskServer, DeskSession } from "./session.ts";
import { deskSheet } from "./styles.ts";
import { trustScreen } from "./trust-screen.ts";

/**
 * What `<amana-handler>` and `<amana-trustee>` share: a key file that is opened in the page, digits, the lock, and what they say while they wait. Each belongs
 * into a page of its own that its operator does not serve: whoever serves a page can read what is opened in it.
 */
export abstract class DeskElement<Session extends DeskSession<string, DeskServer>> extends AmanaElement {
  /** Called once it is known to which server the page may speak. */
  confine: (server: string) => void = () => undefined;
  /** Minutes without a key or a pointer after which the page locks itself. */
  lockAfter = 10;
  /** Opens the page anew, once everything was let go of. `idle`: nobody used it. */
  restart: (idle: boolean) => void = () => location.reload();
  /** It was opened anew because nobody used it. */
  wasIdle = false;
  protected session: Session | null = null;
  #idle: Idle | null = null;

  /** What the desk itself shows; null where the screen is one of those that all have. */
  protected abstract desk(catalogue: Catalogue, session: Session): HTMLElement | null;
  protected abstract readonly sheet: CSSStyleSheet | null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.shadowRoot !== null) {
      const own = this.sheet === null ? [] : [this.sheet];
      this.shadowRoot.adoptedStyleSheets = [...this.shadowRoot.adoptedStyleSheets, deskSheet(), ...own];
    }
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

  /** Something goes on that takes its time: the page is in use. */
  protected stayOpen(): void {
    this.#idle?.sign();
  }

  /** Says a minute before that the page will lock; takes it back once somebody is there. */
  #warn(left: number | null): void {
    const { catalogue, shadowRoot } = this;
    shadowRoot?.querySelector(".soon-notice")?.remove();
    if (left === null || catalogue === null || (this.session?.screen ?? "key") === "key") return;
    const text = DESK_CATALOGUES[catalogue.language].desk.locksSoon;
    shadowRoot?.querySelector(".screen")?.before(h("p", { class: "notice warning soon-notice", role: "alert" }, text));
  }

  protected get screenName(): string {
    return this.session?.screen ?? "language";
  }

  protected get unsent(): boolean {
    return this.session?.unsent ?? false;
  }

  protected get trial(): boolean {
    return this.session?.programme?.trial ?? false;
  }

  protected get progress(): Progress | null {
    return null;
  }

  protected forget(): void {
    this.session?.leave();
    this.session = null;
  }

  protected render(catalogue: Catalogue): HTMLElement {
    const { session } = this;
    if (session === null) return h("div");
    const words: DeskCatalogue = DESK_CATALOGUES[catalogue.language];
    return h("div", {}, exposedNotice(words, session.address), this.desk(catalogue, session) ?? this.#shared(words, session));
  }

  #shared(catalogue: DeskCatalogue, session: Session): HTMLElement {
    const { desk } = catalogue;
    if (session.screen === "opening") return busy(desk.opening);
    if (session.screen !== "trust" || session.programme === null) return busy(desk.connecting);
    return trustScreen(catalogue, session, programmeDigits(programmeId(session.programme)), () => this.lock());
  }
}

/** Told on every screen: a key holder's words and signatures are not read on the way, but who asks for what is. */
export function exposedNotice({ desk }: DeskCatalogue, address: string): Child {
  return address === "" || !isExposed(address) ? null : notice(null, desk.exposed, "warning");
}
