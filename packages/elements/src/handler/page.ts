/** The script of `handler.html` (.ci/handler.mjs puts both together): one file, opened from a disk. */

import { HANDLER_CATALOGUES } from "../catalogue/handlers.ts";
import { LANGUAGES, type Language, languageOf } from "../catalogue/index.ts";
import { defineHandler } from "./define.ts";
import { AmanaHandler } from "./handler-element.ts";

/** In the address of a page that locked itself. */
const IDLE = "#locked";

const root = document.documentElement;
const preferred: Language = navigator.languages.map(languageOf).find((language) => language !== null) ?? (LANGUAGES[1] as Language);

defineHandler();
const element = new AmanaHandler();
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
  const { site } = HANDLER_CATALOGUES[language].handler;
  document.title = site;
  for (const title of document.querySelectorAll("h1")) title.textContent = site;
});
element.setAttribute("lang", preferred);
document.querySelector("main")?.append(element);
