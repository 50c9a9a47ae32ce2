export { shareBar } from "./bar.ts";
export { divergingBar, type Sides } from "./diverging.ts";
export { audienceMark, type Dot, dotAxis, dotPlot } from "./dots.ts";
export { audienceColour, PALETTE } from "./drawing.ts";
export { escapeHtml, Html, html, type Value } from "./html.ts";
