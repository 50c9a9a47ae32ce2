import { fill, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { fileField } from "../../desk/key-screen.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, paragraph } from "../../ui/parts.ts";
import type { TrusteeSession } from "../session.ts";
import { busyButton, problem } from "./parts.ts";

/** A file that must be on the disk first: handed over, then read back from where it was put. */
export function saveScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const { saving } = session;
  if (saving === null) return h("div");
  const text = { key: trustee.saveKeyText, destroyed: trustee.saveDestroyedText, answers: trustee.saveAnswersText }[saving.what];
  const chosen = fileField(trustee.saveChoose, trustee.saveChooseHint, "saved");
  const compare = async (): Promise<void> => {
    const file = chosen.input.files?.[0];
    chosen.fail(file === undefined ? trustee.saveMissing : null);
    if (file !== undefined) await session.saved(new Uint8Array(await file.arrayBuffer()));
  };
  const save = busyButton(session, fill(trustee.saveButton, { name: `\u2068${saving.name}\u2069` }), () => session.handOver(), "primary");
  return h(
    "div",
    { class: "narrow" },
    heading(trustee.saveTitle),
    problem(catalogue, session),
    paragraph(text),
    h("h3", {}, trustee.saveStep1),
    actions(save),
    h("h3", {}, trustee.saveStep2),
    chosen.field,
    actions(
      busyButton(session, trustee.saveGo, () => void compare(), saving.isHandedOver ? "primary" : "secondary"),
      button(trustee.saveDrop, () => session.dropSaving(), "quiet"),
    ),
  );
}
