import { createHash } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { GroupCommit } from "../group.ts";
import type { StoredGroup, Upload } from "../store.ts";
import { damaged, readDocument, writeDocument } from "./document.ts";
import type { DurableFolder } from "./folder.ts";

/** Groups that may wait for the disk; more are refused. */
const QUEUE = 64;
const CHUNKS = 4;
const CHUNK = 65_536;
const UPLOAD = /^[0-9a-f]{32}$/;
const CLAIMS = "claims.json";
/** Messages that one upload may be claimed by: each sealed anew because the one before was refused. */
const MOST_CLAIMS = 64;

const claimsDocument = v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)));

interface Known {
  /** 0 where an interrupted step left a folder without a group. */
  groups: number;
  /** The hashes of the chunks of each group that is there. */
  readonly hashes: Map<number, readonly string[]>;
  readonly claims: string[];
  /** How often it was claimed since the start, by the same message again, too. */
  claimed: number;
}

interface Place {
  readonly upload: string;
  readonly index: number;
  readonly at: number;
}

interface Waiting {
  readonly upload: string;
  readonly group: StoredGroup;
}

/**
 * Attachments of one round. Until they are settled: `uploads/<upload>/<index>`, a group each, and what claims the upload in `claims.json`.
 * After that: `chunks/<SHA-256>`, 65,536 bytes each, written in the order of their names.
 *
 * A group's file is `sha256[32] ‖ uint16 groups ‖ chunks[4][65536]`, the hash over all that follows it.
 */
export class Uploads {
  readonly #folder: DurableFolder;
  readonly #path: string;
  readonly #uploads = new Map<string, Known>();
  /** Where the chunks of uploads are. The same bytes can be in several. */
  readonly #places = new Map<string, Place[]>();
  readonly #settled = new Set<string>();
  readonly #commit: GroupCommit<Waiting, "kept" | "same" | "other">;

  constructor(folder: DurableFolder, path: string) {
    this.#folder = folder;
    this.#path = path;
    this.#commit = new GroupCommit((items) => this.#putAll(items), QUEUE);
  }

