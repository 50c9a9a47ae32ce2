import { AmanaError } from "../errors/index.ts";

/** Base 64 as notes use it: the standard alphabet with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Bytes from base 64. Attacker-controlled: white space, missing padding and stray bits are refused. @throws ERR_LEDGER_FORMAT */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new AmanaError("ERR_LEDGER_FORMAT");
  }
  // atob repairs; only the one text that encodes these bytes is taken.
  if (btoa(binary) !== text) throw new AmanaError("ERR_LEDGER_FORMAT");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
