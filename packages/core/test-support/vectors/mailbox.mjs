import * as round from "./round.mjs";
import { ascii, box, bytes, canonical, cat, envelope, H, hex, json, KDF, kem, sha256, signer, token, u8, u16, u32, u64 } from "./tools.mjs";

const id = round.reportsId;
const secret = bytes("mailbox secret");
const address = H("amana/v1 mailbox address", id, secret);
const replyKey = kem(bytes("reply key"));
const responseKey = signer(bytes("reporter")).publicKey;

/** A mark of the private sector: one issuer, three places of zeros. */
function makeMark() {
  const key = signer(bytes("report key"));
  const nonce = H("amana/v1 report key", round.surveyId, key.publicKey);
  const [issuer] = round.survey.audiences[1].issuers;
  const first = token(round.issuerKeys[2].reports, nonce, issuer.name, round.surveyId, bytes("report pss salt", 48));
  const signature = key.sign(H("amana/v1 report mark", id, address, responseKey));
  const mark = cat(round.surveyId, u8(1), key.publicKey, first, Buffer.alloc(3 * 354), signature);
  return {
    seed: hex(key.seed),
    audience: 1,
    reportKey: hex(key.publicKey),
    token: hex(first),
    signature: hex(signature),
    bytes: hex(mark),
    raw: mark,
  };
}

function makeReply() {
  const [sequence, handler, text] = [2, 1, "Thank you. We look into it."];
  const place = [id, address, u32(sequence)];
  const signature = round.handlers[handler].signing.sign(H("amana/v1 reply signature", ...place, sha256(ascii(text))));
  const seed = bytes("reply seed");
  const inner = envelope({
    seed,
    recipients: [replyKey.publicKey],
    threshold: 1,
    context: H("amana/v1 context reply", ...place),
    size: 4096 - 32 - 24 - 16 - (38 + 1217 + 4 + 4 + 16),
    plaintext: cat(u8(handler), signature, ascii(text)),
  }).envelope;
  const lookup = H("amana/v1 reply lookup", ...place);
  const nonce = bytes("reply nonce", 24);
  const key = KDF(address, id, "amana/v1 cover of a reply", [u32(sequence)]);
  return {
    sequence,
    handler,
    text,
    seed: hex(seed),
    nonce: hex(nonce),
    lookup: hex(lookup),
    coverKey: hex(key),
    bytes: hex(cat(lookup, nonce, box(inner, key, nonce))),
  };
}

function makeWork() {
  const message = ascii("a message");
  const zeroBits = (hash) => hash.reduce((text, byte) => text + byte.toString(2).padStart(8, "0"), "").indexOf("1");
  for (let counter = 0; ; counter++) {
    const hash = H("amana/v1 work", id, sha256(message), u64(counter));
    if (zeroBits(hash) >= 8)
      return { message: hex(message), difficulty: 8, zeroBits: zeroBits(hash), work: hex(u64(counter)), hash: hex(hash) };
  }
}

/** An attachment of 200,000 bytes: four chunks of data hold it, seven are sent, and the head. Chunks are given by their hashes. */
function makeAttachment(responseKey) {
  const [name, type, length] = ["photo (1).jpg", "image/jpeg", 200_000];
  const seed = bytes("attachment seed");
  const context = H("amana/v1 context attachment", id, responseKey);
  const key = KDF(seed, context, "amana/v1 chunk key");
  const content = Buffer.alloc(length, "an attachment of the vectors; ");
  const chunk = (part, index) => box(cat(part, Buffer.alloc(65_520 - part.length)), key, cat(Buffer.alloc(20), u32(index)));
  const data = Array.from({ length: 7 }, (_, index) => chunk(content.subarray(index * 65_520, (index + 1) * 65_520), index));
  const hashes = data.map((each) => sha256(each));
  const plain = cat(ascii("AMA1"), u32(length), u32(name.length), ascii(name), u32(type.length), ascii(type), ...hashes);
  const head = chunk(plain, 0xffffffff);
  const upload = bytes("upload", 16);
  const group = (index, chunks) => cat(ascii("AMG1"), upload, u16(2), u16(index), ...chunks);
  return {
    name,
    type,
    length,
    fill: "an attachment of the vectors; ",
    seed: hex(seed),
    context: hex(context),
    key: hex(key),
    chunks: hashes.map(hex),
    headContent: hex(plain),
    head: hex(sha256(head)),
    upload: hex(upload),
    groups: [group(0, data.slice(0, 4)), group(1, [...data.slice(4), head])].map((each) => hex(sha256(each))),
    message: hex(cat(ascii("a submission"), upload, Buffer.alloc(48))),
  };
}

export function mailboxVectors() {
  const { raw, ...mark } = makeMark();
  const document = {
    protocol: "amana/1",
    type: "report",
    locale: "fr",
    fields: { step: "release" },
    text: "Ils demandent.",
    attachments: [],
  };
  const head = cat(address, replyKey.publicKey);
  const attachment = makeAttachment(responseKey);
  const attachments = [{ head: attachment.head, seed: attachment.seed }];
  const followUp = { ...document, type: "follow-up", fields: {}, text: "Again.", attachments };
  return {
    mailboxSecret: hex(secret),
    address: hex(address),
    replySeed: hex(replyKey.seed),
    responseKey: hex(responseKey),
    context: hex(H("amana/v1 context report", id, responseKey, u8(200))),
    document,
    firstReport: hex(cat(head, u8(1), raw, json(document))),
    unmarkedReport: hex(cat(head, u8(0), Buffer.alloc(1545), json(document))),
    followUp: { document: followUp, canonical: canonical(followUp) },
    mark,
    attachment,
    reply: makeReply(),
    work: makeWork(),
  };
}
