import * as round from "./round.mjs";
import { leafHash, sealed } from "./submission.mjs";
import { ascii, bytes, canonical, cat, envelope, H, hex, json, sha256, u8, u32, u64 } from "./tools.mjs";

const LEDGER_SIZE = 40;
/** Trustee 0's list over two places: the share of the submission of submission.mjs, and nothing. */
const list = cat(sealed.shares[0], Buffer.alloc(33));
const blind = bytes("blind");
export const commitment = H("amana/v1 share list", round.surveyId, u8(0), u64(LEDGER_SIZE), blind, sha256(list));

export function openingVectors() {
  const place = [u8(1), u64(LEDGER_SIZE), u8(0), u8(2)];
  const inner = envelope({
    seed: bytes("reveal seed"),
    recipients: [round.trustees[2].kem.publicKey],
    threshold: 1,
    context: H("amana/v1 context share list", round.surveyId, ...place),
    size: 32 + 66,
    plaintext: cat(blind, list),
  }).envelope;
  const signature = round.trustees[0].signing.sign(H("amana/v1 reveal", round.surveyId, ...place, sha256(inner)));
  return {
    leafHash: hex(leafHash),
    shares: sealed.shares.map(hex),
    holder: 0,
    ledgerSize: LEDGER_SIZE,
    blind: hex(blind),
    list: hex(list),
    commitment: hex(commitment),
    reveal: {
      attempt: 1,
      sender: 0,
      receiver: 2,
      seed: hex(bytes("reveal seed")),
      bytes: hex(cat(ascii("AMV1"), ...place, u32(inner.length), inner, signature)),
    },
  };
}

export function releaseVectors() {
  const release = {
    protocol: "amana/1",
    type: "release",
    manifest: hex(round.surveyId),
    ledgerSize: LEDGER_SIZE,
    totals: ["officials", "private-sector"].map((audience) => ({
      audience,
      counted: 7,
      withdrawn: 1,
      invalid: 0,
      unopened: 0,
      missing: 0,
    })),
    wanting: [{ holder: 1, count: 2 }],
    files: [{ name: "index.html", sha256: hex(sha256(ascii("page"))), length: 4 }],
  };
  const bytesOf = json(release);
  return {
    release,
    canonical: canonical(release),
    sha256: hex(sha256(bytesOf)),
    signatures: round.trustees.map(({ signing }, holder) =>
      hex(signing.sign(H("amana/v1 release", round.surveyId, u8(holder), sha256(bytesOf)))),
    ),
  };
}
