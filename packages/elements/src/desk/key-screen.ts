import { type DeskCatalogue, plural } from "../catalogue/index.ts";
import { type Child, freshId, h } from "../ui/dom.ts";
import { actions, details, heading, notice, paragraph, textInput } from "../ui/parts.ts";
import type { DeskServer, DeskSession } from "./session.ts";

/** What of the first screen is a desk's own. */
export interface KeyScreenParts {
  readonly text: string;
  /** What went wrong, in words. */
  readonly problem: string | null;
  /** The page locked itself after so many minutes. */
  readonly locked: number | null;
  readonly more?: Child;
}

/** The first screen: the key file and its passphrase. */
export function keyScreen(catalogue: DeskCatalogue, session: DeskSession<string, DeskServer>, parts: KeyScreenParts): HTMLElement {
  const { desk } = catalogue;
  const key = fileField(desk.keyFile, desk.keyFileHint, "file");
  const secret = passwordField(desk.passphrase, "passphrase");
  const server = textInput(desk.server, "");
  const pin = textInput(desk.pin, "");
  for (const { input } of [server, pin]) input.setAttribute("dir", "ltr");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const chosen = key.input.files?.[0];
    key.fail(chosen === undefined ? desk.keyMissing : null);
    secret.fail(secret.input.value === "" ? desk.passphraseMissing : null);
    if (chosen === undefined) return key.input.focus();
    if (secret.input.value === "") return secret.input.focus();
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    await session.open(bytes, secret.input.value.normalize("NFC"), server.input.value, pin.input.value);
  };
  return h(
    "form",
    { novalidate: true, class: "narrow", onsubmit: (event) => void submit(event) },
    heading(desk.keyTitle),
    parts.locked === null ? null : notice(null, plural(catalogue, desk.locked, parts.locked), "info"),
    parts.problem === null ? null : notice(null, parts.problem, "error"),
    paragraph(parts.text),
    key.field,
    secret.field,
    details(desk.keyMore, hinted(server.field, desk.serverHint), hinted(pin.field, desk.pinHint)),
    actions(h("button", { type: "submit", class: "button primary" }, desk.open)),
    paragraph(desk.keyDevice, "hint after"),
    parts.more,
  );
}

/** A field with a place for what is wrong with it. */
export interface FailingField {
  readonly field: HTMLElement;
  readonly input: HTMLInputElement;
  readonly fail: (text: string | null) => void;
}

export function fileField(label: string, hint: string, key: string): FailingField {
  return inputField(label, hint, h("input", { type: "file", "data-key": key }));
}

/** For a passphrase: nothing is remembered. */
export function passwordField(label: string, key: string, hint: string | null = null): FailingField {
  return inputField(label, hint, h("input", { type: "password", autocomplete: "off", "data-key": key }));
}

export function inputField(label: string, hint: string | null, input: HTMLInputElement): FailingField {
  const id = freshId("field");
  input.id = id;
  input.setAttribute("aria-describedby", hint === null ? `${id}-error` : `${id}-hint ${id}-error`);
  const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
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
  };
  return { field, input, fail };
}

/** Puts a hint between the label of a field and its input. */
export function hinted(field: HTMLElement, hint: string): HTMLElement {
  const [label, input] = field.children;
  const id = freshId("hint");
  input?.setAttribute("aria-describedby", id);
  label?.after(h("p", { class: "hint", id }, hint));
  return field;
}
