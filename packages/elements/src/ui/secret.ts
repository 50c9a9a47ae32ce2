import type { Catalogue } from "../catalogue/index.ts";
import { h } from "./dom.ts";
import { codeInput, copyButton, notice, paragraph } from "./parts.ts";

export interface SecretCodeBox {
  readonly node: HTMLElement;
  /** True when the typed text is the end of the code; else the field says so and gets the focus. */
  readonly confirmed: () => boolean;
}

/** Shows a secret code and has it confirmed: the last group typed again, or the whole code pasted. `copies`: not on a shared device. */
export function secretCodeBox(catalogue: Catalogue, formatted: string, advice: string, copies = true): SecretCodeBox {
  const { common } = catalogue;
  const groups = formatted.split("-");
  const { field, input, fail } = codeInput(common.codeConfirm, null);
  const shown = h(
    "p",
    { class: "secret", dir: "ltr", translate: "no" },
    ...groups.flatMap((group, index) => [index === 0 ? null : h("span", { class: "hyphen" }, "-"), h("span", { class: "group" }, group)]),
  );
  const node = h(
    "div",
    { class: "secret-box" },
    shown,
    copies ? copyButton(catalogue, () => formatted) : null,
    paragraph(copies ? `${advice} ${common.codeCopyRisk}` : advice, "hint"),
    notice(null, common.codeRisk, "warning"),
    field,
  );
  const confirmed = (): boolean => {
    const typed = plain(input.value);
    const fits = typed === plain(formatted) || typed === plain(groups.at(-1) ?? "");
    fail(fits ? null : common.codeWrong);
    return fits;
  };
  return { node, confirmed };
}

/** As the protocol reads codes: case, hyphens, spaces and look-alikes do not matter. */
function plain(text: string): string {
  return text.toUpperCase().replace(/[-\s]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
}
