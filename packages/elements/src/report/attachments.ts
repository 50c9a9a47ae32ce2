import { ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, type AttachmentSource } from "@amana/client/reporter";
import type { PreparedFile } from "../files/index.ts";

/** Where a chosen file stands: being looked at, ready to be sent, or refused with the reason why. */
export type FileState = "looking" | "ready" | "kind" | "size" | "empty" | "unreadable";

export interface ChosenFile {
  /** Its name on this device. */
  readonly name: string;
  state: FileState;
  prepared: PreparedFile | null;
  /** What will be sent. The same object as long as nothing of it changes: an upload that was interrupted is found by it. */
  source: AttachmentSource | null;
  /** A name that says nothing; "" until the file was looked at. */
  neutral: string;
}

export type PrepareFile = (file: File) => Promise<PreparedFile | null>;

/** The files of the message that is being written. Holds them in memory alone; `onChange` is whoever shows them. */
export class Attachments {
  files: readonly ChosenFile[] = [];
  /** More were chosen than a message takes. */
  tooMany = false;
  onChange: () => void = () => undefined;
  readonly #prepare: PrepareFile;

  constructor(prepare: PrepareFile) {
    this.#prepare = prepare;
  }

  /** What goes with the message. */
  get sources(): readonly AttachmentSource[] {
    return this.files.flatMap(({ source }) => (source === null ? [] : [source]));
  }

  get looking(): boolean {
    return this.files.some(({ state }) => state === "looking");
  }

  /** Takes what fits; the rest is said to be too many. Resolves when all were looked at. */
  async add(files: readonly File[]): Promise<void> {
    const kept = this.files.filter(({ state }) => state === "looking" || state === "ready");
    const taken = files.slice(0, ATTACHMENTS_LIMIT - kept.length);
    this.tooMany = taken.length < files.length;
    const chosen = taken.map((file): ChosenFile => ({ name: file.name, state: refusal(file), prepared: null, source: null, neutral: "" }));
    this.files = [...kept, ...chosen];
    this.onChange();
    for (const [at, file] of taken.entries()) {
      const each = chosen[at] as ChosenFile;
      if (each.state === "looking") await this.#look(each, file);
    }
  }

  remove(file: ChosenFile): void {
    this.files = this.files.filter((each) => each !== file);
    this.tooMany = false;
    this.onChange();
  }

  /** Sends a file under its own name, or again under one that says nothing. */
  keepName(file: ChosenFile, keep: boolean): void {
    if (file.prepared === null) return;
    file.source = sourceOf(file.prepared, keep ? file.name : file.neutral);
    this.onChange();
  }

  clear(): void {
    this.files = [];
    this.tooMany = false;
  }

  async #look(chosen: ChosenFile, file: File): Promise<void> {
    try {
      const prepared = await this.#prepare(file);
      chosen.prepared = prepared;
      chosen.state = prepared === null ? "kind" : "ready";
      if (prepared !== null) {
        chosen.neutral = this.#neutralName(prepared);
        chosen.source = sourceOf(prepared, chosen.neutral);
      }
    } catch {
      chosen.state = "unreadable";
    }
    this.onChange();
  }

  /** The smallest number that no other file of the message has: gaps would tell that one was taken out. */
  #neutralName({ known }: PreparedFile): string {
    const taken = this.files.map(({ neutral }) => neutral.replace(/\..*/, ""));
    let number = 1;
    while (taken.includes(`file-${number}`)) number += 1;
    return `file-${number}.${known.ending}`;
  }
}

function refusal({ size }: File): FileState {
  return size === 0 ? "empty" : size > ATTACHMENT_LIMIT ? "size" : "looking";
}

function sourceOf({ bytes, known }: PreparedFile, name: string): AttachmentSource {
  return { name, type: known.type, size: bytes.size, slice: (start, end) => bytes.slice(start, end) };
}
