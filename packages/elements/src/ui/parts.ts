import type { Catalogue } from "../catalogue/index.ts";
import { type Child, freshId, h } from "./dom.ts";

/** The heading of a screen. It gets the focus when the screen appears. */
export function heading(text: string, ...before: readonly Child[]): HTMLElement {
  return h("header", { class: "heading" }, ...before, h("h2", { tabindex: "-1", "data-focus": true }, text));
}

export function button(text: string, onclick: () => void, kind: "primary" | "secondary" | "quiet" = "secondary"): HTMLButtonElement {
  return h("button", { type: "button", class: `button ${kind}`, "data-key": text, onclick }, text);
}

/** The row of buttons that ends a screen: the way on first in reading order, the way back after it. */
export function actions(...buttons: readonly Child[]): HTMLElement {
  return h("div", { class: "actions" }, ...buttons);
}

export function paragraph(text: string, kind = ""): HTMLElement {
  return h("p", kind === "" ? {} : { class: kind }, text);
}

/** A message that is read out when it appears. */
export function notice(
  title: string | null,
  text: string,
  kind: "info" | "warning" | "error" | "success",
  ...more: readonly Child[]
): HTMLElement {
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : false },
    title === null ? null : h("p", { class: "notice-title" }, title),
    h("p", {}, text),
    ...more,
  );
}

/** Something takes a moment. It has the focus, so that what follows is read out. */
export function busy(text: string): HTMLElement {
  return h(
    "div",
    { class: "busy" },
    h("span", { class: "spinner", "aria-hidden": "true" }),
    h("p", { tabindex: "-1", "data-focus": true }, text),
  );
}

/** Details that nobody has to read. */
export function details(summary: string, ...children: readonly Child[]): HTMLElement {
  return h("details", {}, h("summary", {}, summary), h("div", { class: "details-body" }, ...children));
}

export function bullets(items: readonly string[], kind = "bullets"): HTMLElement {
  return h("ul", { class: kind }, ...items.map((item) => h("li", {}, item)));
}

/** A labelled input of one line, with its hint and a place for its error. Nothing is remembered or sent to spelling services. */
export function codeInput(
  label: string,
  hint: string | null,
): { readonly field: HTMLElement; readonly input: HTMLInputElement; readonly fail: (text: string | null) => void } {
  const id = freshId("code");
  const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const input = h("input", {
    id,
    type: "text",
    class: "code-input",
    dir: "ltr",
    autocomplete: "off",
    autocapitalize: "characters",
    autocorrect: "off",
    spellcheck: "false",
    translate: "no",
    "data-key": "code",
    "aria-describedby": hint === null ? `${id}-error` : `${id}-hint ${id}-error`,
  });
  const field = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    hint === null ? null : h("p", { class: "hint", id: `${id}-hint` }, hint),
    input,
    error,
  );
  const fail = (text: string | null): void => {
    error.textContent = text ?? "";
    if (text === null) input.removeAttribute("aria-invalid");
    else {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  };
  return { field, input, fail };
}

/** Puts a text on the clipboard; says so in place. */
export function copyButton(catalogue: Catalogue, text: () => string): HTMLElement {
  const status = h("span", { class: "copy-status", role: "status" });
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      status.textContent = catalogue.common.copied;
    } catch {
      status.textContent = catalogue.common.copyFailed;
    }
  };
  return h(
    "div",
    { class: "copy" },
    button(catalogue.common.copy, () => void copy()),
    status,
  );
}

/** A labelled line of free text with something in it already. Nothing is remembered or sent to spelling services. */
export function textInput(label: string, value: string): { readonly field: HTMLElement; readonly input: HTMLInputElement } {
  const id = freshId("text");
  const input = h("input", { id, type: "text", dir: "auto", autocomplete: "off", spellcheck: "false", "data-key": label });
  input.value = value;
  return { field: h("div", { class: "field" }, h("label", { for: id }, label), input), input };
}

/** Offers a text as a file. It is made on this device when it is asked for; nothing is requested. */
export function saveButton(label: string, name: string, type: string, text: () => string): HTMLElement {
  return button(label, () => {
    const url = URL.createObjectURL(new Blob([text()], { type }));
    const link = h("a", { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
}
