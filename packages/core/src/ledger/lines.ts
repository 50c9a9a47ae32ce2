import { AmanaError } from "../errors/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { HASH_LENGTH } from "./tree.ts";

/** Splits what stands before a checkpoint from the checkpoint: at the first empty line. @throws ERR_LEDGER_FORMAT */
export function splitHead(text: string): { head: string[]; checkpoint: string } {
  const divide = text.indexOf("\n\n");
  if (divide === -1) throw new AmanaError("ERR_LEDGER_FORMAT");
  return { head: text.slice(0, divide).split("\n"), checkpoint: text.slice(divide + 2) };
}

/** `word N`, where N is a safe integer in ASCII decimal without leading zeros. @throws ERR_LEDGER_FORMAT */
export function parseNumberLine(line: string | undefined, word: string): number {
  const [first, digits = "", ...rest] = (line ?? "").split(" ");
  const value = parseDecimal(digits);
  if (first !== word || rest.length > 0 || value === null) throw new AmanaError("ERR_LEDGER_FORMAT");
  return value;
}

/** A safe integer in ASCII decimal without leading zeros, or null. */
export function parseDecimal(digits: string): number | null {
  const value = Number(digits);
  return /^(0|[1-9]\d{0,15})$/.test(digits) && Number.isSafeInteger(value) ? value : null;
}

/** One hash a line in base 64. @throws ERR_LEDGER_FORMAT, also for more than 63: no tree needs them */
export function parseHashLines(lines: readonly string[]): Uint8Array[] {
  const hashes = lines.map(fromBase64);
  if (hashes.length > 63 || hashes.some(({ length }) => length !== HASH_LENGTH)) throw new AmanaError("ERR_LEDGER_FORMAT");
  return hashes;
}

/** The lines that {@link parseHashLines} reads, each with its newline. */
export function formatHashLines(hashes: readonly Uint8Array[]): string {
  return hashes.map((hash) => `${toBase64(hash)}\n`).join("");
}
