import { describe, expect, it } from "vitest";
import { fromHex, type InvitationCode, type SecretCode, toHex } from "../bytes/index.ts";
import {
  blind,
  blindedHash,
  blindSign,
  checkDraw,
  decodeDraws,
  decodeEnrolment,
  decodeEnrolmentAnswer,
  encodeDraw,
  encodeEnrolment,
  encodeEnrolmentAnswer,
  finalize,
  invitedHash,
  mailboxSecret,
  openIssuerKey,
  parseIssuerKey,
  relaySlot,
  replyKemKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
  tokenInput,
  verifyToken,
} from "./index.ts";
import receipts from "./vectors/credential.json" with { type: "json" };
import vectors from "./vectors/protocol.json" with { type: "json" };

const code = fromHex(vectors.secretCode) as Uint8Array as SecretCode;
const invitation = fromHex(vectors.invitationCode) as Uint8Array as InvitationCode;
const manifestId = fromHex(vectors.manifestId);
const { issuerName } = vectors;

describe("the vectors of docs/protocol.md §4, computed by another program", () => {
  it("keys from the secret code", () => {
    const { keys } = vectors;
    expect(toHex(responseSigningKey(code, manifestId).seed)).toBe(keys.responseSeed);
    expect(toHex(responseSigningKey(code, manifestId).publicKey)).toBe(keys.responseKey);
    expect(toHex(reportSigningKey(code, manifestId).seed)).toBe(keys.reportSeed);
    expect(toHex(reportSigningKey(code, manifestId).publicKey)).toBe(keys.reportKey);
    expect(toHex(replyKemKey(code, manifestId).seed)).toBe(keys.replySeed);
    expect(replyKemKey(code, manifestId).publicKey).toHaveLength(1216);
    expect(toHex(mailboxSecret(code, manifestId))).toBe(keys.mailboxSecret);
    expect(toHex(relaySlot(code, manifestId))).toBe(keys.relaySlot);
  });

  it.each([
    { use: "answering", nonce: responseNonce(manifestId, fromHex(vectors.keys.responseKey)) },
    { use: "reports", nonce: reportNonce(manifestId, fromHex(vectors.keys.reportKey)) },
  ] as const)("the token for $use", ({ use, nonce }) => {
    const vector = vectors[use];
    const issuer = openIssuerKey(fromHex(vectors.pkcs8[use]));
    const key = parseIssuerKey(fromHex(vector.spki));
    expect(issuer.key).toBe(key);
    const binding = { nonce, issuerName, manifestId, key };
    expect(toHex(nonce)).toBe(vector.nonce);
    expect(toHex(tokenInput(binding))).toBe(vector.tokenInput);

    const blinding = blind(code, binding);
    expect(toHex(blinding.blinded)).toBe(vector.blinded);
    expect(toHex(blindSign(issuer, blinding.blinded))).toBe(vector.blindSignature);
    expect(toHex(finalize(blinding, fromHex(vector.blindSignature), binding))).toBe(vector.token);
    expect(verifyToken(fromHex(vector.token), binding)).toBe(true);
  });

  it("the enrolment and its answer", () => {
    const request = {
      manifestId,
      audience: vectors.audience,
      code: invitation,
      blinded: fromHex(vectors.answering.blinded),
      reportBlinded: fromHex(vectors.reports.blinded),
    };
    expect(toHex(encodeEnrolment(request))).toBe(vectors.enrolment);
    expect(decodeEnrolment(fromHex(vectors.enrolment))).toEqual(request);
    const answer = {
      blindSignature: fromHex(vectors.answering.blindSignature),
      reportBlindSignature: fromHex(vectors.reports.blindSignature),
      receipt: fromHex(receipts.signature),
    };
    expect(toHex(encodeEnrolmentAnswer(answer))).toBe(receipts.enrolmentAnswer);
    expect(decodeEnrolmentAnswer(fromHex(receipts.enrolmentAnswer))).toEqual(answer);
  });

  it("the draw", () => {
    const draw = {
      invitedHash: invitedHash(fromHex(vectors.programmeId), vectors.roundName, issuerName, invitation),
      blindedHash: blindedHash(fromHex(vectors.answering.blinded)),
      blindSignature: fromHex(vectors.answering.blindSignature),
      reportBlindedHash: blindedHash(fromHex(vectors.reports.blinded)),
      reportBlindSignature: fromHex(vectors.reports.blindSignature),
    };
    expect(toHex(draw.invitedHash)).toBe(vectors.invitedHash);
    expect(toHex(encodeDraw(draw))).toBe(vectors.draw);
    expect(decodeDraws(fromHex(vectors.draw))).toEqual([draw]);
    const keys = { key: parseIssuerKey(fromHex(vectors.answering.spki)), reportKey: parseIssuerKey(fromHex(vectors.reports.spki)) };
    expect(checkDraw(draw, keys)).toBe(true);
  });
});
