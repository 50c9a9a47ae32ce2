import { equal } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { parseDecimal } from "./lines.ts";
import { emptyRoot, HASH_LENGTH } from "./tree.ts";

/** The head of a log's tree as c2sp.org/tlog-checkpoint writes it. */
export interface Checkpoint {
  /** Names the log: a schema-less URL. */
  readonly origin: string;
  /** How many entries the tree has. */
  readonly size: number;
  /** The root hash at that size, 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines, which nobody audits: leave them empty. */
  readonly extensions: readonly string[];
}

/** The text of a checkpoint, before it is signed. @throws TypeError for what no checkpoint can say */
export function encodeCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const text = [origin, String(size), toBase64(root), ...extensions, ""].join("\n");
  if (!isCheckpoint(text) || parseCheckpoint(text).extensions.length !== extensions.length) throw new TypeError("not a checkpoint");
  return text;
}

/**
 * Reads the text of a checkpoint. It says nothing until its signatures are verified: use `openCheckpoint` for that.
 * @throws ERR_LEDGER_FORMAT
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  // The text ends with a newline, so the last of the pieces is empty; no line is.
  if (lines.pop() !== "" || lines.length < 3 || lines.includes("")) throw new AmanaError("ERR_LEDGER_FORMAT");
  const [origin = "", digits = "", encodedRoot = "", ...extensions] = lines;
  const size = parseDecimal(digits);
  const root = fromBase64(encodedRoot);
  // RFC 9162 §2.1.1 fixes the root of the tree without entries.
  if (size === null || root.length !== HASH_LENGTH || (size === 0 && !equal(root, emptyRoot()))) throw new AmanaError("ERR_LEDGER_FORMAT");
  return { origin, size, root, extensions };
}

function isCheckpoint(text: string): boolean {
  try {
    parseCheckpoint(text);
    return true;
  } catch {
    return false;
  }
}
