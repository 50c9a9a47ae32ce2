import { serverAddress } from "@amana/client/keys";
import type { TrusteeCatalogue } from "../../catalogue/index.ts";
import { exposedNotice } from "../../desk/desk-element.ts";
import { type FailingField, inputField, keyScreen, passwordField } from "../../desk/key-screen.ts";
import { type Child, freshId, h, replace } from "../../ui/dom.ts";
import { actions, button, heading, paragraph } from "../../ui/parts.ts";
import { trusteeSentence } from "../sentences.ts";
import type { TrusteeSession } from "../session.ts";
import { NAME, problem } from "./parts.ts";

/** Characters: four words have more. */
const SHORT = 12;

/** The key file, or the way to a new one. */
export function trusteeKeyScreen(catalogue: TrusteeCatalogue, session: TrusteeSession, locked: number | null): HTMLElement {
  const { trustee } = catalogue;
  return keyScreen(catalogue, session, {
    text: trustee.keyText,
    problem: session.error === null ? null : trusteeSentence(catalogue, session.error),
    locked,
    more: h(
      "section",
      { class: "after" },
      h("h3", {}, trustee.noKey),
      actions(
        button(trustee.toMake, () => session.toMake()),
        button(trustee.toRestore, () => session.toRestore()),
      ),
    ),
  });
}

export function makeScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const organisation = nameField(session, "organisation", trustee.organisation, trustee.organisationHint);
  const round = nameField(session, "round", trustee.round, trustee.roundHint);
  const server = nameField(session, "serverField", trustee.serverField, trustee.serverFieldHint);
  const exposed = h("div", { role: "status" });
  server.input.addEventListener("change", () => replace(exposed, exposedNotice(catalogue, addressOf(server.input.value))));
  const pass = newPassphrase(catalogue);
  const submit = (): void => {
    const named = [organisation, round].map((each) => isNamed(each, trustee.nameBad));
    const address = addressOf(server.input.value);
    server.fail(address === "" ? catalogue.desk.errors.address : null);
    const secret = pass.take();
    if (named.every(Boolean) && address !== "" && secret !== null)
      void session.make(organisation.input.value.trim(), round.input.value.trim(), address, secret);
  };
  return form(
    submit,
    heading(trustee.makeTitle),
    problem(catalogue, session, "join"),
    paragraph(trustee.makeText),
    organisation.field,
    round.field,
    server.field,
    exposed,
    ...pass.fields,
    ends(trustee.makeGo, catalogue.common.back, () => session.toKey()),
  );
}

/** A key for one more round, in a key file that is open. */
export function joinScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const round = nameField(session, "round", trustee.round, trustee.roundHint);
  const submit = (): void => {
    if (isNamed(round, trustee.nameBad)) void session.join(round.input.value.trim());
  };
  return form(
    submit,
    heading(trustee.joinTitle),
    problem(catalogue, session, "join"),
    paragraph(trustee.joinText),
    round.field,
    ends(trustee.joinGo, trustee.backToNext, () => session.toNext()),
  );
}

export function restoreScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const id = freshId("backup");
  const typed = h("textarea", { id, class: "typed", rows: 8, dir: "ltr", autocomplete: "off", spellcheck: "false", "data-key": "typed" });
  remember(session, "backup", typed);
  const pass = newPassphrase(catalogue);
  const submit = (): void => {
    const secret = pass.take();
    if (secret !== null) void session.restore(typed.value, secret);
  };
  return form(
    submit,
    heading(trustee.restoreTitle),
    problem(catalogue, session, "restore"),
    paragraph(trustee.restoreText),
    h("div", { class: "field" }, h("label", { for: id }, trustee.restoreField), typed),
    ...pass.fields,
    ends(trustee.restoreGo, catalogue.common.back, () => session.toKey()),
  );
}

function form(submit: () => void, ...children: readonly Child[]): HTMLElement {
  const onsubmit = (event: Event): void => {
    event.preventDefault();
    submit();
  };
  return h("form", { novalidate: true, class: "narrow", onsubmit }, ...children);
}

function ends(go: string, back: string, toBack: () => void): HTMLElement {
  return actions(h("button", { type: "submit", class: "button primary", "data-key": go }, go), button(back, toBack, "quiet"));
}

function nameField(session: TrusteeSession, field: string, label: string, hint: string): FailingField {
  const input = h("input", {
    type: "text",
    dir: "ltr",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    "data-key": label,
  });
  remember(session, field, input);
  return inputField(label, hint, input);
}

/** What was typed stays when the screen is drawn again. */
function remember(session: TrusteeSession, field: string, input: HTMLInputElement | HTMLTextAreaElement): void {
  input.value = session.typed.get(field) ?? "";
  input.addEventListener("input", () => session.typed.set(field, input.value));
}

function isNamed({ input, fail }: FailingField, text: string): boolean {
  const good = NAME.test(input.value.trim());
  fail(good ? null : text);
  return good;
}

function addressOf(text: string): string {
  try {
    return serverAddress(text.trim());
  } catch {
    return "";
  }
}

/** Typed twice. `take`: null while something is wrong, which is said. Unicode in one form, as the command line takes it. */
function newPassphrase({ trustee }: TrusteeCatalogue): { readonly fields: readonly HTMLElement[]; readonly take: () => string | null } {
  const first = passwordField(trustee.passphraseNew, "new", trustee.passphraseHint);
  const second = passwordField(trustee.passphraseAgain, "again");
  const take = (): string | null => {
    const secret = first.input.value.normalize("NFC");
    first.fail(secret.length < SHORT ? trustee.passphraseShort : null);
    const same = second.input.value.normalize("NFC") === secret;
    second.fail(same ? null : trustee.passphraseDiffers);
    return secret.length < SHORT || !same ? null : secret;
  };
  return { fields: [first.field, second.field], take };
}
