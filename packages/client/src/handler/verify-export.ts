import { decodeJson, encodeJson, equal, fromHex, RunningSHA256, SHA256, toHex } from "@amana/core/bytes";
import { open } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { leafHash, openTlogProof } from "@amana/core/ledger";
import { decodeFirstReport, decodeReportDocument, type ReportDocument, reportContext } from "@amana/core/mailbox";
import { decodeManifest, type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { decodeProgramme, type Programme, programmeId } from "@amana/core/programme";
import { checkSubmission, decodeSubmission, encodeReportLeaf } from "@amana/core/submission";
import * as v from "valibot";
import { attachmentHead } from "./attachment-head.ts";
import { attachmentPath, messagePath } from "./export.ts";

/** A folder that is said to be an export of a case. Attacker-controlled. */
export interface ExportedFolder {
  /** The paths of all files in it, with `/`. */
  readonly paths: readonly string[];
  /** A file's pieces; asked for paths of `paths` alone. */
  read(path: string): AsyncIterable<Uint8Array>;
}

/** One thing that was looked at. */
export interface ExportCheck {
  readonly check: "files" | "programme" | "round" | "messages" | "attachments";
  readonly ok: boolean;
  /** What was found, for people; it may hold names of files, which are not fit for a terminal as they are. */
  readonly detail: string;
}

const text = v.string();
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const manifestSchema = v.strictObject({
  protocol: text,
  type: v.literal("case-export"),
  files: v.array(v.strictObject({ path: text, sha256: text, length: number })),
});
const attachedSchema = v.union([v.strictObject({ path: text, name: text, type: text }), v.strictObject({ failed: text })]);
const messageSchema = v.looseObject({
  sequence: number,
  leaf: text,
  share: v.nullable(v.pipe(text, v.regex(/^([0-9a-f]{2})+$/))),
  attachments: v.array(attachedSchema),
  document: v.unknown(),
});
const caseSchema = v.looseObject({ type: v.literal("case"), address: text, messages: v.array(messageSchema) });
type CaseFile = v.InferOutput<typeof caseSchema>;
type FileList = v.InferOutput<typeof manifestSchema>["files"];

/** Bytes of a document that is read whole: thousands of records fit. */
const LARGEST = 256 * 2 ** 20;

/**
 * Checks an export of a case without any server, for whoever got it: that every file is the one that was exported, and none is of no message; that the
 * ledger of the programme `pinned` (its id, hex) has each message; that what was sealed is what the export says, word by word; that each attachment
 * is the one that the message names. It cannot check what handlers wrote (replies, notes, states), nor a mark: they are the word of whoever exported.
 */
export async function* verifyExport(folder: ExportedFolder, pinned: string): AsyncGenerator<ExportCheck, void, undefined> {
  const list = await tried("files", () => filesOf(folder));
  yield list.check;
  const programme = await tried("programme", async () => {
    const found = decodeProgramme(await whole(folder, "programme.json"));
    if (toHex(programmeId(found)) !== pinned.toLowerCase()) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
    return { value: found, detail: `of the programme ${pinned.slice(0, 16)}…` };
  });
  yield programme.check;
  const round = await tried("round", async () => {
    const found = decodeManifest(await whole(folder, "round.json"));
    if (found.kind !== "reports") throw new AmanaError("ERR_ROUND_UNKNOWN");
    return { value: found, detail: found.round };
  });
  yield round.check;
  if (list.value === null || programme.value === null || round.value === null) return;
  const parts = { folder, files: list.value, programme: programme.value, manifest: round.value };
  const messages = await tried("messages", () => messagesOf(parts));
  yield messages.check;
  if (messages.value !== null) yield (await tried("attachments", () => attachmentsOf(parts, messages.value ?? []))).check;
}

interface Parts {
  readonly folder: ExportedFolder;
  readonly files: FileList;
  readonly programme: Programme;
  readonly manifest: Manifest;
}

/** A message whose sealed bytes say what the export says. */
interface Proven {
  readonly responseKey: Uint8Array;
  readonly document: ReportDocument;
  readonly attached: CaseFile["messages"][number]["attachments"];
}

/** What does not hold, for people. */
class Wrong extends Error {}

async function tried<T>(
  check: ExportCheck["check"],
  look: () => Promise<{ readonly value: T; readonly detail: string }>,
): Promise<{ readonly value: T | null; readonly check: ExportCheck }> {
  try {
    const { value, detail } = await look();
    return { value, check: { check, ok: true, detail } };
  } catch (error) {
    if (!isAmanaError(error) && !(error instanceof Wrong)) throw error;
    return { value: null, check: { check, ok: false, detail: error.message } };
  }
}

async function filesOf(folder: ExportedFolder): Promise<{ readonly value: FileList; readonly detail: string }> {
  const { files } = decodeJson(await whole(folder, "manifest.json"), manifestSchema);
  const named = new Set(files.map(({ path }) => path));
  if (named.size !== files.length) throw new Wrong("manifest.json names a file twice");
  const extra = folder.paths.filter((path) => path !== "manifest.json" && !named.has(path));
  const missing = files.filter(({ path }) => !folder.paths.includes(path));
  const changed: string[] = [];
  for (const { path, sha256, length } of files) {
    if (!folder.paths.includes(path)) continue;
    const hash = new RunningSHA256();
    let bytes = 0;
    for await (const piece of folder.read(path)) {
      hash.add(piece);
      bytes += piece.length;
    }
    if (toHex(hash.digest()) !== sha256 || bytes !== length) changed.push(path);
  }
  const wrong = [...changed.map((path) => `${path} was changed`), ...missing.map(({ path }) => `${path} is missing`)];
  wrong.push(...extra.map((path) => `${path} was added`));
  if (wrong.length > 0) throw new Wrong(`${wrong.slice(0, 5).join("; ")}${wrong.length > 5 ? `; and ${wrong.length - 5} more` : ""}`);
  return { value: files, detail: `${files.length}, all as they were exported` };
}

async function messagesOf(parts: Parts): Promise<{ readonly value: readonly Proven[]; readonly detail: string }> {
  const found = decodeJson(await whole(parts.folder, "case.json"), caseSchema);
  if (found.messages.length === 0) throw new Wrong("case.json has no message");
  const proven: Proven[] = [];
  let size = 0;
  for (const [sequence, message] of found.messages.entries()) {
    const name = messagePath(sequence);
    const one = await messageOf(parts, name, found.address, { ...message, place: sequence }).catch((error: unknown) => {
      throw isAmanaError(error) ? new Wrong(`${name}: ${error.message}`) : error;
    });
    if (proven[0] !== undefined && !equal(proven[0].responseKey, one.responseKey)) throw new Wrong(`${name} is of another writer`);
    proven.push(one);
    size = Math.max(size, one.size);
  }
  return { value: proven, detail: `${proven.length}, each sealed as it is shown and in the ledger (${size} entries)` };
}

async function messageOf(
  { folder, programme, manifest }: Parts,
  name: string,
  address: string,
  { leaf, share, document, attachments, sequence: said, place }: CaseFile["messages"][number] & { readonly place: number },
): Promise<Proven & { readonly size: number }> {
  if (!folder.paths.includes(`${name}.submission`) || share === null)
    throw new Wrong(`${name}: the sealed bytes were not there when it was exported`);
  if (!folder.paths.includes(`${name}.tlog-proof`)) throw new Wrong(`${name} was not in the ledger when it was exported: export it again`);
  // 1. The sealed bytes are the reporter's, and in the ledger.
  const bytes = await whole(folder, `${name}.submission`);
  const hash = leafHash(encodeReportLeaf(bytes));
  const witnesses = programme.witnesses.map(({ vkey }) => vkey);
  const trust = { ...programme.ledger, witnesses, quorum: programme.quorum };
  const { size } = openTlogProof(await whole(folder, `${name}.tlog-proof`), hash, trust);
  const submission = decodeSubmission(bytes, manifest);
  checkSubmission(submission, manifest, true);
  const { envelope, responseKey, sequence } = submission;
  if (toHex(hash) !== leaf || sequence !== place || said !== place) throw new Wrong(`${name} stands in another's place`);
  // 2. What they hold is what is shown.
  const context = reportContext(manifestId(manifest), responseKey, sequence);
  const spec = { recipients: recipients(manifest), threshold: 1, context, size: manifest.size };
  const plaintext = await open(envelope, [fromHex(share)], spec);
  const first = sequence === 0 ? decodeFirstReport(plaintext) : null;
  const sealed = first?.document ?? decodeReportDocument(plaintext);
  const shown = await whole(folder, `${name}.json`);
  if (!equal(encodeJson(sealed), shown) || !equal(encodeJson(document), shown))
    throw new Wrong(`${name} says something else than was sealed`);
  if (first !== null && toHex(first.address) !== address) throw new Wrong("case.json names another mailbox");
  return { responseKey, document: sealed, attached: attachments, size };
}

async function attachmentsOf(
  { folder, files, manifest }: Parts,
  messages: readonly Proven[],
): Promise<{ readonly value: number; readonly detail: string }> {
  let count = 0;
  const proven = new Set(["programme.json", "round.json", "case.json"]);
  for (const [sequence, { responseKey, document, attached }] of messages.entries()) {
    for (const ending of ["json", "submission", "tlog-proof"]) proven.add(`${messagePath(sequence)}.${ending}`);
    if (attached.length !== document.attachments.length) throw new Wrong("case.json names other attachments than the messages");
    for (const [place, { head, seed }] of document.attachments.entries()) {
      const here = attached[place] as Proven["attached"][number];
      if ("failed" in here) throw new Wrong(`one that the reporter attached is not here: ${here.failed}`);
      const { path, name, type } = here;
      const length = files.find((each) => each.path === path)?.length;
      if (length === undefined) throw new Wrong(`${path} is missing`);
      const described = { seed: fromHex(seed), name, type, length };
      const made = await attachmentHead(folder.read(path), described, { manifestId: manifestId(manifest), responseKey });
      if (toHex(SHA256(made)) !== head) throw new Wrong(`${path} is not what the reporter attached`);
      if (path !== attachmentPath(sequence, place, name)) throw new Wrong(`${path} is not what the reporter called it`);
      proven.add(path);
      count += 1;
    }
  }
  // The list of files is whoever's who made the folder: what it names and no message does would stand beside the reporter's files as one of them.
  const foreign = files.find(({ path }) => !proven.has(path));
  if (foreign !== undefined) throw new Wrong(`${foreign.path} is of no message`);
  return { value: count, detail: count === 0 ? "none" : `${count}, each the one that its message names` };
}

async function whole({ paths, read }: ExportedFolder, path: string): Promise<Uint8Array> {
  if (!paths.includes(path)) throw new Wrong(`${path} is missing`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of read(path)) {
    length += piece.length;
    if (length > LARGEST) throw new Wrong(`${path} is too long`);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
