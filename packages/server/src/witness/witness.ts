import { fromHex, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import {
  decodeAddCheckpoint,
  encodeVerifierKey,
  NOTE_COSIGNATURE,
  type NoteKey,
  noteKey,
  parseCheckpoint,
  parseNote,
} from "@amana/core/ledger";
import { decodeProgramme, type Programme, programmeId } from "@amana/core/programme";
import { ask, type Fetch } from "../outgoing.ts";
import { damaged, readDocument } from "../stores/lowdb/document.ts";
import type { DurableFolder } from "../stores/lowdb/folder.ts";
import { type WatchedState, witnessKeySchema } from "./model.ts";
import { beginWatching, type Cosigned, placeOf, readWatched, Watched } from "./watched.ts";

export interface WitnessOptions {
  /** Data folder, which this process alone uses. */
  readonly folder: DurableFolder;
  readonly fetch?: Fetch;
  readonly now?: () => Date;
  /** How many entries are read for one request. */
  readonly atOnce?: number;
}

/** 256 entries of 65,535 bytes with their lengths. */
const LARGEST_FILE = 256 * 65_537;
const LARGEST_PROGRAMME = 1024 * 1024;
const PATIENCE = 30_000;

/**
 * A witness of ledgers: cosigns a checkpoint when it continues all that it has seen, and only after it has read every entry of it. It runs
 * apart from the ledgers' operators, or it is none.
 */
export class Witness {
  readonly key: NoteKey;
  readonly #watched: ReadonlyMap<string, Watched>;

  private constructor(key: NoteKey, watched: ReadonlyMap<string, Watched>) {
    this.key = key;
    this.#watched = watched;
  }

  /** @throws ERR_STORE_DAMAGED: a witness that has lost what it saw must not go on */
  static async open({ folder, fetch = globalThis.fetch, now = () => new Date(), atOnce }: WitnessOptions): Promise<Witness> {
    await folder.sweep();
    const key = await readKey(folder);
    const watched = new Map<string, Watched>();
    for (const place of await placesIn(folder)) {
      const { ledger } = await readWatched(folder, place);
      const read = (path: string): Promise<Uint8Array | null> => readFrom(fetch, `${ledger.url}ledger/${path}`);
      const files = (sha256: string, limit: number): Promise<Uint8Array | null> => readFrom(fetch, `${ledger.url}files/${sha256}`, limit);
      const options = { folder, key, now, files, source: { read }, ...(atOnce === undefined ? {} : { atOnce }) };
      watched.set(ledger.programme.ledger.origin, await Watched.open(options, place));
    }
    return new Witness(key, watched);
  }

  /**
   * Answers the body of an add-checkpoint request. Attacker-controlled.
   * @throws ERR_LEDGER_FORMAT (400), ERR_NOT_FOUND for a ledger that is not watched (404), and as `Watched.add`
   */
  async add(body: Uint8Array): Promise<Cosigned> {
    const request = decodeAddCheckpoint(body);
    const { origin } = parseCheckpoint(parseNote(request.checkpoint).text);
    const watched = this.#watched.get(origin);
    if (watched === undefined) throw new AmanaError("ERR_NOT_FOUND");
    return watched.add(request);
  }

  /** The newest note seen of a ledger; null for one that is not watched, or of which nothing was seen. `place` is SHA-256(origin) in hex. */
  newest(place: string): string | null {
    return [...this.#watched].find(([origin]) => placeOf(origin) === `ledgers/${place}`)?.[1].newest ?? null;
  }

  /** When nothing is being answered any more. */
  async idle(): Promise<void> {
    for (const watched of this.#watched.values()) await watched.idle();
  }
}

/** One ledger in `amana witness status`. */
export interface WatchedStatus {
  readonly url: string;
  readonly origin: string;
  readonly programme: string;
  readonly state: WatchedState;
}

/** What a witness's folder says, whether or not a process uses it. @throws ERR_STORE_DAMAGED */
export async function witnessStatus(
  folder: DurableFolder,
): Promise<{ readonly vkey: string; readonly ledgers: readonly WatchedStatus[]; readonly evidence: readonly string[] }> {
  const key = await readKey(folder);
  const ledgers: WatchedStatus[] = [];
  for (const place of await placesIn(folder)) {
    const { ledger, state } = await readWatched(folder, place);
    const { programme, url } = ledger;
    ledgers.push({ url, origin: programme.ledger.origin, programme: toHex(programmeId(programme)), state });
  }
  return { vkey: encodeVerifierKey(key), ledgers, evidence: await folder.list("evidence") };
}

/**
 * Begins to watch a ledger: fetches its programme, which must be the pinned one and name this witness.
 * @throws ERR_PROGRAMME_MISMATCH, ERR_CONFIG_INVALID when the programme does not name this witness, ERR_FOLDER_NOT_EMPTY when it is watched already, ERR_NETWORK
 */
export async function watch(folder: DurableFolder, url: string, pinned: string, fetch: Fetch): Promise<Programme> {
  const key = await readKey(folder);
  const base = url.replace(/\/*$/, "/");
  const { status, body } = await ask(fetch, `${base}programme`, { limit: LARGEST_PROGRAMME, milliseconds: PATIENCE });
  if (status !== 200) throw new AmanaError("ERR_NETWORK");
  const programme = decodeProgramme(body);
  if (toHex(programmeId(programme)) !== pinned.toLowerCase()) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
  if (!programme.witnesses.some(({ vkey }) => vkey === encodeVerifierKey(key))) {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: "This programme does not name this witness: nobody would count its signature." });
  }
  await beginWatching(folder, { url: base, programme });
  return programme;
}

async function readKey(folder: DurableFolder): Promise<NoteKey> {
  const key = await readDocument(folder, "witness.json", witnessKeySchema);
  if (key === null) throw damaged(["witness.json"]);
  return noteKey(key.name, fromHex(key.seed), NOTE_COSIGNATURE);
}

async function placesIn(folder: DurableFolder): Promise<string[]> {
  return (await folder.list("ledgers")).filter((name) => name.endsWith("/")).map((name) => `ledgers/${name.slice(0, -1)}`);
}

async function readFrom(fetch: Fetch, url: string, limit: number = LARGEST_FILE): Promise<Uint8Array | null> {
  const { status, body } = await ask(fetch, url, { limit, milliseconds: PATIENCE });
  if (status === 404) return null;
  if (status !== 200) throw new AmanaError("ERR_NETWORK");
  return body;
}
