import type { Item } from "@amana/core/questionnaire";
import { audienceColour, type Html, html, shareBar } from "../charts/index.ts";
import { type ItemResult, isExact, isSuppressed, leavesOutSmall, type OptionFigures, type Share, type Shown } from "../document/index.ts";
import { baseLine } from "./base-line.ts";
import { audienceName, type Context, type Side } from "./context.ts";
import { chartCell, figure, headCell, hiddenWord, numberCell, row, table } from "./table.ts";

/**
 * One item with options: a bar and a figure for each, and what they rest on. `sorted` puts the largest first and hidden
 * ones last. `undefined` for an item of another kind.
 */
export function optionsBlock(
  context: Context,
  side: Side,
  item: Item | undefined,
  result: ItemResult | undefined,
  sorted: boolean,
): Html | undefined {
  const { texts } = context;
  if (item === undefined || !("options" in item) || result === undefined || result.kind === "likert" || result.kind === "text")
    return undefined;
  const caption = html`<span class="line">${audienceName(context, side)}</span>${texts.localized(item.text)}`;
  if (isSuppressed(result)) {
    return html`<div class="block"><p class="caption">${caption}</p><p>${hiddenWord(texts, result, side.audience.minimumGroup)}</p></div>
`;
  }
  const notes = [
    ...(result.kind === "multiple" ? [texts.say("severalChoices")] : []),
    ...(leavesOutSmall(result) ? [texts.say("smallLeftOut")] : []),
  ];
  return html`<div class="block">${optionsTable(context, side, caption, item.options, result, sorted)}<p class="base">${baseLine(texts, result.base)}</p>${notes.map((note) => html`<p class="base">${note}</p>`)}</div>
`;
}

type Options = Extract<Item, { readonly options: unknown }>["options"];

function optionsTable(context: Context, side: Side, caption: Html, options: Options, figures: OptionFigures, sorted: boolean): Html {
  const { texts } = context;
  const shares = sorted ? [...figures.options].sort((a, b) => rank(b.share) - rank(a.share)) : figures.options;
  const rows = shares.map(({ id, share }) => {
    const option = options.find((candidate) => candidate.id === id);
    if (option === undefined) throw new TypeError("the results name an option that the questionnaire does not have");
    const title = `${texts.pick(option.text)}: ${texts.shareText(share)}`;
    return row([
      headCell(texts.localized(option.text)),
      chartCell(shareBar(share, audienceColour(side.place), title, texts.rtl)),
      numberCell(texts.plain("share"), figure(texts, share, side.audience.minimumGroup)),
    ]);
  });
  const columns = [
    { label: texts.say("answer"), kind: "text" },
    { label: texts.say("chart"), kind: "chart" },
    { label: texts.say("share"), kind: "number" },
  ] as const;
  return table(caption, columns, rows, "options");
}

function rank(share: Shown<Share>): number {
  if (isExact(share)) return share.value;
  if ("atLeast" in share) return share.atLeast;
  return "atMost" in share ? 0 : -1;
}
