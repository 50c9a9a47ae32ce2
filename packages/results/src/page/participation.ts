import { audienceColour, type Html, html, shareBar } from "../charts/index.ts";
import { isSuppressed, TRUST_ITEM } from "../document/index.ts";
import { audienceName, type Context, type Side } from "./context.ts";
import { figure, hiddenWord } from "./table.ts";

/** Who took part, and how far they trusted the survey itself: read before any other figure, since it qualifies them all. */
export function participation(context: Context): Html {
  const { texts, sides } = context;
  return html`<section id="participation">
<h2>${texts.say("participation")}</h2>
<div class="cards">
${sides.map((side) => card(context, side))}</div>
</section>
`;
}

function card(context: Context, side: Side): Html {
  const { texts } = context;
  const { counted, invited, minimumGroup } = side.audience;
  const numbers = isSuppressed(counted)
    ? html`<p>${hiddenWord(texts, counted, minimumGroup)}</p><p>${texts.say("invitedOnly", { invited })}</p>`
    : html`<p class="big"><b>${counted.n}</b> ${texts.say("counted")}</p><p>${texts.say("ofInvited", { invited })}</p>`;
  return html`<article class="card">
<h3>${audienceName(context, side)}</h3>
${numbers}
${trust(context, side)}</article>
`;
}

function trust({ texts }: Context, side: Side): Html | undefined {
  const item = side.items.get(TRUST_ITEM);
  const result = side.results.get(TRUST_ITEM);
  if (item === undefined || result?.kind !== "likert") return undefined;
  const heading = html`<p class="trust"><b>${texts.say("trustLead")}</b><br>${texts.localized(item.text)}</p>`;
  const { minimumGroup } = side.audience;
  if (isSuppressed(result)) return html`${heading}<p>${hiddenWord(texts, result, minimumGroup)}</p>`;
  const title = `${texts.plain("favourable")}: ${texts.shareText(result.favourable)}`;
  return html`${heading}${shareBar(result.favourable, audienceColour(side.place), title, texts.rtl)}
<p>${texts.say("favourable")} ${figure(texts, result.favourable, minimumGroup)} <span class="base">${texts.say("base", { n: result.base.n })}</span></p>
`;
}
