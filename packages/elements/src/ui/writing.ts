import { type Catalogue, plural } from "../catalogue/index.ts";
import { type Risk, risksIn } from "../hints/index.ts";
import { freshId, h, replace } from "./dom.ts";

/** How long after the last key the hints are looked for. Milliseconds. */
const PAUSE = 400;

export interface Writing {
  readonly node: HTMLElement;
  readonly input: HTMLTextAreaElement;
  /** Shows or clears an error of this field. */
  readonly fail: (text: string | null) => void;
}

/**
 * A box for free text: how much room is left, and a warning as soon as something in it may point to a person. Both are worked
 * out here; the text goes to no spelling or writing service.
 */
export function writing(
  catalogue: Catalogue,
  options: {
    readonly label: string;
    readonly hint: string | null;
    readonly text: string;
    readonly rows: number;
    readonly required?: boolean;
    readonly lettersLeft: (text: string) => number;
    readonly onInput: (text: string) => void;
  },
): Writing {
  const id = freshId("text");
  const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const room = h("p", { class: "room", id: `${id}-room` });
  const warning = h("div", { class: "risk-slot", role: "status" });
  const input = h("textarea", {
    id,
    rows: options.rows,
    dir: "auto",
    "data-key": options.label,
    autocomplete: "off",
    autocorrect: "off",
    spellcheck: "false",
    translate: "no",
    "aria-required": options.required === true ? "true" : null,
    "aria-describedby": `${options.hint === null ? "" : `${id}-hint `}${id}-room ${id}-error`,
  });
  input.value = options.text;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const measure = (): void => {
    const left = rounded(options.lettersLeft(input.value));
    const { lettersLeft, lettersOver } = catalogue.common;
    room.textContent = left < 0 ? plural(catalogue, lettersOver, -left) : plural(catalogue, lettersLeft, left);
    room.className = left < 0 ? "room over" : "room";
  };
  let shown = "";
  const look = (): void => {
    const risks = risksIn(input.value);
    if (risks.join() === shown) return;
    shown = risks.join();
    replace(warning, risks.length === 0 ? null : riskNotice(catalogue, risks));
  };
  input.addEventListener("input", () => {
    options.onInput(input.value);
    measure();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  measure();
  look();
  const fail = (text: string | null): void => {
    error.textContent = text ?? "";
    if (text === null) input.removeAttribute("aria-invalid");
    else {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  };
  const hint = options.hint === null ? null : h("p", { class: "hint", id: `${id}-hint` }, options.hint);
  return {
    node: h(
      "div",
      { class: "field question" },
      h("label", { for: id, class: "question-label" }, options.label),
      hint,
      input,
      room,
      error,
      warning,
    ),
    input,
    fail,
  };
}

/** Far from the end nobody needs every letter counted. */
function rounded(left: number): number {
  return left > 100 ? Math.floor(left / 50) * 50 : left;
}

function riskNotice(catalogue: Catalogue, risks: readonly Risk[]): HTMLElement {
  const { common } = catalogue;
  const sentences = {
    email: common.riskEmail,
    number: common.riskNumber,
    plate: common.riskPlate,
    name: common.riskName,
    alone: common.riskAlone,
  };
  return h(
    "div",
    { class: "notice warning" },
    h("p", { class: "notice-title" }, common.riskTitle),
    h("ul", {}, ...risks.map((risk) => h("li", {}, sentences[risk]))),
    h("p", { class: "hint" }, common.riskLocal),
  );
}
