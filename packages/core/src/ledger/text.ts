import { AmanaError } from "../errors/index.ts";

/**
 * The text of notes is UTF-8 without ASCII control characters other than newline (c2sp.org/signed-note). It need not be NFC, unlike
 * the text of Amana's own documents, so it has a codec of its own.
 */
export function isNoteText(text: string): boolean {
  return !/[^\P{Cc}\n\u007F-\u009F]|\p{Surrogate}/u.test(text);
}

/** Key names are not empty and have no Unicode space and no plus. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}+]+$/u.test(name) && isNoteText(name);
}

/** The bytes that are signed. */
export function encodeNoteText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Fatal on bad UTF-8; a byte-order mark is a character like others. @throws ERR_LEDGER_FORMAT */
export function decodeNoteText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AmanaError("ERR_LEDGER_FORMAT");
  }
}
