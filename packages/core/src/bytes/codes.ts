import { AmanaError } from "../errors/index.ts";
import { H } from "./hash.ts";
import { draw, type Rng } from "./rng.ts";
import { TAGS } from "./tags.ts";

/**
 * The respondent's secret code: 16 random bytes. It revises, withdraws and reads replies; whoever finds it can find
 * out which answer was its holder's. Shown once, stored nowhere.
 */
export type SecretCode = Uint8Array & { readonly secretCode: unique symbol };

/** The code handed to one invited person for one round and issuer: 10 random bytes. */
export type InvitationCode = Uint8Array & { readonly invitationCode: unique symbol };

const SECRET_BYTES = 16;
const INVITATION_BYTES = 10;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Draws a new secret code. The client calls it; nobody else ever sees the result. */
export function newSecretCode(rng: Rng): SecretCode {
  return draw(rng, SECRET_BYTES) as SecretCode;
}

/** Draws a new invitation code. The issuer calls it, hands the code to one person and keeps a hash. */
export function newInvitationCode(rng: Rng): InvitationCode {
  return draw(rng, INVITATION_BYTES) as InvitationCode;
}

/** Reads a typed secret code (26 + 1 characters). @throws ERR_CODE_FORMAT, ERR_CODE_CHECK */
export function parseSecretCode(text: string): SecretCode {
  return parseCode(text, SECRET_BYTES) as SecretCode;
}

/** Reads a typed invitation code (16 + 1 characters). @throws ERR_CODE_FORMAT, ERR_CODE_CHECK */
export function parseInvitationCode(text: string): InvitationCode {
  return parseCode(text, INVITATION_BYTES) as InvitationCode;
}

/** A code as people read it: Crockford's base 32 in groups of four, the last character a check. */
export function formatCode(code: SecretCode | InvitationCode): string {
  return (encode(code) + checkCharacter(code)).replace(/(.{4})(?=.)/g, "$1-");
}

/** 5 bits a character, big-endian, zero bits on the right. */
function encode(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += ALPHABET[(bits >> count) & 31];
    }
    bits &= (1 << count) - 1;
  }
  return count === 0 ? text : text + ALPHABET[(bits << (5 - count)) & 31];
}

function checkCharacter(code: Uint8Array): string {
  return ALPHABET[(H(TAGS.codeCheck, code)[0] as number) >> 3] as string;
}

/** What a person typed is attacker-controlled: look-alikes are mapped, everything else outside the alphabet refused. */
function parseCode(text: string, length: number): Uint8Array {
  const typed = text.replace(/[-\s]/g, "");
  const digits = Math.ceil((length * 8) / 5);
  // Before anything is mapped: a few foreign letters have an upper case within A to Z.
  if (typed.length !== digits + 1 || !/^[0-9A-Za-z]*$/.test(typed)) throw new AmanaError("ERR_CODE_FORMAT");
  const characters = typed.toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
  const out = new Uint8Array(length);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const character of characters.slice(0, digits)) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw new AmanaError("ERR_CODE_FORMAT");
    bits = (bits << 5) | value;
    count += 5;
    if (count >= 8) {
      count -= 8;
      out[at++] = bits >> count;
      bits &= (1 << count) - 1;
    }
  }
  if (bits !== 0) throw new AmanaError("ERR_CODE_FORMAT");
  if (checkCharacter(out) !== characters.slice(digits)) throw new AmanaError("ERR_CODE_CHECK");
  return out;
}
