import { concat, equal, fromHex, H, Reader, TAGS, toHex, uint } from "../bytes/index.ts";
import { parseIssuerKey, reportNonce, TOKEN_LENGTH, verifyToken } from "../credential/index.ts";
import { AmanaError } from "../errors/index.ts";
import { MAX_ISSUERS, type Manifest, manifestId } from "../manifest/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";

/**
 * *Verified official / trader*: proof, inside a sealed report, that its writer drew a credential in a survey.
 * It names the audience, not the person; one report key marks one mailbox.
 */
export interface Mark {
  readonly survey: Uint8Array;
  readonly audience: number;
  readonly reportKey: Uint8Array;
  /** `MAX_ISSUERS` places, zeros where the audience has no issuer. */
  readonly tokens: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

export const MARK_LENGTH: number = 32 + 1 + 32 + MAX_ISSUERS * TOKEN_LENGTH + 64;

function markMessage(reportsManifestId: Uint8Array, address: Uint8Array): Uint8Array {
  return H(TAGS.reportMark, reportsManifestId, address);
}

/** Makes a mark. The reporter's client calls it with the report key and report tokens of the survey. */
export function makeMark(
  fields: { survey: Uint8Array; audience: number; tokens: readonly Uint8Array[] },
  reportsManifestId: Uint8Array,
  address: Uint8Array,
  key: SigningKey,
): Mark {
  const tokens = Array.from({ length: MAX_ISSUERS }, (_, place) => fields.tokens[place] ?? new Uint8Array(TOKEN_LENGTH));
  return { ...fields, tokens, reportKey: key.publicKey, signature: sign(key, markMessage(reportsManifestId, address)) };
}

/** Checks a mark against the survey's manifest. A handler's tool calls it after opening. @throws ERR_MARK_INVALID */
export function verifyMark(mark: Mark, reports: Manifest, address: Uint8Array, survey: Manifest): void {
  const id = manifestId(survey);
  const issuers = survey.audiences[mark.audience]?.issuers;
  const named = equal(id, mark.survey) && reports.accepts.includes(toHex(id));
  const signed = verify(mark.reportKey, markMessage(manifestId(reports), address), mark.signature);
  const nonce = reportNonce(id, mark.reportKey);
  const drawn = mark.tokens.every((token, place) => {
    const issuer = issuers?.[place];
    if (issuer === undefined) return token.every((byte) => byte === 0);
    return verifyToken(token, { nonce, issuerName: issuer.name, manifestId: id, key: parseIssuerKey(fromHex(issuer.reportSpki)) });
  });
  if (issuers === undefined || !named || !signed || !drawn) throw new AmanaError("ERR_MARK_INVALID");
}

/**
 *     struct {
 *       opaque survey[32];  uint8 audience;  opaque reportKey[32];  opaque tokens[4][354];  opaque signature[64];
 *     } Mark;
 */
export function encodeMark(mark: Mark): Uint8Array {
  return concat(mark.survey, uint(mark.audience, 1), mark.reportKey, ...mark.tokens, mark.signature);
}

/** Reads the place of a mark: zeros and flags 0, or a mark and flags 1. @throws ERR_REPORT_FORMAT */
export function decodeMark(bytes: Uint8Array, present: boolean, flags: number): Mark | null {
  if (!present) {
    if (flags !== 0 || !bytes.every((byte) => byte === 0)) throw new AmanaError("ERR_REPORT_FORMAT");
    return null;
  }
  const reader = new Reader(bytes, "ERR_REPORT_FORMAT");
  const head = { survey: reader.take(32), audience: reader.uint8(), reportKey: reader.take(32) };
  const tokens = Array.from({ length: MAX_ISSUERS }, () => reader.take(TOKEN_LENGTH));
  const mark = { ...head, tokens, signature: reader.take(64) };
  reader.end();
  return mark;
}
