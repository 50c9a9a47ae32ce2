import { type Html, html } from "../charts/index.ts";
import type { Context } from "./context.ts";

/** How the figures were made, what they cannot say, and how to check them. */
export function method({ texts, results, options, sides }: Context): Html {
  const minimum = Math.max(0, ...sides.map(({ audience }) => audience.minimumGroup));
  const list = (items: readonly Html[]): Html => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  return html`<section id="method">
<h2>${texts.say("method")}</h2>
<h3>${texts.say("howCounted")}</h3>
${list([
  texts.say("methodShares"),
  texts.say("methodIndex"),
  texts.say("methodIntervals"),
  texts.say("methodRounding"),
  texts.say("methodHidden", { minimum }),
])}
<h3>${texts.say("limits")}</h3>
${list([texts.say("limitNonResponse"), texts.say("limitPerception"), texts.say("limitRoster")])}
<h3>${texts.say("check")}</h3>
<p>${texts.say("checkNote")}</p>
<dl>
<dt>${texts.say("figuresDigest")}</dt><dd><code dir="ltr">${options.digest}</code></dd>
<dt>${texts.say("planHash")}</dt><dd><code dir="ltr">${results.plan}</code></dd>
</dl>
${options.csv === undefined ? undefined : html`<p><a href="${options.csv}">${texts.say("data")}</a></p>`}
</section>
`;
}
