import type { Catalogue } from "../catalogue/index.ts";
import { h } from "./dom.ts";
import { paragraph } from "./parts.ts";

/** The programme's digits, and where they are to be compared. */
export function genuine(catalogue: Catalogue, digits: string): HTMLElement {
  return h(
    "section",
    { class: "genuine" },
    h("h3", {}, catalogue.common.digitsTitle),
    paragraph(catalogue.common.digits),
    digitGroups(digits),
  );
}

/** People compare digits with paper: left to right in every language. */
export function digitGroups(digits: string): HTMLElement {
  const groups = digits.split(" ").map((group) => h("span", {}, group));
  return h(
    "p",
    { class: "digits", dir: "ltr", translate: "no" },
    ...groups.flatMap((group, index) => (index === 0 ? [group] : [" ", group])),
  );
}
