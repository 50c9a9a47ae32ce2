import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { type KeyFile, kemKeyOf, signingKeyOf } from "./key-file.ts";

/** What a key holder gives to the operator: public keys and nothing else. */
export interface KeyCard {
  readonly organisation: string;
  readonly round: string;
  /** Hex. */
  readonly signingKey: string;
  /** Hex. */
  readonly kemKey: string;
}

/** A key file with a new signing key and no round yet. `server`: as `serverAddress` gives it. */
export function newKeyFile(organisation: string, server: string): KeyFile {
  return { organisation, server, signingSeed: toHex(randomBytes(32)), rounds: {} };
}

/** The key file with a new key for one more round. @throws ERR_KEY_FILE when it has one, or had one that was destroyed */
export function withRoundKey(file: KeyFile, round: string): KeyFile {
  if (file.rounds[round] !== undefined) throw new AmanaError("ERR_KEY_FILE", { note: "It has a key for this round already." });
  if (file.record?.destroyed.includes(round) === true)
    throw new AmanaError("ERR_KEY_FILE", { note: "Its key for this round was destroyed. A round that changes needs another name." });
  return { ...file, rounds: { ...file.rounds, [round]: toHex(randomBytes(32)) } };
}

/** The card of one round. @throws ERR_KEY_FILE when the file has no key for it */
export function keyCard(file: KeyFile, round: string): KeyCard {
  return {
    organisation: file.organisation,
    round,
    signingKey: toHex(signingKeyOf(file).publicKey),
    kemKey: toHex(kemKeyOf(file, round).publicKey),
  };
}
