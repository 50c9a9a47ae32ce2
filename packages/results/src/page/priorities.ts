import { type Html, html } from "../charts/index.ts";
import { PRIORITIES_ITEM } from "../document/index.ts";
import type { Context } from "./context.ts";
import { optionsBlock } from "./options-block.ts";

/** What each side wants improved first, side by side; nothing at all if nobody was asked. */
export function priorities(context: Context): Html | undefined {
  const { texts, sides } = context;
  const blocks = sides.flatMap((side) => {
    const block = optionsBlock(context, side, side.items.get(PRIORITIES_ITEM), side.results.get(PRIORITIES_ITEM), true);
    return block === undefined ? [] : [block];
  });
  if (blocks.length === 0) return undefined;
  return html`<section id="priorities">
<h2>${texts.say("priorities")}</h2>
<p class="intro">${texts.say("prioritiesIntro")}</p>
<div class="pair">
${blocks}</div>
</section>
`;
}
