import { base } from "./base.ts";
import { controls } from "./controls.ts";
import { screens } from "./screens.ts";

let sheet: CSSStyleSheet | undefined;

/** One constructed sheet for all elements of the page: allowed under a strict CSP, and no style attribute anywhere. */
export function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(base + controls + screens);
  }
  return sheet;
}
