import { describe, expect, it } from "vitest";
import { answer } from "../../test-support/answers.ts";
import { drawTokens, issuerKeyOf, OFFICIALS, PRIVATE_SECTOR, PROGRAMME, person, SURVEY, SURVEY_ID } from "../../test-support/world.ts";
import { fromHex } from "../bytes/index.ts";
import { blind, blindSign, finalize, parseIssuerKey, responseNonce, verifyToken } from "../credential/index.ts";
import { checkManifest, type Manifest, type ManifestAudience, manifestId, roundIssuers } from "../manifest/index.ts";
import { checkTokens, decodeSubmissionLeaf, encodeSubmissionLeaf, NO_TOKEN, type Submission, signSubmission } from "./index.ts";

/** Each attack twice: against what is shipped, and against a collaborator that lacks the defence, where it succeeds. */

/** A checker of tokens that goes by the places a leaf says it has, instead of by those of the manifest. */
function checkByLeaf({ audience, responseKey, tokens }: Pick<Submission, "audience" | "responseKey" | "tokens">): boolean {
  const issuers = roundIssuers(SURVEY, audience);
  const nonce = responseNonce(SURVEY_ID, responseKey);
  return tokens.every((token, place) => {
    const issuer = issuers[place];
    return issuer !== undefined && verifyToken(token, { nonce, issuerName: issuer.name, manifestId: SURVEY_ID, key: issuer.key });
  });
}

describe("an official who has the code of one issuer only, and a collector that logs what it should refuse", () => {
  const half = person("half an official");
  const [one] = drawTokens(half, OFFICIALS) as [Uint8Array];
  const { envelope } = answer(half, { tokens: "none" });
  const submission = signSubmission({ manifestId: SURVEY_ID, audience: OFFICIALS, sequence: 0, tokens: [one], envelope }, half.key);
  const leaf = decodeSubmissionLeaf(encodeSubmissionLeaf(submission));

  it("counts nothing: a leaf must have all places of the round", () => {
    expect(checkTokens(leaf, SURVEY)).toBe("invalid");
    expect(checkTokens({ ...leaf, tokens: [one, NO_TOKEN] }, SURVEY)).toBe("invalid");
  });

  it("would count, were a leaf's own number of places believed", () => {
    expect(checkByLeaf(leaf)).toBe(true);
  });
});

describe("one issuer key for two audiences", () => {
  const [officials, traders] = SURVEY.audiences as [ManifestAudience, ManifestAudience];
  const trader = person("a trader");
  // The operator hands trustees a manifest where the traders' issuer signs for officials, too.
  const shared: Manifest = { ...SURVEY, audiences: [{ ...officials, issuers: traders.issuers }, traders] };
  const id = manifestId(shared);
  const key = parseIssuerKey(fromHex(traders.issuers[0]?.spki ?? ""));
  const binding = { nonce: responseNonce(id, trader.key.publicKey), issuerName: "federation-issuer", manifestId: id, key };
  const blinding = blind(trader.code, binding);
  // Asked for as a trader, signed blindly: the issuer cannot see what for.
  const token = finalize(blinding, blindSign(issuerKeyOf(PRIVATE_SECTOR, 0), blinding.blinded), binding);

  it("is refused before anyone signs the manifest", () => {
    expect(() => checkManifest(shared, { programme: PROGRAMME })).toThrow(expect.objectContaining({ code: "ERR_MANIFEST_INVALID" }));
  });

  it("would turn a trader into an official in a round whose manifest nobody checked", () => {
    expect(checkTokens({ audience: PRIVATE_SECTOR, responseKey: trader.key.publicKey, tokens: [token] }, shared)).toBe("valid");
    expect(checkTokens({ audience: OFFICIALS, responseKey: trader.key.publicKey, tokens: [token] }, shared)).toBe("valid");
  });
});
