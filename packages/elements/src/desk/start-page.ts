import { LANGUAGES, type Language, languageOf } from "../catalogue/index.ts";
import type { DeskElement } from "./desk-element.ts";
import type { DeskServer, DeskSession } from "./session.ts";

/** In the address of a page that locked itself. */
const IDLE = "#locked";

/** Puts a desk into the file that was opened from a disk. `siteOf`: the page's title in a language. */
export function startPage(element: DeskElement<DeskSession<string, DeskServer>>, siteOf: (language: Language) => string): void {
  const root = document.documentElement;
  const preferred: Language = navigator.languages.map(languageOf).find((language) => language !== null) ?? (LANGUAGES[1] as Language);
  element.wasIdle = location.hash === IDLE;
  element.restart = (idle) => {
    history.replaceState(null, "", idle ? IDLE : "#");
    location.reload();
  };
  // A second policy can only take away: from here on nothing but this server is asked, whatever runs in the page.
  element.confine = (server) => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = `connect-src ${server}`;
    document.head.append(policy);
  };
  element.addEventListener("amana-language", (event) => {
    const { language, direction } = (event as CustomEvent<{ language: Language; direction: string }>).detail;
    root.lang = language;
    root.dir = direction;
    document.title = siteOf(language);
    for (const title of document.querySelectorAll("h1")) title.textContent = siteOf(language);
  });
  element.setAttribute("lang", preferred);
  document.querySelector("main")?.append(element);
}
