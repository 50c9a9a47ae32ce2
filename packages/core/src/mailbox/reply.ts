import { concat, draw, equal, fromHex, fromUtf8, H, KDF, Reader, type Rng, SHA256, TAGS, toHex, uint, utf8 } from "../bytes/index.ts";
import { envelopeLength, open, openShare, seal } from "../envelope/index.ts";
import { AmanaError, isAmanaError } from "../errors/index.ts";
import { type Manifest, manifestId } from "../manifest/index.ts";
import { BOX_OVERHEAD, boxOpen, boxSeal, type KemKey, randomBytes, type SigningKey, sign, verify } from "../primitives/index.ts";

/** Every reply, real or filler, has this many bytes. */
export const REPLY_LENGTH = 4096;
const LOOKUP = 32;
const NONCE = 24;
/** Padded plaintext inside a reply: what the envelope leaves of 4 KiB. */
const SIZE: number = REPLY_LENGTH - LOOKUP - NONCE - BOX_OVERHEAD - envelopeLength(1, 0);
const HEAD = 1 + 64;
/** The longest text of a reply in bytes of UTF-8. */
export const REPLY_TEXT_LIMIT: number = SIZE - HEAD;
/** How far beyond a gap replies are looked for: a store that leaves one out must not pass for one that has no more. */
const GAP = 64;

/** An opened reply: who wrote it (its organisation is in the manifest) and what. */
export interface Reply {
  readonly handler: number;
  readonly text: string;
}

/**
 * What stands in a mailbox and is no reply (`ERR_REPLY_INVALID`), more replies than one place has (`ERR_SEQUENCE_USED`; all are shown), or what should
 * stand there and does not (`ERR_MAILBOX_GAP`). `handler`: who signed what is no reply all the same; null where nobody can tell who put it there.
 */
export interface ReplyFault {
  readonly fault: "ERR_REPLY_INVALID" | "ERR_SEQUENCE_USED" | "ERR_MAILBOX_GAP";
  readonly handler: number | null;
}

/** Where a reply is found. Different for each, so that the store does not tell which replies belong together or how many there are. */
export function replyLookup(reportsManifestId: Uint8Array, address: Uint8Array, sequence: number): Uint8Array {
  return H(TAGS.replyLookup, reportsManifestId, address, uint(sequence, 4));
}

function replyContext(id: Uint8Array, address: Uint8Array, sequence: number): Uint8Array {
  return H(TAGS.contextReply, id, address, uint(sequence, 4));
}

function replyMessage(id: Uint8Array, address: Uint8Array, sequence: number, text: Uint8Array): Uint8Array {
  return H(TAGS.reply, id, address, uint(sequence, 4), SHA256(text));
}

/**
 * An envelope names its recipient's key, the same in every reply to one mailbox: uncovered, it would tell which belong
 * together and which are fillers. Only reporter and handlers know the address.
 */
function coverKey(id: Uint8Array, address: Uint8Array, sequence: number): Uint8Array {
  return KDF(address, id, TAGS.replyCover, [uint(sequence, 4)]);
}

/**
 *     struct {
 *       opaque lookup[32];         // H("amana/v1 reply lookup", manifestId, address, u32 sequence)
 *       opaque nonce[24];
 *       opaque covered[4040];      // secretbox(envelope, nonce), key = KDF(address, manifestId, "amana/v1 cover of a reply", u32 sequence)
 *     } Reply;                                                                                            4,096 bytes
 *
 * The envelope (k = 1, to the reply key) holds `uint8 handler; opaque signature[64]; opaque text[..]`.
 * A handler's tool calls it. Signature and handler are inside: from outside a reply looks like a filler, random bytes.
 * @throws ERR_ENVELOPE_SIZE for a text that is too long, ERR_ENVELOPE_FORMAT when the reply key, which its reporter chose, is none
 */
export function sealReply(
  fields: { reports: Manifest; address: Uint8Array; replyKey: Uint8Array; sequence: number; handler: number; text: string },
  key: SigningKey,
  rng: Rng = randomBytes,
): Uint8Array {
  const { address, replyKey, sequence, handler } = fields;
  const id = manifestId(fields.reports);
  const text = utf8(fields.text.normalize("NFC"));
  if (text.length > REPLY_TEXT_LIMIT) throw new AmanaError("ERR_ENVELOPE_SIZE");
  const plaintext = concat(uint(handler, 1), sign(key, replyMessage(id, address, sequence, text)), text);
  const context = replyContext(id, address, sequence);
  const envelope = seal(plaintext, { recipients: [replyKey], threshold: 1, context, size: SIZE, rng });
  const nonce = draw(rng, NONCE);
  return concat(replyLookup(id, address, sequence), nonce, boxSeal(envelope, coverKey(id, address, sequence), nonce));
}

