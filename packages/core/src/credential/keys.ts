import { KDF, type SecretCode, TAGS } from "../bytes/index.ts";
import { type KemKey, kemKey, type SigningKey, signingKey } from "../primitives/index.ts";

/**
 * Everything a respondent holds in one round comes from the secret code and the manifest id, so that the code alone
 * is enough to revise, withdraw and read replies on any device. The client derives these when it needs them and
 * keeps none.
 */

/** The response key: one person's pseudonym in one round. */
export function responseSigningKey(code: SecretCode, manifestId: Uint8Array): SigningKey {
  return signingKey(KDF(code, manifestId, TAGS.responseSigningKey));
}

/** The key that signs the mark on a report. Drawn by everyone, so drawing shows nothing. */
export function reportSigningKey(code: SecretCode, manifestId: Uint8Array): SigningKey {
  return signingKey(KDF(code, manifestId, TAGS.reportSigningKey));
}

/** The key pair to which handlers seal their replies. */
export function replyKemKey(code: SecretCode, manifestId: Uint8Array): KemKey {
  return kemKey(KDF(code, manifestId, TAGS.replyKey));
}

/** 32 bytes, whose hash is the mailbox address. */
export function mailboxSecret(code: SecretCode, manifestId: Uint8Array): Uint8Array {
  return KDF(code, manifestId, TAGS.mailboxSecret);
}

/** 32 bytes that name one person's place at the relay: a later message replaces the earlier one. */
export function relaySlot(code: SecretCode, manifestId: Uint8Array): Uint8Array {
  return KDF(code, manifestId, TAGS.relaySlot);
}
