import type { LikertItem } from "@amana/core/questionnaire";
import { divergingBar, type Html, html } from "../charts/index.ts";
import { isSuppressed, type LikertResult, PRIORITIES_ITEM } from "../document/index.ts";
import { baseLine } from "./base-line.ts";
import { audienceName, type Context, factorsOf, type Side } from "./context.ts";
import { optionsBlock } from "./options-block.ts";
import { chartCell, figure, headCell, hiddenCells, numberCell, row, table } from "./table.ts";

/** A statement of one audience with what is published of it. */
interface Statement {
  readonly side: Side;
  readonly item: LikertItem;
  readonly result: LikertResult;
}

/** Every question with every figure that may be shown: the reference part of the page. */
export function questions(context: Context): Html {
  const { texts } = context;
  const statements = context.sides.flatMap(statementsOf);
  const known = factorsOf(context);
  const byFactor = [...known].map(([id, title]) => ({ title, rows: paired(statements.filter(({ item }) => item.factor === id)) }));
  const others = statements.filter(({ item }) => item.factor === null || !known.has(item.factor));
  return html`<section id="questions">
<h2>${texts.say("questions")}</h2>
<p class="intro">${texts.say("questionsIntro")}</p>
${byFactor.filter(({ rows }) => rows.length > 0).map(({ title, rows }) => statementTable(context, texts.localized(title), rows))}
<h3>${texts.say("otherQuestions")}</h3>
${others.length === 0 ? undefined : statementTable(context, texts.say("otherQuestions"), paired(others))}
${context.sides.map((side) => closedQuestions(context, side))}
<p>${texts.say("comments")}</p>
</section>
`;
}

function statementsOf(side: Side): readonly Statement[] {
  return side.audience.items.flatMap((result) => {
    const item = side.items.get(result.id);
    return result.kind === "likert" && item?.kind === "likert" ? [{ side, item, result }] : [];
  });
}

/** Brings mirrored statements together, each pair at the place of its first. */
function paired(statements: readonly Statement[]): readonly Statement[] {
  const firstOf = (statement: Statement): number => {
    const { mirror } = statement.item;
    return statements.findIndex((other) => other === statement || (mirror !== null && other.item.mirror === mirror));
  };
  return [...statements].sort((a, b) => firstOf(a) - firstOf(b) || a.side.place - b.side.place);
}

function statementTable(context: Context, caption: Html, statements: readonly Statement[]): Html {
  const { texts } = context;
  const columns = [
    { label: texts.say("question"), kind: "text" },
    { label: texts.say("chart"), kind: "chart" },
    { label: html`<span class="key favourable">${texts.say("favourable")}</span>`, kind: "number" },
    { label: html`<span class="key neutral">${texts.say("neutral")}</span>`, kind: "number" },
    { label: html`<span class="key unfavourable">${texts.say("unfavourable")}</span>`, kind: "number" },
  ] as const;
  return table(
    caption,
    columns,
    statements.map((statement) => statementRow(context, statement)),
  );
}

function statementRow(context: Context, { side, item, result }: Statement): Html {
  const { texts } = context;
  const { minimumGroup } = side.audience;
  const note = item.polarity === "negative" ? html` <span class="note">(${texts.say("reversed")})</span>` : undefined;
  const question = html`<span class="line">${audienceName(context, side)} ${texts.localized(item.text)}${note}</span>`;
  if (isSuppressed(result)) return row([headCell(question), hiddenCells(texts, result, minimumGroup, 4)]);
  const sides = ["favourable", "neutral", "unfavourable"] as const;
  const title = sides.map((name) => `${texts.plain(name)}: ${texts.shareText(result[name])}`).join("; ");
  return row([
    headCell(html`${question}<span class="line base">${baseLine(texts, result.base)}</span>`),
    chartCell(divergingBar(result, title, texts.rtl)),
    ...sides.map((name) => numberCell(texts.plain(name), figure(texts, result[name], minimumGroup))),
  ]);
}

/** Questions with options, but the priorities, which have their place in the story. */
function closedQuestions(context: Context, side: Side): readonly (Html | undefined)[] {
  return side.audience.items
    .filter(({ id }) => id !== PRIORITIES_ITEM)
    .map((result) => optionsBlock(context, side, side.items.get(result.id), result, false));
}
