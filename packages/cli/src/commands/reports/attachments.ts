import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Case, type Inbox, type OpenedAttachment, openAttachment, safeFileName } from "@amana/client/handler";
import { type AmanaError, isAmanaError } from "@amana/core/errors";
import type { AttachmentReference } from "@amana/core/mailbox";
import { randomBytes } from "@amana/core/primitives";
import { oneLine } from "../../terminal/printable.ts";

/** An attachment of a case; `number` counts them from 1 through all messages. One that does not open has the reason instead. */
export interface ListedAttachment {
  readonly number: number;
  /** Sequence of the message that it came with: 0 is the report. */
  readonly message: number;
  readonly reference: AttachmentReference;
  readonly opened: OpenedAttachment | AmanaError;
}

/** Fetches the heads of a case's attachments: what they are called, what they claim to be, how long they are. A bad one does not hide the others. @throws ERR_NETWORK */
export async function listAttachments({ transport, manifest, keys }: Inbox, of: Case): Promise<ListedAttachment[]> {
  const references = of.messages.flatMap(({ sequence, document }) =>
    document.attachments.map((reference) => ({ reference, message: sequence })),
  );
  const listed: ListedAttachment[] = [];
  for (const { reference, message } of references) {
    const opened = await openAttachment(transport, manifest, keys, of.writer, reference).catch((error: unknown) => {
      if (isAmanaError(error) && error.code.startsWith("ERR_ATTACHMENT")) return error;
      throw error;
    });
    listed.push({ number: listed.length + 1, message, reference, opened });
  }
  return listed;
}

/** One line about an attachment. Its name is a stranger's: shown as it can be saved, and said where that is another one. */
export function lineOf({ number, opened }: ListedAttachment): string {
  if (isAmanaError(opened)) return `  [${number}] ✗ ${opened.message}`;
  const { name, changed } = safeFileName(opened.name);
  return `  [${number}] ${name}${changed ? " (named otherwise by its sender)" : ""}   ${oneLine(opened.type)}   ${sizeOf(opened.length)}`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Saves an attachment under a safe name that nothing in the folder has, readable by its owner alone. It appears when all of it is there and checked;
 * an interrupted one leaves nothing under its name. @returns the name. @throws ERR_ATTACHMENT_INVALID, ERR_ATTACHMENT_MISSING, ERR_NETWORK
 */
export async function saveAttachment(opened: OpenedAttachment, folder: string, onBytes: (saved: number) => void): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await sweep(folder);
  const temporary = join(folder, `.amana-${process.pid}-${Buffer.from(randomBytes(8)).toString("hex")}.part`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      let saved = 0;
      for await (const piece of opened.bytes()) {
        await file.write(piece);
        saved += piece.length;
        onBytes(saved);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const name = await reserve(folder, safeFileName(opened.name).name);
    await rename(temporary, join(folder, name));
    return name;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Takes away what a command that was killed left half saved: it is in plaintext. One that runs keeps its own. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^\.amana-(\d+)-[0-9a-f]{16}\.part$/.exec(name) ?? [];
    if (pid !== undefined && !runs(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process that may not be asked is one all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The first of `name`, `name (2)`, … that is free, taken by an empty file: whatever is there, a link included, is never written to. */
async function reserve(folder: string, name: string): Promise<string> {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${stem} (${count})${ending}`;
    try {
      await (await open(join(folder, candidate), "wx", 0o600)).close();
      return candidate;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}
