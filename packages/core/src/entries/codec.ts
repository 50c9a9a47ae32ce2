import { decodeJson, encodeJson } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { MAX_ENTRY } from "../ledger/index.ts";
import { decodeReportLeaf, decodeSubmissionLeaf } from "../submission/index.ts";
import { type DocumentedEntry, type Entry, entrySchema } from "./model.ts";

/** An entry of the ledger is at most this long. */
export const ENTRY_LIMIT: number = MAX_ENTRY;

const OPEN_BRACE = 0x7b;
const REPORT_MAGIC_THIRD = 0x52;

/**
 * Canonical bytes of a JSON entry. Submissions and reports have encoders of their own. What it returns decodes: one entry
 * that does not would make the whole ledger unreadable, for ever. @throws ERR_ENTRY_INVALID
 */
export function encodeEntry(entry: DocumentedEntry): Uint8Array {
  const bytes = encodeJson(entry);
  if (bytes.length > ENTRY_LIMIT) throw new AmanaError("ERR_ENTRY_INVALID", { note: "It is too long." });
  decodeEntry(bytes);
  return bytes;
}

/** Reads any entry; the bytes are attacker-controlled. JSON begins with `{`, the binary leaves with `AML1` or `AMR1`. @throws ERR_ENTRY_INVALID */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > ENTRY_LIMIT) throw new AmanaError("ERR_ENTRY_INVALID");
  if (bytes[0] !== OPEN_BRACE) {
    return bytes[2] === REPORT_MAGIC_THIRD
      ? { type: "report", hash: decodeReportLeaf(bytes) }
      : { type: "submission", leaf: decodeSubmissionLeaf(bytes) };
  }
  try {
    return decodeJson(bytes, entrySchema);
  } catch (error) {
    throw new AmanaError("ERR_ENTRY_INVALID", (error as AmanaError).details);
  }
}
