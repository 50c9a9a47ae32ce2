import { concat, equal, H, Reader, TAGS, toHex, uint } from "../bytes/index.ts";
import { reportNonce, TOKEN_LENGTH, verifyToken } from "../credential/index.ts";
import { AmanaError } from "../errors/index.ts";
import { MAX_ISSUERS, type Manifest, manifestId, roundIssuers } from "../manifest/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";

/**
 * *Verified official / trader*: proof, inside a sealed report, that its writer drew a credential in a survey.
 * It names the audience, not the person; one report key marks one report.
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

/**
 * The report that a mark is of. The mailbox alone would not do: all handlers know it, and could put an opened mark into a report that they write to
 * it themselves. The response key signs the report and is its writer's alone.
 */
export interface MarkedReport {
  readonly address: Uint8Array;
  readonly responseKey: Uint8Array;
}

function markMessage(reportsManifestId: Uint8Array, { address, responseKey }: MarkedReport): Uint8Array {
  return H(TAGS.reportMark, reportsManifestId, address, responseKey);
}

/** Makes a mark. The reporter's client calls it with the report key and report tokens of the survey. */
export function makeMark(
  fields: { survey: Uint8Array; audience: number; tokens: readonly Uint8Array[] },
  reportsManifestId: Uint8Array,
  report: MarkedReport,
  key: SigningKey,
): Mark {
  const { survey, audience } = fields;
  const tokens = Array.from({ length: MAX_ISSUERS }, (_, place) => fields.tokens[place] ?? new Uint8Array(TOKEN_LENGTH));
  return { survey, audience, reportKey: key.publicKey, tokens, signature: sign(key, markMessage(reportsManifestId, report)) };
}

/** Checks a mark against the survey's manifest. A handler's tool calls it after opening; its writer may be hostile. @throws ERR_MARK_INVALID */
export function verifyMark(mark: Mark, reports: Manifest, report: MarkedReport, survey: Manifest): void {
  // 1. A survey that this channel accepts, and an audience of it.
  const id = manifestId(survey);
  const issuers = roundIssuers(survey, mark.audience);
  if (!equal(id, mark.survey) || !reports.accepts.includes(toHex(id)) || issuers.length === 0) throw new AmanaError("ERR_MARK_INVALID");
  // 2. Made for this report to this channel.
  if (!verify(mark.reportKey, markMessage(manifestId(reports), report), mark.signature)) throw new AmanaError("ERR_MARK_INVALID");
  // 3. Signed by all issuers of the audience, under their keys for reports.
  const nonce = reportNonce(id, mark.reportKey);
  const drawn = mark.tokens.every((token, place) => {
    const issuer = issuers[place];
    if (issuer === undefined) return token.every((byte) => byte === 0);
    return verifyToken(token, { nonce, issuerName: issuer.name, manifestId: id, key: issuer.reportKey });
  });
  if (!drawn || mark.tokens.length !== MAX_ISSUERS) throw new AmanaError("ERR_MARK_INVALID");
}

/**
 *     struct {
 *       opaque survey[32];  uint8 audience;  opaque reportKey[32];  opaque tokens[4][354];  opaque signature[64];
 *     } Mark;
 */
export function encodeMark(mark: Mark): Uint8Array {
  const bytes = concat(mark.survey, uint(mark.audience, 1), mark.reportKey, ...mark.tokens, mark.signature);
  if (bytes.length !== MARK_LENGTH) throw new TypeError(`a mark has ${MARK_LENGTH} bytes`);
  return bytes;
}

/** The place of a mark in a first report: `NO_MARK` and zeros, or `HAS_MARK` and a mark. */
export const NO_MARK = 0;
export const HAS_MARK = 1;

/** Reads the place of a mark. Attacker-controlled. @throws ERR_REPORT_FORMAT */
export function decodeMark(bytes: Uint8Array, flags: number): Mark | null {
  const reader = new Reader(bytes, "ERR_REPORT_FORMAT");
  const head = { survey: reader.take(32), audience: reader.uint8(), reportKey: reader.take(32) };
  const tokens = Array.from({ length: MAX_ISSUERS }, () => reader.take(TOKEN_LENGTH));
  const mark = { ...head, tokens, signature: reader.take(64) };
  reader.end();
  if (flags === HAS_MARK) return mark;
  if (flags !== NO_MARK || bytes.some((byte) => byte !== 0)) throw new AmanaError("ERR_REPORT_FORMAT");
  return null;
}
