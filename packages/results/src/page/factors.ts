import { dotAxis, dotPlot, type Html, html } from "../charts/index.ts";
import { isSuppressed } from "../document/index.ts";
import { audienceName, type Context, factorsOf } from "./context.ts";
import { chartCell, figure, headCell, hiddenWord, numberCell, row, table } from "./table.ts";

/** All areas, the audiences side by side on one line each. */
export function factors(context: Context): Html {
  const { texts, sides } = context;
  const columns = [
    { label: texts.say("area"), kind: "text" },
    { label: dotAxis("0–100", texts.rtl), kind: "chart" },
    ...sides.map((side) => ({ label: audienceName(context, side), kind: "number" }) as const),
  ] as const;
  const rows = [...factorsOf(context)].map(([id, title]) => {
    const entries = sides.map((side) => ({ side, result: side.audience.factors.find((factor) => factor.id === id) }));
    const dots = entries.flatMap(({ side, result }) =>
      result && !isSuppressed(result) ? [{ place: side.place, share: result.index }] : [],
    );
    const cells = entries.map(({ side, result }) => {
      const { minimumGroup, title: name } = side.audience;
      if (result === undefined) return numberCell(texts.pick(name), "–");
      if (isSuppressed(result)) return numberCell(texts.pick(name), hiddenWord(texts, result, minimumGroup));
      return numberCell(
        texts.pick(name),
        html`${figure(texts, result.index, minimumGroup, "index")} <span class="base">${texts.say("base", { n: result.n })}</span>`,
      );
    });
    return row([headCell(texts.localized(title)), chartCell(dotPlot(dots, texts.pick(title), texts.rtl)), ...cells]);
  });
  return html`<section id="factors">
<h2>${texts.say("factors")}</h2>
<p class="intro">${texts.say("factorsIntro")}</p>
${table(texts.say("factors"), columns, rows, "quiet")}</section>
`;
}
