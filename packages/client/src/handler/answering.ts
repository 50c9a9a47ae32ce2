import { H, PROTOCOL, type Rng, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { type CaseChange, type CaseRecord, sealCaseRecord } from "@amana/core/cases";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { sealReply } from "@amana/core/mailbox";
import { manifestId } from "@amana/core/manifest";
import { randomBytes, sign } from "@amana/core/primitives";
import { holderIndex } from "../wire/holder.ts";
import { postJson } from "../wire/rounds.ts";
import type { Case } from "./case.ts";
import type { Inbox } from "./inbox.ts";

/**
 * Places that may be taken before a reply finds one, each sealed anew; more than a server lets wait for a rebuild, of all handlers together: one who
 * fills a mailbox's next places with nonsense must not keep the others from answering its reporter.
 */
export const REPLY_TRIES = 513;

/**
 * Writes a change of a case to the other handlers, and returns the case as it is then.
 * @throws ERR_JSON_SCHEMA for what is no change, ERR_ENVELOPE_SIZE for a text that is too long, ERR_FETCH_REFUSED, ERR_OVERLOADED, ERR_NETWORK
 */
export async function change(inbox: Inbox, to: Case, what: CaseChange, rng: Rng = randomBytes): Promise<Case> {
  const { transport, manifest, keys } = inbox;
  const { bytes, record } = sealRecord(inbox, to, what, rng);
  const signature = sign(keys.signing, H(TAGS.caseDelivery, manifestId(manifest), SHA256(bytes)));
  const body = { holder: record.handler, record: toHex(bytes), signature: toHex(signature) };
  await postJson(transport, `rounds/${manifest.round}/case-records`, body);
  return inbox.take(record, to);
}

/**
 * Seals a signed reply to a report's mailbox, with a copy for the other handlers, who cannot open it. It appears in the store at the next
 * rebuild. `feedback`: it tells the reporter what was done.
 * @throws ERR_ENVELOPE_SIZE for a text of more than `REPLY_TEXT_LIMIT` bytes, ERR_JSON_SCHEMA for one with control characters, ERR_FETCH_REFUSED,
 * ERR_OVERLOADED, ERR_NETWORK
 */
export async function reply(
  inbox: Inbox,
  to: Case,
  text: string,
  feedback: boolean,
  rng: Rng = randomBytes,
  tries: number = REPLY_TRIES,
): Promise<Case> {
  const { transport, manifest, keys } = inbox;
  const { address, replyKey } = to.first;
  const handler = holderIndex(manifest, keys);
  const said = text.normalize("NFC");
  // Never beyond one that the store lacks: the reporter's client refuses what comes after a missing one.
  const first = to.replies.filter(({ published }) => published).length;
  for (let sequence = first; sequence < first + tries; sequence++) {
    const sealed = sealReply({ reports: manifest, address, replyKey, sequence, handler, text: said }, keys.signing, rng);
    const { bytes, record } = sealRecord(inbox, to, { kind: "reply", sequence, sha256: toHex(SHA256(sealed)), text: said, feedback }, rng);
    const message = H(TAGS.replyDelivery, manifestId(manifest), SHA256(sealed), SHA256(bytes));
    const body = { holder: handler, reply: toHex(sealed), record: toHex(bytes), signature: toHex(sign(keys.signing, message)) };
    try {
      await postJson(transport, `rounds/${manifest.round}/replies`, body);
      return await inbox.take(record, to);
    } catch (error) {
      // A reply of another handler, written since, has this place: take the next.
      if (!isAmanaError(error, "ERR_SEQUENCE_USED")) throw error;
    }
  }
  throw new AmanaError("ERR_RESPONSE_INVALID");
}

function sealRecord(inbox: Inbox, to: Case, what: CaseChange, rng: Rng): { readonly bytes: Uint8Array; readonly record: CaseRecord } {
  const { manifest, keys, today } = inbox;
  const text = "text" in what ? { ...what, text: what.text.normalize("NFC") } : what;
  const normal = text.kind === "label" ? { ...text, label: text.label.normalize("NFC") } : text;
  const document = {
    protocol: PROTOCOL,
    type: "case-record",
    address: toHex(to.address),
    after: to.history.heads,
    day: today,
    change: normal,
  } as const;
  return sealCaseRecord({ reports: manifest, handler: holderIndex(manifest, keys), document }, keys.signing, rng);
}
