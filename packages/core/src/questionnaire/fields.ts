import { concat, fromUtf8, type Reader, uint, utf8 } from "../bytes/index.ts";
import { DONT_KNOW, itemsOf, PREFER_NOT } from "./items.ts";
import type { Answer, Item, Option, Questionnaire } from "./model.ts";

/* The fields of a ballot: one per item, whose width depends on the item alone. */

const UNANSWERED = 0;
const CHOSEN = 1;
const PREFER_NOT_BYTE = 254;
const DONT_KNOW_BYTE = 255;

/** magic[4], state, questionnaireHash[32] */
export const HEADER_LENGTH = 37;

/** Bytes of every ballot of a questionnaire, whatever is answered: the length says nothing. Manifests and forms call it. */
export function ballotSize(questionnaire: Questionnaire): number {
  return itemsOf(questionnaire).reduce((size, item) => size + fieldWidth(item), HEADER_LENGTH);
}

function fieldWidth(item: Item): number {
  if (item.kind === "multiple") return 1 + maskWidth(item.options);
  return item.kind === "text" ? 2 + item.maxBytes : 1;
}

/** The field of an item that was checked. Undefined is unanswered: all zero. */
export function encodeField(item: Item, answer: Answer | undefined): Uint8Array {
  if (answer === undefined) return new Uint8Array(fieldWidth(item));
  switch (item.kind) {
    case "text": {
      const text = utf8((answer as string).normalize("NFC"));
      return concat(uint(text.length, 2), text, new Uint8Array(item.maxBytes - text.length));
    }
    case "multiple": {
      if (answer === PREFER_NOT) return concat(uint(PREFER_NOT_BYTE, 1), new Uint8Array(maskWidth(item.options)));
      return concat(uint(CHOSEN, 1), encodeMask(item.options, answer as readonly string[]));
    }
    default: {
      if (answer === PREFER_NOT) return uint(PREFER_NOT_BYTE, 1);
      if (answer === DONT_KNOW) return uint(DONT_KNOW_BYTE, 1);
      return uint(item.kind === "likert" ? (answer as number) : item.options.findIndex(({ id }) => id === answer) + 1, 1);
    }
  }
}

/**
 * Reads one field; undefined is unanswered. It only reads: whether the answer is possible and the field the only
 * encoding of it is for `decodeBallot`. What cannot be read is null. @throws the reader's code
 */
export function decodeField(item: Item, reader: Reader): Answer | undefined | null {
  switch (item.kind) {
    case "text": {
      const length = reader.uint16();
      const field = reader.take(item.maxBytes);
      if (length > item.maxBytes) return null;
      return length === 0 ? undefined : decodeText(field.subarray(0, length));
    }
    case "multiple": {
      const flag = reader.uint8();
      const mask = reader.take(maskWidth(item.options));
      if (flag === PREFER_NOT_BYTE) return PREFER_NOT;
      return flag === CHOSEN ? decodeMask(item.options, mask) : unanswered(flag);
    }
    default: {
      const byte = reader.uint8();
      if (byte === PREFER_NOT_BYTE) return PREFER_NOT;
      if (byte === DONT_KNOW_BYTE) return DONT_KNOW;
      if (byte === UNANSWERED) return undefined;
      return item.kind === "likert" ? byte : (item.options[byte - 1]?.id ?? null);
    }
  }
}

function unanswered(byte: number): undefined | null {
  return byte === UNANSWERED ? undefined : null;
}

/** A text as it is kept: NFC, UTF-8. Null if it cannot be: an unpaired surrogate, or a byte-order mark at its start. */
export function textBytes(text: string): Uint8Array | null {
  const bytes = new TextEncoder().encode(text.normalize("NFC"));
  return decodeText(bytes) === text.normalize("NFC") ? bytes : null;
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}

function maskWidth(options: readonly Option[]): number {
  return Math.ceil(options.length / 8);
}

/** Option i is bit i from the left. */
function encodeMask(options: readonly Option[], chosen: readonly string[]): Uint8Array {
  const mask = new Uint8Array(maskWidth(options));
  options.forEach(({ id }, index) => {
    if (chosen.includes(id)) mask[index >> 3] = (mask[index >> 3] as number) | (0x80 >> (index & 7));
  });
  return mask;
}

function decodeMask(options: readonly Option[], mask: Uint8Array): string[] {
  return options.filter((_, index) => ((mask[index >> 3] as number) & (0x80 >> (index & 7))) !== 0).map(({ id }) => id);
}