  /** Reads every group that is not settled. Changes nothing. @throws ERR_STORE_DAMAGED */
  async load(): Promise<void> {
    for (const name of await this.#folder.list(this.#chunks())) this.#settled.add(name);
    for (const name of await this.#folder.list(join(this.#path, "uploads"))) {
      const upload = name.replace(/\/$/, "");
      this.#uploads.set(upload, { groups: 0, hashes: new Map(), claims: [], claimed: 0 });
      for (const file of await this.#folder.list(this.#of(upload))) if (file !== CLAIMS) await this.#loadGroup(upload, Number(file));
      const claims = await readDocument(this.#folder, join(this.#of(upload), CLAIMS), claimsDocument);
      this.#uploads.get(upload)?.claims.push(...(claims ?? []));
    }
  }

  put(upload: string, group: StoredGroup): Promise<"kept" | "same" | "other"> {
    if (!UPLOAD.test(upload)) return Promise.reject(new TypeError("not the id of an upload in hex"));
    return this.#commit.submit({ upload, group });
  }

  /** What is here and not settled, in no particular order. */
  list(): Upload[] {
    return [...this.#uploads].map(([upload, known]) => {
      const { groups, hashes, claims } = known;
      return { upload, groups, present: hashes.size, claims, mark: markOf(known) };
    });
  }

  get settled(): number {
    return this.#settled.size;
  }

  claim(uploads: readonly string[], leafHash: string): Promise<boolean> {
    return this.#commit.exclusive(async () => {
      const known = uploads.map((upload) => this.#uploads.get(upload));
      if (!known.every((each) => each !== undefined && each.groups > 0 && each.hashes.size === each.groups)) return false;
      for (const upload of uploads) {
        const known = this.#uploads.get(upload) as Known;
        const { claims } = known;
        known.claimed++;
        if (claims.includes(leafHash)) continue;
        if (claims.length >= MOST_CLAIMS) return false;
        await writeDocument(this.#folder, join(this.#of(upload), CLAIMS), claimsDocument, [...claims, leafHash].sort());
        claims.push(leafHash);
        claims.sort();
      }
      return true;
    });
  }

  async chunk(hash: string): Promise<Uint8Array | null> {
    const [place] = this.#places.get(hash) ?? [];
    if (!this.#settled.has(hash)) {
      if (place === undefined) return null;
      return this.#read(hash, place).catch((error: unknown) => {
        // It was settled while it was read, and is not in its group any more.
        if (this.#settled.has(hash)) return this.chunk(hash);
        throw error;
      });
    }
    const bytes = await this.#folder.read(join(this.#chunks(), hash));
    if (bytes === null || hashOf(bytes) !== hash) throw damaged([join(this.#chunks(), hash)]);
    return bytes;
  }

  /** A crash on the way leaves what is settled, and uploads or parts of them: the next call begins again, and nothing is lost. */
  async settle(uploads: readonly string[]): Promise<void> {
    const hashes = new Set(uploads.flatMap((upload) => [...(this.#uploads.get(upload)?.hashes.values() ?? [])].flat()));
    for (const hash of [...hashes].sort()) {
      if (this.#settled.has(hash)) continue;
      const [place] = this.#places.get(hash) as [Place];
      await this.#folder.write(join(this.#chunks(), hash), await this.#read(hash, place));
      this.#settled.add(hash);
    }
    await this.#remove(uploads, () => true);
  }

  drop(uploads: readonly Pick<Upload, "upload" | "mark">[]): Promise<void> {
    const marks = new Map(uploads.map(({ upload, mark }) => [upload, mark]));
    return this.#remove([...marks.keys()], (upload, known) => markOf(known) === marks.get(upload));
  }

  #remove(uploads: readonly string[], isMeant: (upload: string, known: Known) => boolean): Promise<void> {
    return this.#commit.exclusive(async () => {
      for (const upload of [...uploads].sort()) {
        const known = this.#uploads.get(upload);
        if (known === undefined || !isMeant(upload, known)) continue;
        await this.#folder.remove(this.#of(upload));
        this.#uploads.delete(upload);
        for (const hash of [...known.hashes.values()].flat()) {
          const left = (this.#places.get(hash) ?? []).filter((place) => place.upload !== upload);
          if (left.length > 0) this.#places.set(hash, left);
          else this.#places.delete(hash);
        }
      }
    });
  }

  /** Everything goes: of a round that was cancelled, or whose retention is over. */
  async destroy(): Promise<void> {
    await this.#remove([...this.#uploads.keys()], () => true);
    await this.#commit.exclusive(async () => {
      if (this.#settled.size > 0) await this.#folder.remove(this.#chunks());
      this.#settled.clear();
    });
  }

  /** Resolves when what was begun is on the disk. */
  idle(): Promise<void> {
    return this.#commit.exclusive(async () => undefined);
  }

  /** Groups of one upload one after the other, uploads side by side. */
  async #putAll(items: readonly Waiting[]): Promise<("kept" | "same" | "other" | Error)[]> {
    const turns = new Map<string, Promise<unknown>>();
    const results = items.map(({ upload, group }) => {
      const turn = (turns.get(upload) ?? Promise.resolve()).then(() => this.#put(upload, group).catch((error: Error) => error));
      turns.set(upload, turn);
      return turn;
    });
    return Promise.all(results);
  }

  async #put(upload: string, { groups, index, chunks }: StoredGroup): Promise<"kept" | "same" | "other"> {
    const known = this.#uploads.get(upload);
    const hashes = hashesOf(chunks);
    const there = known?.hashes.get(index);
    if (known !== undefined && known.groups > 0 && known.groups !== groups) return "other";
    if (there !== undefined) return there.join() === hashes.join() ? "same" : "other";
    const body = Buffer.concat([Uint8Array.of(groups >> 8, groups & 255), chunks]);
    await this.#folder.write(join(this.#of(upload), String(index)), Buffer.concat([Buffer.from(hashOf(body), "hex"), body]));
    this.#remember(upload, groups, index, hashes);
    return "kept";
  }

  #remember(upload: string, groups: number, index: number, hashes: readonly string[]): void {
    const known = this.#uploads.get(upload) ?? { groups, hashes: new Map(), claims: [], claimed: 0 };
    known.groups = groups;
    known.hashes.set(index, hashes);
    this.#uploads.set(upload, known);
    for (const [at, hash] of hashes.entries()) this.#places.set(hash, [...(this.#places.get(hash) ?? []), { upload, index, at }]);
  }

  async #loadGroup(upload: string, index: number): Promise<void> {
    const { groups, chunks } = await this.#readGroup(upload, index);
    this.#remember(upload, groups, index, hashesOf(chunks));
  }

  async #read(hash: string, { upload, index, at }: Place): Promise<Uint8Array> {
    const chunk = (await this.#readGroup(upload, index)).chunks.subarray(at * CHUNK, (at + 1) * CHUNK);
    if (hashOf(chunk) !== hash) throw damaged([join(this.#of(upload), String(index))]);
    return chunk;
  }

  async #readGroup(upload: string, index: number): Promise<{ groups: number; chunks: Uint8Array }> {
    const path = join(this.#of(upload), String(index));
    const bytes = await this.#folder.read(path);
    const [first = 0, second = 0] = bytes?.subarray(32) ?? [];
    const whole =
      bytes?.length === 32 + 2 + CHUNKS * CHUNK && Buffer.from(bytes.subarray(0, 32)).toString("hex") === hashOf(bytes.subarray(32));
    if (bytes === null || bytes === undefined || !whole) throw damaged([path]);
    return { groups: first * 256 + second, chunks: bytes.subarray(34) };
  }

  #of(upload: string): string {
    return join(this.#path, "uploads", upload);
  }

  #chunks(): string {
    return join(this.#path, "chunks");
  }
}

function hashesOf(chunks: Uint8Array): string[] {
  return Array.from({ length: CHUNKS }, (_, at) => hashOf(chunks.subarray(at * CHUNK, (at + 1) * CHUNK)));
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function markOf({ hashes, claimed }: Known): string {
  return `${hashes.size}/${claimed}`;
}
