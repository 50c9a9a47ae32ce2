import { fromHex, RunningSHA256, SHA256, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry, type ManifestEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { LedgerReader, type OpenedCheckpoint, openCheckpoint } from "@amana/core/ledger";
import { checkManifest, type Manifest, manifestId, verifyCosignatures } from "@amana/core/manifest";
import { decodeProgramme, type Programme, programmeId } from "@amana/core/programme";
import type { Transport } from "./transport.ts";

/** A ledger entry that a verified checkpoint covers. */
export interface SeenEntry {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly bytes: Uint8Array;
  readonly entry: Entry;
}

/** A manifest that was found in the ledger and checked. */
export interface SeenManifest {
  readonly manifest: Manifest;
  readonly id: Uint8Array;
  readonly index: number;
}

/**
 * The programme a server claims, refused unless it is the pinned one. Nothing is fetched without a pin: whoever embeds a client must set one.
 * @throws ERR_CONFIG_INVALID, ERR_PROGRAMME_MISMATCH
 */
export async function fetchProgramme(transport: Transport, pinned: string): Promise<Programme> {
  if (!/^[0-9a-f]{64}$/i.test(pinned))
    throw new AmanaError("ERR_CONFIG_INVALID", {
      problems: [{ path: "/programme", message: "the id that you trust, 64 hex digits" }],
    });
  const programme = await claimedProgramme(transport);
  if (toHex(programmeId(programme)) !== pinned.toLowerCase()) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
  return programme;
}

/** The programme a server claims, for showing its digits before anybody trusts it. */
export async function claimedProgramme(transport: Transport): Promise<Programme> {
  return decodeProgramme(await transport.get("programme", LARGEST_PROGRAMME));
}

/** How old the decisive cosignature is: `stale` beyond the programme's `freshnessDays`, `ahead` more than a day in this device's future. */
export type Age = "fresh" | "stale" | "ahead";

/** A checkpoint's note is small: a few signatures. Bytes. */
const LARGEST_NOTE = 64 * 1024;
const LARGEST_PROGRAMME = 1024 * 1024;
/** 256 entries of 65,535 bytes and their lengths. */
const LARGEST_BUNDLE = 256 * 65_537;

/** More entries than any programme has: a ledger that claims more would keep whoever reads it busy for ever. */
const MOST_ENTRIES = 2 ** 27;

/** What a server's ledger says at one checkpoint, whose signatures were checked under the pinned programme. */
export class LedgerView {
  readonly programme: Programme;
  /** With the signed note that says so. */
  readonly checkpoint: OpenedCheckpoint;
  readonly age: Age;
  readonly reader: LedgerReader;

  private constructor(programme: Programme, checkpoint: OpenedCheckpoint, age: Age, transport: Transport) {
    this.programme = programme;
    this.checkpoint = checkpoint;
    this.age = age;
    this.reader = new LedgerReader({ read: (path) => transport.find(`ledger/${path}`, LARGEST_BUNDLE) }, checkpoint);
  }

  /**
   * Fetches and verifies the newest checkpoint, which must be fresh: for everything that is done on the strength of it.
   * @throws ERR_LEDGER_SIGNATURE, ERR_LEDGER_WITNESSES, ERR_LEDGER_FORMAT, ERR_LEDGER_MISSING, ERR_LEDGER_STALE, ERR_CLOCK_WRONG
   */
  static async fetch(transport: Transport, programme: Programme, now: Date): Promise<LedgerView> {
    const view = await LedgerView.read(transport, programme, now);
    if (view.age === "ahead") throw new AmanaError("ERR_CLOCK_WRONG");
    if (view.age === "stale") throw new AmanaError("ERR_LEDGER_STALE");
    return view;
  }

  /** The same, of any age: for reading and checking later, when nobody cosigns any more. @throws as {@link fetch}, without the last two */
  static async read(transport: Transport, programme: Programme, now: Date): Promise<LedgerView> {
    const note = await transport.find("ledger/checkpoint", LARGEST_NOTE);
    // Every ledger has a checkpoint, an empty one too: "there is none" is no answer to build on.
    if (note === null) throw new AmanaError("ERR_LEDGER_MISSING");
    const checkpoint = openCheckpoint(note, {
      ...programme.ledger,
      witnesses: programme.witnesses.map(({ vkey }) => vkey),
      quorum: programme.quorum,
    });
    if (checkpoint.size > MOST_ENTRIES) throw new AmanaError("ERR_LEDGER_FORMAT");
    const age = ageOf(checkpoint, programme, now.getTime() / 1000);
    return new LedgerView(programme, checkpoint, age, transport);
  }

  /** Entries `from` to the end, each proved to be under the checkpoint. */
  async *entries(from = 0): AsyncGenerator<SeenEntry, void, undefined> {
    for await (const { index, entry, leaf } of this.reader.entries(from)) {
      yield { index, leafHash: leaf, bytes: entry, entry: decodeEntry(entry) };
    }
  }

  /** The manifest at an index that the server names; that it is there, signed by all and right is checked. */
  async manifestAt(index: number, round: string): Promise<SeenManifest & { readonly leafHash: Uint8Array }> {
    if (index >= this.checkpoint.size) throw new AmanaError("ERR_LEDGER_INCLUSION");
    for await (const { entry, leaf } of this.reader.entries(index, index + 1)) {
      const decoded = decodeEntry(entry);
      if (decoded.type !== "manifest" || decoded.manifest.round !== round) throw new AmanaError("ERR_LEDGER_INCLUSION");
      return { ...checkedManifest(decoded, this.programme), index, leafHash: leaf };
    }
    throw new AmanaError("ERR_LEDGER_INCLUSION");
  }
}

/** Checks a manifest entry as every client does before it relies on it. @throws ERR_MANIFEST_INVALID, ERR_COSIGNATURE */
export function checkedManifest({ manifest, cosignatures }: ManifestEntry, programme: Programme): { manifest: Manifest; id: Uint8Array } {
  checkManifest(manifest, { programme });
  verifyCosignatures(
    manifest,
    cosignatures.map((signature) => fromHex(signature)),
  );
  return { manifest, id: manifestId(manifest) };
}

/** The age of the quorum-th newest cosignature. Without a quorum nothing says how old a checkpoint is. */
function ageOf({ cosignatures }: OpenedCheckpoint, { quorum, freshnessDays }: Programme, now: number): Age {
  if (quorum === 0) return "fresh";
  const newest = cosignatures.map(({ timestamp }) => timestamp).sort((a, b) => b - a);
  const decisive = newest[quorum - 1] as number;
  if (decisive > now + 86_400) return "ahead";
  return decisive < now - freshnessDays * 86_400 ? "stale" : "fresh";
}

/** A content-addressed file of at most `limit` bytes, refused unless its bytes have that hash. @throws ERR_RESPONSE_INVALID */
export async function fetchFile(transport: Transport, sha256: string, limit?: number): Promise<Uint8Array> {
  const bytes = await transport.get(`files/${sha256}`, limit);
  if (toHex(SHA256(bytes)) !== sha256) throw new AmanaError("ERR_RESPONSE_INVALID");
  return bytes;
}

/**
 * A content-addressed file, piece by piece. What comes may be used only once it has ended: then its bytes had that hash.
 * @throws ERR_RESPONSE_INVALID
 */
export async function* streamFile(transport: Transport, sha256: string, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = new RunningSHA256();
  for await (const piece of transport.stream(`files/${sha256}`, limit)) {
    hash.add(piece);
    yield piece;
  }
  if (toHex(hash.digest()) !== sha256) throw new AmanaError("ERR_RESPONSE_INVALID");
}
