import { type Child, freshId, h } from "./dom.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Set apart from the others: "don't know", "prefer not to say". */
  readonly aside?: boolean;
}

export interface ChoiceGroup {
  readonly node: HTMLFieldSetElement;
  readonly set: (values: readonly string[]) => void;
  /** Shows or clears the error of the question and moves the focus to it. */
  readonly fail: (text: string | null) => void;
}

/** A question: native inputs in a fieldset whose legend is the question. `scale` lays the choices out side by side where there is room. */
export function choices(options: {
  readonly legend: string;
  readonly help: string | null;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly multiple: boolean;
  readonly scale: boolean;
  /** Must be answered: an error line is kept ready. */
  readonly required?: boolean;
  readonly after: readonly Child[];
  readonly onChange: (values: readonly string[], changed: HTMLInputElement) => void;
}): ChoiceGroup {
  const name = freshId("q");
  const helpId = `${name}-help`;
  const error = options.required === true ? h("p", { class: "field-error", id: `${name}-error`, role: "alert" }) : null;
  const described = [options.help === null ? "" : helpId, error === null ? "" : `${name}-error`].join(" ").trim();
  const inputs = options.choices.map(({ value }) =>
    h("input", { type: options.multiple ? "checkbox" : "radio", name, value, id: `${name}-${value}`, autocomplete: "off" }),
  );
  const chosen = (): string[] => inputs.filter((input) => input.checked).map((input) => input.value);
  for (const input of inputs) input.addEventListener("change", () => options.onChange(chosen(), input));
  const row = (aside: boolean): HTMLElement[] =>
    options.choices.flatMap((choice, index) =>
      (choice.aside ?? false) === aside
        ? [h("label", { class: "choice" }, inputs[index] as HTMLInputElement, h("span", {}, choice.label))]
        : [],
    );
  const asides = row(true);
  const node = h(
    "fieldset",
    {
      class: "question",
      role: options.multiple ? null : "radiogroup",
      "aria-labelledby": `${name}-legend`,
      "aria-required": options.required === true ? "true" : null,
      "aria-describedby": described === "" ? null : described,
    },
    h("legend", { id: `${name}-legend` }, options.legend),
    options.help === null ? null : h("p", { class: "hint", id: helpId }, options.help),
    h("div", { class: options.scale ? "choices scale" : options.choices.length > 8 ? "choices many" : "choices" }, ...row(false)),
    asides.length === 0 ? null : h("div", { class: "choices asides" }, ...asides),
    error,
    ...options.after,
  );
  const fail = (text: string | null): void => {
    if (error !== null) error.textContent = text ?? "";
    if (text === null) node.removeAttribute("aria-invalid");
    else {
      node.setAttribute("aria-invalid", "true");
      inputs[0]?.focus();
    }
  };
  const set = (values: readonly string[]): void => {
    for (const input of inputs) input.checked = values.includes(input.value);
  };
  set(options.chosen);
  return { node, set, fail };
}

/** A closed list with an empty first line: nothing is chosen for anyone. */
export function dropdown(options: {
  readonly label: string;
  readonly empty: string;
  readonly choices: readonly Choice[];
  readonly chosen: string;
  readonly onChange: (value: string) => void;
}): HTMLElement {
  const id = freshId("list");
  const select = h(
    "select",
    { id, autocomplete: "off", onchange: () => options.onChange(select.value) },
    h("option", { value: "", selected: options.chosen === "" }, options.empty),
    ...options.choices.map(({ value, label }) => h("option", { value, selected: value === options.chosen }, label)),
  );
  return h("div", { class: "field" }, h("label", { for: id }, options.label), select);
}
