import { plural, type ReportCatalogue } from "../catalogue/index.ts";
import { freshId, h } from "../ui/dom.ts";
import { actions, button } from "../ui/parts.ts";

export interface IdleDialog {
  readonly node: HTMLDialogElement;
  readonly left: (seconds: number) => void;
}

/**
 * Asks whether anybody is still at a shared device. Shown as a modal dialog it holds the focus, and it covers the page: whoever comes next sees
 * nothing of what the one before has written.
 */
export function idleDialog(catalogue: ReportCatalogue, ways: { readonly stay: () => void; readonly clear: () => void }): IdleDialog {
  const { report } = catalogue;
  const [title, text] = [freshId("idle"), freshId("idle")];
  const seconds = h("p", { id: text });
  const node = h(
    "dialog",
    { class: "idle", role: "alertdialog", "aria-labelledby": title, "aria-describedby": text, oncancel: ways.stay },
    h(
      "div",
      { class: "card" },
      h("p", { class: "notice-title", id: title }, report.kioskAsk),
      seconds,
      actions(button(report.kioskStay, ways.stay, "primary"), button(report.kioskDone, ways.clear)),
    ),
  );
  const left = (count: number): void => {
    seconds.textContent = plural(catalogue, report.kioskLeft, count);
  };
  return { node, left };
}
