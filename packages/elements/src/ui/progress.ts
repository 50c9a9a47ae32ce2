import type { Catalogue } from "../catalogue/index.ts";
import { h } from "./dom.ts";

/** Real progress of a sending: one line per thing that happens, ticked when it has happened. */
export function stageList(
  catalogue: Catalogue,
  stages: readonly { readonly id: string; readonly label: string }[],
  current: string,
  failed: boolean,
): HTMLElement {
  const at = stages.findIndex(({ id }) => id === current);
  const { common } = catalogue;
  return h(
    "ol",
    { class: failed ? "stages failed" : "stages" },
    ...stages.map(({ label }, index) => {
      const state = index < at ? "done" : index === at ? "underway" : "waiting";
      return h(
        "li",
        { class: `stage ${state}` },
        h("span", { class: "stage-mark", "aria-hidden": "true" }),
        h("span", { class: "stage-label" }, label),
        h("span", { class: "stage-state" }, failed && state === "underway" ? "" : common[state]),
      );
    }),
  );
}
