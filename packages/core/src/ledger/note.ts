import { concat } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { sign } from "../primitives/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { cosign, verifySignature } from "./cosignature.ts";
import { NOTE_ED25519, type NoteKey, parseVerifierKey, sameKeyName, type VerifierKey } from "./key.ts";
import { decodeNoteText, encodeNoteText, isKeyName, isNoteText } from "./text.ts";

/** Longest note that is looked at, in bytes, and most signatures in one. */
const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;

/** One signature line: who says to have signed, and what, not verified. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** By the rule of the key's type: 64 bytes of Ed25519, or a timestamp and 64 bytes. */
  readonly signature: Uint8Array;
}

/** A note taken apart, not verified (c2sp.org/signed-note). */
export interface Note {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Takes a note apart without trusting it. Attacker-controlled. @throws ERR_LEDGER_FORMAT */
export function parseNote(note: string | Uint8Array): Note {
  const whole = typeof note === "string" ? note : decodeNoteText(note);
  // 1. Text without control characters other than newlines, nor halves of characters.
  if (whole.length > MAX_NOTE || !isNoteText(whole)) throw new AmanaError("ERR_LEDGER_FORMAT");
  // 2. The last empty line divides text and signatures.
  const divide = whole.lastIndexOf("\n\n");
  if (divide === -1) throw new AmanaError("ERR_LEDGER_FORMAT");
  // 3. One signature a line.
  return { text: whole.slice(0, divide + 1), signatures: parseSignatureLines(whole.slice(divide + 2)) };
}

/** Reads signature lines alone, as a witness answers them. @throws ERR_LEDGER_FORMAT */
export function parseSignatureLines(lines: string): NoteSignature[] {
  const [last, ...signatures] = lines.split("\n").reverse();
  if (last !== "" || signatures.length === 0 || signatures.length > MAX_SIGNATURES) throw new AmanaError("ERR_LEDGER_FORMAT");
  return signatures.reverse().map((line) => {
    const [dash, name = "", encoded = "", ...rest] = line.split(" ");
    if (dash !== "\u2014" || rest.length > 0 || !isKeyName(name)) throw new AmanaError("ERR_LEDGER_FORMAT");
    const bytes = fromBase64(encoded);
    if (bytes.length <= 4) throw new AmanaError("ERR_LEDGER_FORMAT");
    return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
  });
}

/** A note as text, the form in which it is sent and kept. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignatureLine).join("")}`;
}

/** One signature line with its newline. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  return `\u2014 ${name} ${toBase64(concat(keyId, signature))}\n`;
}

/** A note over `text`, which ends in a newline, signed by keys of the plain type. @throws TypeError for other keys or text */
export function signNote(text: string, keys: readonly NoteKey[]): string {
  if (!text.endsWith("\n") || !isNoteText(text)) throw new TypeError("not the text of a note");
  if (keys.length === 0 || keys.some((key) => key.type !== NOTE_ED25519)) throw new TypeError("not keys that sign notes");
  const message = encodeNoteText(text);
  return formatNote({ text, signatures: keys.map((key) => ({ ...key, signature: sign(key, message) })) });
}

/**
 * A witness's signature line over the checkpoint in a note, to be added by {@link addSignatures}; `timestamp` in unix seconds.
 * The witness has verified the note and its consistency before. @throws ERR_LEDGER_FORMAT if the note holds no checkpoint
 */
export function cosignNote(note: string | Uint8Array, key: NoteKey, timestamp: number): string {
  return formatSignatureLine({ ...key, signature: cosign(parseNote(note).text, key, timestamp) });
}

/**
 * The note with further signature lines, each once. The lines are not verified: verify the result.
 * @throws ERR_LEDGER_FORMAT, also when they are too many
 */
export function addSignatures(note: string | Uint8Array, lines: string): string {
  const { text, signatures } = parseNote(note);
  const all = [...signatures, ...parseSignatureLines(lines)].map(formatSignatureLine);
  return formatNote({ text, signatures: parseSignatureLines([...new Set(all)].join("")) });
}

/** A signature that a known key has made. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** As it stands in the note; the latest. */
  readonly line: NoteSignature;
  /** The time of a cosignature in unix seconds (the latest, if it signed more than once); null for plain signatures. */
  readonly timestamp: number | null;
}

/**
 * Verifies a note: signatures by other keys are ignored, a wrong one by a known key makes the note wrong, and at least one
 * known key must have signed. Gives each known key that has signed once.
 * @throws ERR_LEDGER_SIGNATURE · ERR_LEDGER_FORMAT for a malformed note or verifier key
 */
export function verifyNote(note: string | Uint8Array, vkeys: readonly string[]): { text: string; signatures: VerifiedSignature[] } {
  const { text, signatures } = parseNote(note);
  const verified: VerifiedSignature[] = [];
  for (const key of [...new Set(vkeys)].map(parseVerifierKey)) {
    const [latest] = signatures
      .filter((line) => sameKeyName(line, key))
      .map((line) => ({ key, line, timestamp: verifySignature(text, key, line.signature) }))
      .sort((a, b) => Number(b.timestamp) - Number(a.timestamp));
    if (latest !== undefined) verified.push(latest);
  }
  if (verified.length === 0) throw new AmanaError("ERR_LEDGER_SIGNATURE");
  return { text, signatures: verified };
}
