/** What docs/protocol.md §4 has beside the blind signatures: enrolment receipts and invitations files. The rest is in protocol.json. */
import { readFileSync } from "node:fs";
import { ascii, bytes, cat, H, hex, sha256, signer, u8, unhex } from "./tools.mjs";

const known = JSON.parse(readFileSync(new URL("../../src/credential/vectors/protocol.json", import.meta.url), "utf8"));

/** RFC 6962 §2.1 over 32-byte leaves. */
function root(leaves) {
  if (leaves.length === 1) return sha256(u8(0), leaves[0]);
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(u8(1), root(leaves.slice(0, split)), root(leaves.slice(split)));
}

export function credentialVectors() {
  const issuer = signer(bytes("issuer of the credential vectors"));
  const manifestId = unhex(known.manifestId);
  const draw = unhex(known.draw);
  const [invitedHash, blindedHash, reportBlindedHash] = [0, 32, 320].map((at) => draw.subarray(at, at + 32));
  const message = H(
    "amana/v1 enrolment receipt",
    manifestId,
    u8(known.audience),
    known.issuerName,
    invitedHash,
    blindedHash,
    reportBlindedHash,
  );
  const signature = issuer.sign(message);
  const receipt = cat(ascii("AMO1"), manifestId, u8(known.audience), draw, signature);

  const hashes = Array.from({ length: 7 }, (_, at) => bytes(`invited ${at}`));
  const invited = hashes.slice(0, 5).sort(Buffer.compare);
  const spares = hashes.slice(5).sort(Buffer.compare);
  return {
    seed: hex(issuer.seed),
    signingKey: hex(issuer.publicKey),
    message: hex(message),
    signature: hex(signature),
    enrolmentAnswer: hex(cat(unhex(known.answering.blindSignature), unhex(known.reports.blindSignature), signature)),
    receipt: hex(receipt),
    text: `amana/1 enrolment receipt\nround wave-1\nissuer customs-issuer\nreceipt ${hex(receipt)}\n`,
    invitations: {
      given: hashes.map(hex),
      invited: invited.map(hex),
      spares: spares.map(hex),
      file: hex(cat(...invited, ...spares)),
      root: hex(root([...invited, ...spares])),
    },
  };
}
