import * as round from "./round.mjs";
import { bytes, canonical, cat, envelope, H, hex, json, sha256, u8 } from "./tools.mjs";

const id = round.reportsId;
const address = H("amana/v1 mailbox address", id, bytes("mailbox secret"));

/** A record of a handler as it is handed in, and the id that later ones name. */
function makeRecord(handler, day, after, change) {
  const document = { protocol: "amana/1", type: "case-record", address: hex(address), after: [...after].sort(), day, change };
  const message = H("amana/v1 case record", id, u8(handler), sha256(json(document)));
  const seed = bytes(`case record ${handler} ${day} ${change.kind}`);
  const plaintext = cat(u8(handler), round.handlers[handler].signing.sign(message), json(document));
  const context = H("amana/v1 context case record", id);
  const recipients = round.handlers.map(({ kem }) => kem.publicKey);
  const sealed = envelope({ seed, recipients, threshold: 1, context, size: 8192, plaintext }).envelope;
  return { handler, document, canonical: canonical(document), id: hex(message), seed: hex(seed), sha256: hex(sha256(sealed)), sealed };
}

/** Two handlers who set a state at once, a third record that has seen both, and the copy of a reply. */
export function caseVectors() {
  const label = makeRecord(0, 20_700, [], { kind: "label", label: "douane", on: true });
  const first = makeRecord(0, 20_701, [label.id], { kind: "state", state: "assessing" });
  const second = makeRecord(1, 20_701, [label.id], { kind: "state", state: "investigating" });
  const assign = makeRecord(1, 20_702, [first.id, second.id], { kind: "assign", to: 0 });
  const reply = makeRecord(0, 20_703, [assign.id], {
    kind: "reply",
    sequence: 0,
    sha256: hex(bytes("a reply")),
    text: "Thank you.",
    feedback: false,
  });
  const note = makeRecord(1, 20_704, [reply.id], { kind: "note", text: "Ask the office." });
  const records = [label, first, second, assign, reply, note];
  return {
    address: hex(address),
    context: hex(H("amana/v1 context case record", id)),
    records: records.map(({ sealed, ...record }) => record),
    /** The fifth, whole. */
    bytes: hex(reply.sealed),
    history: {
      order: records.map((record) => record.id),
      state: "investigating",
      assigned: 0,
      labels: ["douane"],
      conflicts: ["state"],
      heads: [note.id],
    },
  };
}
