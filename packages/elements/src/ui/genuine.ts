import type { Catalogue } from "../catalogue/index.ts";
import { h } from "./dom.ts";
import { paragraph } from "./parts.ts";

/** The programme's digits. People compare them with paper: left to right in every language. */
export function genuine(catalogue: Catalogue, digits: string): HTMLElement {
  const groups = digits.split(" ").map((group) => h("span", {}, group));
  return h(
    "section",
    { class: "genuine" },
    h("h3", {}, catalogue.common.digitsTitle),
    paragraph(catalogue.common.digits),
    h("p", { class: "digits", dir: "ltr", translate: "no" }, ...groups.flatMap((group, index) => (index === 0 ? [group] : [" ", group]))),
  );
}
