import { dotAxis, dotPlot, type Html, html } from "../charts/index.ts";
import { type Gap, type GapSide, isSuppressed, type LikertFigures, type Suppressed } from "../document/index.ts";
import { gapInterval } from "../tabulate/index.ts";
import { audienceName, audienceShort, type Context, legend, type Side } from "./context.ts";
import { chartCell, figure, headCell, numberCell, row, type TableKind, table, wordCells } from "./table.ts";
import { range } from "./texts.ts";

/** How many gaps open the story; the others follow in a second table. */
const LARGEST = 5;

/** The largest gaps first: where the two sides describe the same thing differently is what they have to talk about. */
export function gaps(context: Context): Html {
  const { texts, results } = context;
  const shown = results.gaps
    .filter((gap): gap is ShownGap => !isSuppressed(gap))
    .sort((a, b) => b.points - a.points || (a.mirror < b.mirror ? -1 : 1));
  const rest = [...shown.slice(LARGEST), ...results.gaps.filter(isSuppressed)];
  const intro = html`<p class="intro">${texts.say(shown.length === 0 ? "gapsNone" : "gapsIntro")}</p>`;
  return html`<section id="gaps">
<h2>${texts.say("gaps")}</h2>
${intro}
${shown.length === 0 ? undefined : html`${legend(context)}${gapTable(context, texts.say("gaps"), shown.slice(0, LARGEST), "quiet")}`}
${rest.length === 0 ? undefined : gapTable(context, texts.say(shown.length === 0 ? "gaps" : "gapsMore"), rest, shown.length === 0 ? "quiet" : "figures")}</section>
`;
}

type ShownGap = Exclude<Gap, Suppressed>;

/** One end of a gap with what is known of it. */
interface End {
  readonly side: Side;
  readonly wording: Html | undefined;
  readonly figures: LikertFigures | undefined;
}

function gapTable(context: Context, caption: Html, rows: readonly Gap[], kind: TableKind): Html {
  const { texts } = context;
  const columns = [
    { label: texts.say("question"), kind: "text" },
    { label: dotAxis("0–100", texts.rtl), kind: "chart" },
    { label: texts.say("favourable"), kind: "number" },
    { label: texts.say("difference"), kind: "number" },
  ] as const;
  return table(
    caption,
    columns,
    rows.map((gap) => gapRow(context, gap)),
    kind,
  );
}

function gapRow(context: Context, gap: Gap): Html {
  const { texts } = context;
  const [a, b] = [endOf(context, gap.sides[0]), endOf(context, gap.sides[1])];
  const question = headCell(wordings(context, a, b));
  if (isSuppressed(gap) || a.figures === undefined || b.figures === undefined) {
    return row([question, wordCells(texts, texts.plain("gapHidden"), 3)]);
  }
  const [first, second] = [a.figures, b.figures];
  const ends = [
    { side: a.side, figures: first },
    { side: b.side, figures: second },
  ];
  const title = ends.map(({ side, figures }) => `${texts.pick(side.audience.title)}: ${texts.shareText(figures.favourable)}`).join("; ");
  const dots = ends.map(({ side, figures }) => ({ place: side.place, share: figures.favourable }));
  const values = ends.map(
    ({ side, figures }) =>
      html`<span class="line">${audienceShort(context, side)} ${figure(texts, figures.favourable, side.audience.minimumGroup)} <span class="base">${texts.say("base", { n: figures.base.n })}</span></span>`,
  );
  // The interval is told from the side that is higher, like the difference itself.
  const limits = gap.higher === b.side.audience.id ? gapInterval(second, first) : gapInterval(first, second);
  const higher = context.sides.find(({ audience }) => audience.id === gap.higher);
  const difference = html`<span class="value">${texts.say("points", { points: gap.points })}</span> ${range(limits)}
<span class="line note">${higher === undefined ? texts.say("even") : texts.say("higherIn", { audience: texts.pick(higher.audience.title) })}</span>`;
  return row([
    question,
    chartCell(dotPlot(dots, title, texts.rtl)),
    numberCell(texts.plain("favourable"), html`<span class="values">${values}</span>`),
    numberCell(texts.plain("difference"), html`<span class="values">${difference}</span>`),
  ]);
}

/** @throws TypeError if the results name an audience or item that the texts do not have */
function endOf(context: Context, { audience, item }: GapSide): End {
  const side = context.sides.find((candidate) => candidate.audience.id === audience);
  const text = side?.items.get(item)?.text;
  if (side === undefined || text === undefined) throw new TypeError("a gap names an unknown audience or item");
  const result = side.results.get(item);
  const figures = result?.kind === "likert" && !isSuppressed(result) ? result : undefined;
  return { side, wording: context.texts.localized(text), figures };
}

/** Both wordings with whose they are; once, if they are the same. */
function wordings(context: Context, a: End, b: End): Html {
  if (String(a.wording) === String(b.wording)) return html`${a.wording}`;
  return html`${[a, b].map(({ side, wording }) => html`<span class="line">${audienceName(context, side)} ${wording}</span>`)}`;
}