/** An entry that nobody can open. The server fills the store with them. */
export function fillerReply(rng: Rng = randomBytes): Uint8Array {
  return draw(rng, REPLY_LENGTH);
}

/** What a store accepts as a reply: the right length. */
export function isReplyShaped(bytes: Uint8Array): boolean {
  return bytes.length === REPLY_LENGTH;
}

/**
 * Finds and opens all replies to one mailbox in the whole store, by their places. The reporter's client calls it; store and handlers are
 * attacker-controlled: nothing is shown that no handler of the channel signed for its place, and nothing that does not check hides what does.
 * A fault stands where it was found: for entries of a place that are no reply, for a place with several of them, for one or more places that are
 * empty although a later one is not.
 */
export async function openReplies(
  store: readonly Uint8Array[],
  reports: Manifest,
  address: Uint8Array,
  key: KemKey,
): Promise<(Reply | ReplyFault)[]> {
  const id = manifestId(reports);
  const found = new Map<string, Uint8Array[]>();
  for (const entry of store) {
    const lookup = toHex(entry.subarray(0, LOOKUP));
    const before = found.get(lookup);
    if (before === undefined) found.set(lookup, [entry]);
    else if (!before.some((other) => equal(other, entry))) before.push(entry);
  }
  const opened: (Reply | ReplyFault)[] = [];
  let missing = 0;
  for (let sequence = 0; missing <= GAP; sequence++) {
    const entries = found.get(toHex(replyLookup(id, address, sequence)));
    if (entries === undefined) {
      missing += 1;
      continue;
    }
    if (missing > 0) opened.push({ fault: "ERR_MAILBOX_GAP", handler: null });
    missing = 0;
    const here = await Promise.all(entries.map((entry) => openReply(entry, reports, address, sequence, key)));
    const replies = here.filter((each) => "text" in each);
    const told = replies.filter(
      (each, at) => replies.findIndex(({ handler, text }) => handler === each.handler && text === each.text) === at,
    );
    opened.push(...told);
    // Nobody is named for it: an honest handler writes twice for one place when a server hides what it wrote first.
    if (told.length > 1) opened.push({ fault: "ERR_SEQUENCE_USED", handler: null });
    const [bad, ...others] = here.filter((each) => "fault" in each);
    if (bad !== undefined) opened.push(others.every(({ handler }) => handler === bad.handler) ? bad : { ...bad, handler: null });
  }
  return opened;
}

/** What stands at a place, or that it is no reply; by whom, where a handler signed it all the same. */
async function openReply(
  entry: Uint8Array,
  reports: Manifest,
  address: Uint8Array,
  sequence: number,
  key: KemKey,
): Promise<Reply | ReplyFault> {
  const id = manifestId(reports);
  const context = replyContext(id, address, sequence);
  let signer: number | null = null;
  try {
    // 1. The cover. Who knows the address can put another one over the same envelope: that makes another entry, and no other reply.
    const cover = new Reader(entry.subarray(LOOKUP), "ERR_REPLY_INVALID");
    const nonce = cover.take(NONCE);
    const envelope = boxOpen(cover.take(cover.left), coverKey(id, address, sequence), nonce);
    // 2. The envelope.
    const share = envelope === null ? null : openShare(envelope, 0, key, context);
    if (envelope === null || share === null) throw new AmanaError("ERR_REPLY_INVALID");
    const plaintext = await open(envelope, [share], { recipients: [key.publicKey], threshold: 1, context, size: SIZE });
    // 3. The signature of a handler, over mailbox, sequence and text.
    const reader = new Reader(plaintext, "ERR_REPLY_INVALID");
    const handler = reader.uint8();
    const signature = reader.take(64);
    const text = reader.take(reader.left);
    const holder = reports.handlers[handler];
    if (holder === undefined || !verify(fromHex(holder.signingKey), replyMessage(id, address, sequence, text), signature)) {
      throw new AmanaError("ERR_REPLY_INVALID");
    }
    // 4. Its text.
    signer = handler;
    return { handler, text: fromUtf8(text) };
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return { fault: "ERR_REPLY_INVALID", handler: signer };
  }
}
