import { platform } from "#platform";
import { equal } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { os2ip, type RsaPrivateOperation } from "../primitives/index.ts";
import { encodeIssuerKey, type IssuerKey, isBelowModulus, parseIssuerKey } from "./spki.ts";

/** An issuer's key for one audience, one round and one use; the issuer keeps it and destroys it when enrolment is over. */
export interface IssuerPrivateKey {
  readonly key: IssuerKey;
  /** input^d mod n. {@link blindSign} trusts nothing that it returns. */
  readonly operation: RsaPrivateOperation;
}

/** A key pair as it is made and stored: `spki` for the manifest, `pkcs8` (DER, rsaEncryption, the same numbers) for the issuer alone. */
export interface IssuerKeyPair {
  readonly spki: Uint8Array;
  readonly pkcs8: Uint8Array;
}

/** A new key pair, found off the main thread: searching for primes takes a hundred times as long as signing. Node only. @throws TypeError elsewhere */
export async function generateIssuerKey(): Promise<IssuerKeyPair> {
  const pkcs8 = await platform.rsaGenerate();
  return { spki: openIssuerKey(pkcs8).key.spki, pkcs8 };
}

/** Makes a stored private key usable. Node only. @throws ERR_ISSUER_KEY when it is not RSA-2048 with e = 65537, TypeError elsewhere */
export function openIssuerKey(pkcs8: Uint8Array): IssuerPrivateKey {
  const opened = platform.rsaPrivate(pkcs8);
  if (opened === null) throw new AmanaError("ERR_ISSUER_KEY");
  return { key: parseIssuerKey(encodeIssuerKey(opened.key.n, opened.key.e)), operation: opened.operation };
}

/**
 * BlindSign (RFC 9474 §4.3). The blinded message is attacker-controlled; the issuer claims the invitation before it
 * calls this. The signature is 256 bytes and always the same for the same message.
 * @throws ERR_BLIND_INPUT, ERR_SIGNATURE_FAULT
 */
export function blindSign({ key, operation }: IssuerPrivateKey, blinded: Uint8Array): Uint8Array {
  // 1. 2 ≤ m < n, in 256 bytes.
  checkBlinded(key, blinded);
  // 2. s = m^d mod n
  const signature = operation(blinded);
  // 3. s^e = m, or a fault in one prime's half would give the factors of n to whoever asked.
  if (!isBelowModulus(key, signature) || !equal(platform.rsaPublic(key, signature), blinded)) throw new AmanaError("ERR_SIGNATURE_FAULT");
  return signature;
}

/** Checks a blinded message before the invitation is claimed: a request that cannot be signed burns nothing. @throws ERR_BLIND_INPUT */
export function checkBlinded(key: IssuerKey, blinded: Uint8Array): void {
  if (!isBelowModulus(key, blinded) || os2ip(blinded) < 2n) throw new AmanaError("ERR_BLIND_INPUT");
}
