import { type OpenedAttachment, safeFileName } from "@amana/client/handler";
import type { AttachmentReference } from "@amana/core/mailbox";
import { fill, type HandlerCatalogue, size } from "../../catalogue/index.ts";
import { type Child, h, replace } from "../../ui/dom.ts";
import { button, paragraph } from "../../ui/parts.ts";
import type { HandlerCase } from "../client.ts";
import { gather } from "../gathered.ts";
import { isPicture, pictureOf } from "../picture.ts";
import { handlerSentence } from "../sentences.ts";
import type { HandlerSession } from "../session.ts";

/**
 * An attachment of a message. Nothing of it is fetched before somebody asks; it is saved as a file, or drawn as a picture: what it says that it
 * is decides nothing, and the browser never gets it as a document.
 */
export function attachmentPlace(
  catalogue: HandlerCatalogue,
  session: HandlerSession,
  of: HandlerCase,
  reference: AttachmentReference,
  index: number,
): HTMLElement {
  const { handler } = catalogue;
  const body = h("div", { class: "attachment-body" });
  const status = h("p", { class: "hint", role: "status" });
  const place = h(
    "div",
    { class: "attachment" },
    h("p", { class: "attachment-name" }, fill(handler.attachment, { number: index })),
    body,
    status,
  );
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    status.className = "hint";
    status.textContent = handler.attachmentFetching;
    try {
      await work();
      status.textContent = "";
    } catch (error) {
      status.className = "field-error";
      status.textContent = handlerSentence(catalogue, error);
    }
  };
  const show = (attachment: OpenedAttachment): void => replace(body, ...opened(catalogue, session, attachment, attempt));
  const open = button(handler.attachmentShow, () => void attempt(async () => show(await session.attachment(of, reference))));
  const known = session.heads.get(reference.head);
  if (known === undefined) replace(body, open);
  else show(known);
  return place;
}

function opened(
  catalogue: HandlerCatalogue,
  session: HandlerSession,
  attachment: OpenedAttachment,
  attempt: (work: () => Promise<void>) => Promise<void>,
): readonly Child[] {
  const { handler } = catalogue;
  const { name, changed } = safeFileName(attachment.name);
  const slot = h("div", { class: "picture-slot" });
  const save = (): Promise<void> => attempt(async () => session.save(name, await gather(attachment.bytes())));
  const draw = (): Promise<void> =>
    attempt(async () => {
      const canvas = await pictureOf(await gather(attachment.bytes()));
      canvas?.setAttribute("aria-label", fill(handler.attachmentPicture, { name }));
      replace(slot, canvas ?? paragraph(handler.attachmentNoPicture, "hint"));
    });
  return [
    h("p", { class: "file-name" }, h("bdi", {}, name), ` · ${size(catalogue, attachment.length)}`),
    changed ? paragraph(handler.attachmentRenamed, "hint") : null,
    paragraph(handler.attachmentWarning, "hint"),
    h(
      "div",
      { class: "inline" },
      button(handler.attachmentSave, () => void save()),
      isPicture(attachment.type) ? button(handler.attachmentImage, () => void draw()) : null,
    ),
    slot,
  ];
}
