import { createHash } from "node:crypto";
import { AmanaError } from "@amana/core/errors";
import { type Adapter, Low } from "lowdb";
import * as v from "valibot";
import type { DurableFolder } from "./folder.ts";

/**
 * A lowdb adapter that writes durably. A document's file is
 *
 *     {"sha256":"<64 hex digits of the hash of the data's bytes>","data":<JSON>}
 *
 * so that a flipped bit anywhere is found at start, not in the count.
 */
export class DurableAdapter<T> implements Adapter<T> {
  readonly #folder: DurableFolder;
  readonly #path: string;
  readonly #schema: v.GenericSchema<unknown, T>;

  constructor(folder: DurableFolder, path: string, schema: v.GenericSchema<unknown, T>) {
    this.#folder = folder;
    this.#path = path;
    this.#schema = schema;
  }

  /** The document; null where there is no file. @throws ERR_STORE_DAMAGED with the file's name, never its contents */
  async read(): Promise<T | null> {
    const bytes = await this.#folder.read(this.#path);
    if (bytes === null) return null;
    const data = decodeDocument(bytes);
    const result = data === undefined ? null : v.safeParse(this.#schema, data.value);
    if (result === null || !result.success) throw damaged([this.#path]);
    return result.output;
  }

  /** Returns after the disk has it. @throws ERR_STORE_WRITE */
  async write(data: T): Promise<void> {
    await this.#folder.write(this.#path, encodeDocument(data));
  }
}

/** A lowdb database of one document. */
export function openDocument<T>(folder: DurableFolder, path: string, schema: v.GenericSchema<unknown, T>, empty: T): Low<T> {
  return new Low(new DurableAdapter(folder, path, schema), empty);
}

/** Reads one document; null where there is none. @throws ERR_STORE_DAMAGED */
export async function readDocument<T>(folder: DurableFolder, path: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
  const document = openDocument<T | null>(folder, path, schema as v.GenericSchema<unknown, T | null>, null);
  await document.read();
  return document.data;
}

/** Writes one document whole. @throws ERR_STORE_WRITE */
export async function writeDocument<T>(folder: DurableFolder, path: string, schema: v.GenericSchema<unknown, T>, data: T): Promise<void> {
  await openDocument(folder, path, schema, data).write();
}

/** The one error for everything that cannot be read: which documents, by their names in the data folder. */
export function damaged(paths: readonly string[]): AmanaError<"ERR_STORE_DAMAGED"> {
  const problems = paths.map((path) => ({ path: `/${path}`, message: "cannot be read: restore it from a backup" }));
  return new AmanaError("ERR_STORE_DAMAGED", { problems, note: `Unreadable: ${paths.join(", ")}` });
}

const HEAD = '{"sha256":"';
const MIDDLE = '","data":';
const DATA = HEAD.length + 64 + MIDDLE.length;

function encodeDocument(data: unknown): Uint8Array {
  const text = JSON.stringify(data);
  return Buffer.from(`${HEAD}${hash(text)}${MIDDLE}${text}}\n`);
}

function decodeDocument(bytes: Uint8Array): { readonly value: unknown } | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  const data = text.slice(DATA, -2);
  if (text !== `${HEAD}${hash(data)}${MIDDLE}${data}}\n`) return undefined;
  try {
    return { value: JSON.parse(data) };
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
