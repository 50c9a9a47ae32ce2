import { CATALOGUES, type Catalogue, fill, LANGUAGES, type Language, languageOf } from "../catalogue/index.ts";
import { h, replace } from "./dom.ts";
import { styleSheet } from "./styles/index.ts";

/** On a server there is no DOM: importing this package there must not fail, only using it. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/** How long after the first Escape the second counts. Milliseconds. */
const ESCAPE_SPAN = 1500;

export interface Progress {
  readonly step: number;
  readonly steps: number;
}

/**
 * What `<amana-survey>` and `<amana-report>` share: an open shadow root with a bar (progress, language, "leave now"), the screen
 * and a live region; the choice of language; leaving; the warning before unsent work is lost. Stores nothing on the device.
 */
export abstract class AmanaElement extends Base {
  static readonly observedAttributes: readonly string[] = ["lang"];
  /** Replaces the page when the person leaves. A host that shows the element in a page of its own may set another. */
  leaveTo = "about:blank";
  protected catalogue: Catalogue | null = null;
  #shown = "";
  #escape = 0;
  #screen: HTMLElement | null = null;
  readonly #onKey = (event: KeyboardEvent): void => this.#key(event);
  readonly #onUnload = (event: BeforeUnloadEvent): void => {
    if (this.unsent) event.preventDefault();
  };

  /** Whether leaving would lose something. */
  protected abstract readonly unsent: boolean;
  /** The name of the screen on show: a new one gets the focus on its heading. */
  protected abstract readonly screenName: string;
  protected abstract readonly progress: Progress | null;
  protected abstract readonly trial: boolean;
  /** Begins, once the language is known. */
  protected abstract start(): void;
  protected abstract render(catalogue: Catalogue): HTMLElement;
  /** Drops everything held in memory. */
  protected abstract forget(): void;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styleSheet()];
    document.addEventListener("keydown", this.#onKey);
    window.addEventListener("beforeunload", this.#onUnload);
    const language = languageOf(this.getAttribute("lang"));
    if (language !== null) this.chooseLanguage(language);
    else this.update();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onKey);
    window.removeEventListener("beforeunload", this.#onUnload);
    this.forget();
  }

  attributeChangedCallback(_name: string, _before: string | null, value: string | null): void {
    const language = languageOf(value);
    if (this.isConnected && language !== null && language !== this.catalogue?.language) this.chooseLanguage(language);
  }

  /** Switches the language of everything on show; tells the page with an `amana-language` event. Nothing typed is lost. */
  chooseLanguage(language: Language): void {
    const first = this.catalogue === null;
    this.catalogue = CATALOGUES[language];
    this.setAttribute("lang", language);
    this.setAttribute("dir", this.catalogue.direction);
    this.dispatchEvent(new CustomEvent("amana-language", { detail: { language, direction: this.catalogue.direction }, bubbles: true }));
    if (first) this.start();
    this.#shown = first ? this.#shown : this.screenName;
    this.update();
  }

  /** Clears the page at once and goes to a blank one, in place of this one in the history. */
  leave(): void {
    this.forget();
    this.shadowRoot?.replaceChildren();
    this.dispatchEvent(new CustomEvent("amana-leave", { bubbles: true }));
    location.replace(this.leaveTo);
  }

  /** Clears everything and shows the first screen, for the next person at the same device. */
  protected beginAnew(): void {
    this.forget();
    this.catalogue = null;
    this.#shown = "";
    this.#screen = null;
    this.removeAttribute("lang");
    this.removeAttribute("dir");
    this.shadowRoot?.replaceChildren();
    this.dispatchEvent(new CustomEvent("amana-next", { bubbles: true }));
    this.update();
    this.scrollIntoView({ block: "start" });
  }

  /** Reads a sentence out. */
  protected announce(text: string): void {
    const live = this.shadowRoot?.querySelector("[data-live]");
    if (live !== null && live !== undefined && live.textContent !== text) live.textContent = text;
  }

  /** Draws the screen again. A new screen starts at its top with the focus on its heading; the same one keeps the focus. */
  protected update(): void {
    const root = this.shadowRoot;
    if (root === null || !this.isConnected) return;
    const isNew = this.screenName !== this.#shown;
    const first = this.#shown === "";
    this.#shown = this.screenName;
    const { catalogue } = this;
    const focused = root.activeElement?.getAttribute("data-key") ?? null;
    const hadFocus = root.activeElement !== null;
    const body = catalogue === null ? this.#languages() : this.render(catalogue);
    if (this.#screen === null) {
      this.#screen = h("div", { class: "screen" });
      root.replaceChildren(
        h("div", { class: "frame" }, h("div", { class: "bar-slot" }), this.#screen),
        h("p", { class: "visually-hidden", role: "status", "data-live": true }),
      );
    }
    this.#bar(catalogue);
    replace(this.#screen, this.trial && catalogue !== null ? h("p", { class: "trial" }, catalogue.common.trial) : null, body);
    if (isNew && !first) this.#focusHeading();
    else if (!isNew && hadFocus) this.#keepFocus(root, focused);
  }

  /** After drawing the same screen again: the same control, or the heading where it is gone. */
  #keepFocus(root: ShadowRoot, key: string | null): void {
    const same = [...root.querySelectorAll<HTMLElement>("[data-key]")].find((element) => element.getAttribute("data-key") === key);
    (same ?? root.querySelector<HTMLElement>("[data-focus]"))?.focus({ preventScroll: true });
  }

  #focusHeading(): void {
    const target = this.shadowRoot?.querySelector<HTMLElement>("[data-focus]");
    if (this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: "start" });
    target?.focus({ preventScroll: true });
  }

  #bar(catalogue: Catalogue | null): void {
    const slot = this.shadowRoot?.querySelector(".bar-slot");
    if (slot === null || slot === undefined) return;
    const { common } = catalogue ?? CATALOGUES[languageOf(document.documentElement.lang) ?? "en"];
    const { progress } = this;
    const leave = h(
      "button",
      { type: "button", class: "leave", "data-key": "leave", title: common.leaveHint, onclick: () => this.leave() },
      common.leave,
    );
    const steps =
      progress === null ? null : h("p", { class: "step-text" }, fill(common.step, { step: progress.step, steps: progress.steps }));
    const part = (index: number): HTMLElement => h("span", { class: index < (progress?.step ?? 0) ? "part done" : "part" });
    replace(
      slot,
      h(
        "div",
        { class: "bar" },
        h("div", { class: "bar-start" }, steps),
        catalogue === null ? null : this.#languageSelect(catalogue),
        leave,
      ),
      h("div", { class: "parts", "aria-hidden": "true" }, ...Array.from({ length: progress?.steps ?? 0 }, (_, index) => part(index))),
    );
  }

  #languageSelect(catalogue: Catalogue): HTMLElement {
    const select = h(
      "select",
      { "aria-label": catalogue.common.language, "data-key": "language", onchange: () => this.chooseLanguage(select.value as Language) },
      ...LANGUAGES.map((language) =>
        h("option", { value: language, lang: language, selected: language === catalogue.language }, CATALOGUES[language].name),
      ),
    );
    return select;
  }

  /** The first screen when the page says no language: three buttons, each in its own. */
  #languages(): HTMLElement {
    return h(
      "div",
      { class: "languages" },
      h(
        "h2",
        { tabindex: "-1", "data-focus": true },
        ...LANGUAGES.map((language) =>
          h("span", { lang: language, dir: CATALOGUES[language].direction }, CATALOGUES[language].common.languageTitle),
        ),
      ),
      ...LANGUAGES.map((language) =>
        h(
          "button",
          {
            type: "button",
            class: "button language",
            lang: language,
            dir: CATALOGUES[language].direction,
            onclick: () => this.chooseLanguage(language),
          },
          CATALOGUES[language].name,
        ),
      ),
    );
  }

  /** Escape twice leaves. Once does nothing, so that closing a native menu does not. */
  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    const now = performance.now();
    if (now - this.#escape < ESCAPE_SPAN) this.leave();
    this.#escape = now;
  }
}
