import { type Html, html } from "../charts/index.ts";
import type { Base } from "../document/index.ts";
import type { Texts } from "./texts.ts";

/** `n = 205 of 220 asked · don't know: 10 · prefer not to say: 5 · left open: 0–2`: what a share rests on, in full. */
export function baseLine(texts: Texts, base: Base): Html {
  const parts = [
    html`${texts.say("base", { n: base.n })} ${texts.say("ofAsked", { asked: base.asked })}`,
    texts.say("dontKnow", { n: texts.people(base.dontKnow) }),
    texts.say("preferNot", { n: texts.people(base.preferNot) }),
    texts.say("unanswered", { n: texts.people(base.unanswered) }),
  ];
  return html`${parts.map((part, i) => html`${i > 0 ? " · " : ""}<span class="part">${part}</span>`)}`;
}
