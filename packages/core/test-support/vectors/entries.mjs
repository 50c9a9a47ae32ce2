import { amendmentVectors } from "./amendments.mjs";
import { commitment } from "./opening.mjs";
import * as round from "./round.mjs";
import { bytes, canonical, H, hex, sha256, u8, u32, u64 } from "./tools.mjs";

const protocol = "amana/1";
const manifest = hex(round.surveyId);
const file = { sha256: hex(sha256(bytes("file"))), length: 1216 };
const hashes = [sha256(bytes("leaf 1")), sha256(bytes("leaf 2"))].sort(Buffer.compare);

/** Entries that a key holder signs: what it signs, and with which trustee's key. */
const signed = (fields, holder, message) => ({
  holder,
  message: hex(message),
  entry: { protocol, manifest, ...fields, signature: hex(round.trustees[holder].signing.sign(message)) },
});

/** Entries that an issuer signs. */
const byIssuer = (fields, issuer, message) => ({
  issuer,
  message: hex(message),
  entry: { protocol, manifest, ...fields, signature: hex(round.issuerSigner(issuer).sign(message)) },
});

export function entryVectors() {
  const id = round.surveyId;
  const customs = { audience: "officials", issuer: "customs-issuer" };
  const federation = { audience: "private-sector", issuer: "federation-issuer" };
  const spare = bytes("spare");
  const byIssuers = [
    byIssuer(
      { type: "draws", ...customs, count: 2, ...file },
      "customs-issuer",
      H("amana/v1 draws", id, u8(0), "customs-issuer", u32(2), sha256(bytes("file"))),
    ),
    byIssuer(
      { type: "replaced", ...federation, invited: file.sha256, by: null },
      "federation-issuer",
      H("amana/v1 replaced", id, u8(1), "federation-issuer", sha256(bytes("file")), Buffer.alloc(0)),
    ),
    byIssuer(
      { type: "replaced", ...customs, invited: file.sha256, by: hex(spare) },
      "customs-issuer",
      H("amana/v1 replaced", id, u8(0), "customs-issuer", sha256(bytes("file")), spare),
    ),
    byIssuer(
      { type: "key-destroyed", holder: "issuer/officials/university-issuer" },
      "university-issuer",
      H("amana/v1 key destroyed", id, "issuer/officials/university-issuer"),
    ),
  ];
  const byHolders = {
    held: signed(
      { type: "held", holder: 0, epoch: 3, ledgerSize: 40, missing: hashes.map(hex) },
      0,
      H("amana/v1 held", id, u8(0), u32(3), u64(40), ...hashes),
    ),
    "share-list": signed(
      { type: "share-list", holder: 0, ledgerSize: 40, commitment: hex(commitment) },
      0,
      H("amana/v1 commitment to a share list", id, u8(0), u64(40), commitment),
    ),
    absent: signed({ type: "absent", holder: 1, attempt: 0, absent: 2 }, 1, H("amana/v1 absent", id, u8(1), u8(0), u8(2))),
    "opening-fault": signed(
      { type: "opening-fault", holder: 2, attempt: 1, fault: 0 },
      2,
      H("amana/v1 opening fault", id, u8(2), u8(1), u8(0)),
    ),
    "key-destroyed": signed({ type: "key-destroyed", holder: "trustee/1" }, 1, H("amana/v1 key destroyed", id, "trustee/1")),
  };
  const plain = [
    { protocol, type: "programme", programme: round.programme },
    { protocol, type: "manifest", manifest: round.survey, cosignatures: round.cosign(id, round.trustees) },
    ...amendmentVectors().map(({ amendment }) => ({ protocol, type: "amendment", manifest, ...amendment })),
    { protocol, type: "invitations", manifest, ...customs, count: 38, ...file },
    { protocol, type: "epoch", manifest, from: 2, to: 3, firstIndex: 12, count: 5 },
    { protocol, type: "close", manifest },
    {
      protocol,
      type: "release",
      manifest,
      ledgerSize: 40,
      signatures: [{ holder: 0, signature: hex(bytes("signature", 64)) }],
      ...file,
    },
    { protocol, type: "retention", manifest, count: 3 },
    ...["plan", "announcement", "builds"].map((type) => ({ protocol, type, ...file })),
  ];
  return {
    issued: byIssuers.map((vector) => ({ ...vector, canonical: canonical(vector.entry) })),
    signed: Object.values(byHolders).map((vector) => ({ ...vector, canonical: canonical(vector.entry) })),
    plain: plain.map((entry) => ({ entry, canonical: canonical(entry) })),
  };
}
