import "@amana/elements/ui";
import { listRounds, type RoundSummary } from "@amana/client";
import { AmanaError } from "@amana/core/errors";
import { CATALOGUES, LANGUAGES, type Language, languageOf, sentenceFor } from "@amana/elements";
import workerUrl from "@amana/elements/work?worker&url";
import { readableAccent } from "./colour.ts";
import { routeOf } from "./route.ts";
import { baseOf, brand, programme } from "./settings.ts";
import { localized, startPage, text } from "./start.ts";
import { TEXTS } from "./texts.ts";

const scriptUrl = import.meta.url;
const base = import.meta.env.DEV ? new URL("/", location.href).href : baseOf(scriptUrl);
const { round: wanted, link } = routeOf(location.href, base);
// The invitation leaves the address bar and the history before anything else happens.
if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);

/** A shared device opens `<round>?kiosk`: the form is cleared for the next person, and the address stays. */
const KIOSK = "?kiosk";
const kiosk = location.search === KIOSK;

const look = brand(base);
const root = document.documentElement;
const accent = look.accent === null ? null : readableAccent(look.accent);
if (accent !== null) root.style.setProperty("--amana-accent", accent);

const preferred: Language = navigator.languages.map(languageOf).find((language) => language !== null) ?? "fr";
let language: Language = preferred;

const header = document.createElement("header");
const main = document.createElement("main");
const footer = document.createElement("footer");
document.querySelector("#page")?.append(header, main, footer);

/** Institution and language of the page around the elements. */
function frame(withLanguages: boolean): void {
  root.lang = language;
  root.dir = CATALOGUES[language].direction;
  const name = localized(look.name, language) || TEXTS[language].site;
  document.title = name;
  const title = text("h1", name, "brand");
  header.replaceChildren();
  if (look.logo !== null) {
    const logo = document.createElement("img");
    Object.assign(logo, { src: look.logo, alt: "", className: "logo" });
    header.append(logo);
  }
  header.append(title);
  if (withLanguages) header.append(languages());
  footer.replaceChildren(text("p", CATALOGUES[language].common.nothingStored), text("p", TEXTS[language].about));
}

function languages(): HTMLElement {
  const select = document.createElement("select");
  select.setAttribute("aria-label", CATALOGUES[language].common.language);
  for (const each of LANGUAGES) {
    const option = text("option", CATALOGUES[each].name);
    option.value = each;
    option.lang = each;
    option.selected = each === language;
    select.append(option);
  }
  select.addEventListener("change", () => {
    language = languageOf(select.value) ?? language;
    void start();
  });
  return select;
}

/** What this kind of round needs is loaded here, once it is known: by its requests to the round the server sees the same of everybody anyway. */
const part = <T>(loading: Promise<T>): Promise<T> =>
  loading.catch(() => {
    throw new AmanaError("ERR_NETWORK");
  });

async function openSurvey(round: string, invitation: string, chosen: boolean): Promise<void> {
  const { AmanaSurvey, defineSurvey } = await part(import("@amana/elements/survey"));
  defineSurvey();
  const element = new AmanaSurvey();
  element.link = invitation;
  show(element, round, chosen);
}

async function openReports(round: string, chosen: boolean): Promise<void> {
  const { AmanaReport, defineReport } = await part(import("@amana/elements/report"));
  defineReport();
  const element = new AmanaReport();
  element.setAttribute("base", base);
  element.setAttribute("round", round);
  element.setAttribute("worker", workerUrl);
  element.toggleAttribute("kiosk", kiosk);
  show(element, round, chosen);
}

function show(element: HTMLElement, round: string, chosen: boolean): void {
  element.setAttribute("programme", programme());
  if (chosen) element.setAttribute("lang", language);
  element.addEventListener("amana-language", (event) => {
    language = languageOf((event as CustomEvent<{ language: string }>).detail.language) ?? language;
    frame(false);
  });
  element.addEventListener("amana-leave", () => document.body.replaceChildren());
  history.replaceState(null, "", base + round + (kiosk ? KIOSK : ""));
  frame(false);
  main.replaceChildren(element);
}

let rounds: readonly RoundSummary[] | null = null;

/** The start page, or the round that the address names: its kind is the server's hint, checked by the element. */
async function start(): Promise<void> {
  frame(wanted === null);
  if (rounds === null) main.replaceChildren(text("p", TEXTS[language].loading, "loading"));
  try {
    rounds ??= await listRounds(base, {});
  } catch (error) {
    problem(error);
    return;
  }
  if (wanted !== null) {
    const kind = rounds.find(({ name }) => name === wanted)?.kind;
    await (kind === "reports" ? openReports(wanted, false) : openSurvey(wanted, link, false)).catch(problem);
    return;
  }
  const ways = {
    base,
    openSurvey: (round: string, to: string) => void openSurvey(round, to, true).catch(problem),
    openReports: (round: string) => void openReports(round, true).catch(problem),
  };
  main.replaceChildren(startPage(language, rounds, ways));
}

function problem(error: unknown): void {
  const message = text("p", sentenceFor(CATALOGUES[language], error), "error");
  message.setAttribute("role", "alert");
  const again = text("button", TEXTS[language].tryAgain, "primary");
  again.addEventListener("click", () => void start());
  const page = document.createElement("div");
  page.className = "start";
  page.append(message, again);
  main.replaceChildren(page);
}

void start();
