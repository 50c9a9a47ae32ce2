import { encodeJson, PROTOCOL, RunningSHA256, toHex } from "@amana/core/bytes";
import { dateOf } from "@amana/core/cases";
import { openShare } from "@amana/core/envelope";
import { isAmanaError } from "@amana/core/errors";
import { encodeTlogProof, inclusionProofInRange } from "@amana/core/ledger";
import { reportContext } from "@amana/core/mailbox";
import { encodeProgramme } from "@amana/core/programme";
import { decodeSubmission } from "@amana/core/submission";
import { holderIndex } from "../wire/holder.ts";
import type { LedgerView } from "../wire/ledger-view.ts";
import { openAttachment } from "./attachments.ts";
import type { Case } from "./case.ts";
import { safeFileName } from "./file-name.ts";
import type { Inbox } from "./inbox.ts";

/** One file of an export. Its pieces are read once, to the end, before the next file is asked for. */
export interface ExportedFile {
  /** Relative, with `/`; of letters, digits, dots, hyphens and, of attachments, what is safe on a disk. */
  readonly path: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * A case as files, for whoever goes on with it: an authority, a court, an archive. A handler's tool calls it; it holds everything in plaintext.
 *
 * `case.json` says all of it in order; `messages/…` has each message as it was sealed, with the share that opens it and the proof that the
 * ledger has it; `attachments/…` what was attached. `programme.json` and `round.json` are what the proofs are checked under, without asking
 * any server. `manifest.json`, the last, names every file with its SHA-256 and length.
 * An attachment that does not open has its code in `case.json` instead of a file, and ends nothing: whoever wrote it may be hostile, or the server.
 * One whose pieces break off throws there (ERR_ATTACHMENT_*): whoever writes it removes what is written, and goes on with the next file.
 * @throws ERR_FETCH_REFUSED, ERR_NETWORK, ERR_LEDGER_*
 */
export async function* exportCase(inbox: Inbox, of: Case, view: LedgerView): AsyncGenerator<ExportedFile, void, undefined> {
  const files: { path: string; sha256: string; length: number }[] = [];
  const file = (path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ExportedFile => ({
    path,
    pieces: counted(
      pieces,
      (sha256, length) => void files.push({ path, sha256, length }),
      (error) => void broken.set(path, codeOf(error)),
    ),
  });
  const broken = new Map<string, string>();
  const sealed = await inbox.sealed(of.messages.map(({ leafHash }) => leafHash));
  const proofs = await proofsOf(inbox, of, view);
  yield file("programme.json", [encodeProgramme(view.programme)]);
  yield file("round.json", [encodeJson(inbox.manifest)]);
  const attached: Record<number, Attached[]> = {};
  for (const { sequence, leafHash, document } of of.messages) {
    const name = messagePath(sequence);
    yield file(`${name}.json`, [encodeJson(document)]);
    const bytes = sealed.get(leafHash);
    if (bytes !== undefined) yield file(`${name}.submission`, [bytes]);
    const proof = proofs.get(leafHash);
    if (proof !== undefined) yield file(`${name}.tlog-proof`, [new TextEncoder().encode(proof)]);
    for (const [place, reference] of document.attachments.entries()) {
      const opened = await openAttachment(inbox.transport, inbox.manifest, inbox.keys, of.writer, reference).catch((error: unknown) => {
        const failed = codeOf(error);
        attached[sequence] = [...(attached[sequence] ?? []), { failed }];
        return null;
      });
      if (opened === null) continue;
      const path = attachmentPath(sequence, place, opened.name);
      yield file(path, opened.bytes());
      const failed = broken.get(path);
      attached[sequence] = [
        ...(attached[sequence] ?? []),
        failed === undefined ? { path, name: opened.name, type: opened.type } : { failed },
      ];
    }
  }
  yield file("case.json", [encodeJson(caseDocument(inbox, of, sealed, attached))]);
  const manifest = { protocol: PROTOCOL, type: "case-export", files };
  yield { path: "manifest.json", pieces: counted([encodeJson(manifest)]) };
}

/** Where a message is, without what each of its files ends in. */
export function messagePath(sequence: number): string {
  return `messages/${String(sequence).padStart(3, "0")}`;
}

/** Where the attachment is that stands at `place` of a message and that its reporter called `name`. */
export function attachmentPath(sequence: number, place: number, name: string): string {
  return `attachments/${String(sequence).padStart(3, "0")}-${place}-${safeFileName(name).name}`;
}

/** Where an attachment is in the export, with what its head says of it, by which it is proved; or why it is not there. */
type Attached = { readonly path: string; readonly name: string; readonly type: string } | { readonly failed: string };

/** The code of what is wrong with an attachment; anything else goes on. */
function codeOf(error: unknown): string {
  if (isAmanaError(error) && error.code.startsWith("ERR_ATTACHMENT")) return error.code;
  throw error;
}

/** Everything of the case in one document, in the order in which it happened as far as days say. */
function caseDocument(
  inbox: Inbox,
  of: Case,
  sealed: ReadonlyMap<string, Uint8Array>,
  attached: Readonly<Record<number, Attached[]>>,
): object {
  const { history } = of;
  const who = (handler: number | null): string | null =>
    handler === null ? null : (inbox.manifest.handlers[handler]?.organisation ?? null);
  return {
    protocol: PROTOCOL,
    type: "case",
    round: inbox.manifest.round,
    reference: of.reference,
    address: toHex(of.address),
    received: dateOf(of.received),
    exported: dateOf(inbox.today),
    state: history.state,
    assigned: who(history.assigned),
    labels: history.labels,
    mark: of.mark === null || of.mark === false ? of.mark : { ...of.mark },
    missing: history.missing,
    messages: of.messages.map(({ sequence, day, sealed: isLogged, leafHash, document }) => ({
      sequence,
      date: dateOf(day),
      logged: isLogged,
      leaf: leafHash,
      share: shareOf(inbox, sealed.get(leafHash)),
      attachments: attached[sequence] ?? [],
      document,
    })),
    replies: of.replies.map(({ sequence, handler, text, day, feedback, published, lost, disputed }) => ({
      sequence,
      by: who(handler),
      date: day === null ? null : dateOf(day),
      feedback,
      published,
      lost,
      disputed,
      text,
    })),
    records: history.records.map(({ id, handler, document: { day, after, change } }) => ({
      id,
      by: who(handler),
      date: dateOf(day),
      after,
      change,
    })),
  };
}

/** The share that opens a message: with it anyone finds the same text in the sealed bytes. Null where the server did not hand those over. */
function shareOf({ manifest, keys, channel }: Inbox, bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null;
  const { envelope, responseKey, sequence } = decodeSubmission(bytes, manifest);
  const share = openShare(envelope, holderIndex(manifest, keys), keys.kem, reportContext(channel.id, responseKey, sequence));
  return share === null ? null : toHex(share);
}

/** The proofs that the ledger has the messages, by leaf hash; made from all leaves on, so that the server learns no case. */
async function proofsOf({ channel }: Inbox, of: Case, { reader, checkpoint }: LedgerView): Promise<Map<string, string>> {
  const indexes = new Map<string, number>();
  for (const { leafHash } of of.messages) {
    const logged = channel.leaves.get(leafHash);
    if (logged !== undefined && logged.index < checkpoint.size) indexes.set(leafHash, logged.index);
  }
  if (indexes.size === 0) return new Map();
  const start = Math.min(...[...channel.leaves.values()].map(({ index }) => index));
  const before = await reader.peaks(start);
  const leaves: Uint8Array[] = [];
  for await (const { leaf } of reader.leaves(start)) leaves.push(leaf);
  const range = { start, before, leaves };
  return new Map(
    [...indexes].map(([leafHash, index]) => [
      leafHash,
      encodeTlogProof({ extra: null, index, proof: inclusionProofInRange(range, index), checkpoint: checkpoint.note }),
    ]),
  );
}

async function* counted(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  done: (sha256: string, length: number) => void = () => undefined,
  failed: (error: unknown) => void = () => undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = new RunningSHA256();
  let length = 0;
  try {
    for await (const piece of pieces) {
      hash.add(piece);
      length += piece.length;
      yield piece;
    }
  } catch (error) {
    failed(error);
    throw error;
  }
  done(toHex(hash.digest()), length);
}
