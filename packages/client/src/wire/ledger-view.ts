import { fromHex, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry, type ManifestEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
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

/** The programme a server claims, refused unless it is the pinned one. @throws ERR_PROGRAMME_MISMATCH */
export async function fetchProgramme(transport: Transport, pinned: string): Promise<Programme> {
  const programme = await claimedProgramme(transport);
  if (toHex(programmeId(programme)) !== pinned.toLowerCase()) throw new AmanaError("ERR_PROGRAMME_MISMATCH");
  return programme;
}

/** The programme a server claims, for showing its digits before anybody trusts it. */
export async function claimedProgramme(transport: Transport): Promise<Programme> {
  return decodeProgramme(await transport.get("programme"));
}

/** What a server's ledger says at one checkpoint, whose signatures were checked under the pinned programme. */
export class LedgerView {
  readonly programme: Programme;
  readonly checkpoint: OpenedCheckpoint;
  readonly note: string;
  readonly reader: LedgerReader;

  private constructor(programme: Programme, checkpoint: OpenedCheckpoint, note: string, transport: Transport) {
    this.programme = programme;
    this.checkpoint = checkpoint;
    this.note = note;
    this.reader = new LedgerReader({ read: (path) => transport.find(`ledger/${path}`) }, checkpoint);
  }

  /** Fetches and verifies the newest checkpoint. @throws ERR_LEDGER_SIGNATURE, ERR_LEDGER_WITNESSES, ERR_LEDGER_STALE, ERR_CLOCK_WRONG */
  static async fetch(transport: Transport, programme: Programme, now: Date): Promise<LedgerView> {
    const note = new TextDecoder().decode(await transport.get("ledger/checkpoint"));
    const checkpoint = openCheckpoint(note, {
      ...programme.ledger,
      witnesses: programme.witnesses.map(({ vkey }) => vkey),
      quorum: programme.quorum,
    });
    checkFreshness(checkpoint, programme, now.getTime() / 1000);
    return new LedgerView(programme, checkpoint, note, transport);
  }

  /** Entries `from` to the end, each proved to be under the checkpoint. */
  async *entries(from = 0): AsyncGenerator<SeenEntry, void, undefined> {
    for await (const { index, entry, leaf } of this.reader.entries(from)) {
      yield { index, leafHash: leaf, bytes: entry, entry: decodeEntry(entry) };
    }
  }

  /** The manifest at an index that the server names; that it is there, signed by all and right is checked. */
  async manifestAt(index: number, round: string): Promise<SeenManifest> {
    if (index >= this.checkpoint.size) throw new AmanaError("ERR_LEDGER_INCLUSION");
    for await (const { entry } of this.reader.entries(index, index + 1)) {
      const decoded = decodeEntry(entry);
      if (decoded.type !== "manifest" || decoded.manifest.round !== round) throw new AmanaError("ERR_LEDGER_INCLUSION");
      return { ...checkedManifest(decoded, this.programme), index };
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

/** The quorum-th newest cosignature must be recent; one from the future means that this device's clock is wrong. */
function checkFreshness({ cosignatures }: OpenedCheckpoint, { quorum, freshnessDays }: Programme, now: number): void {
  if (quorum === 0) return;
  const newest = cosignatures.map(({ timestamp }) => timestamp).sort((a, b) => b - a);
  const decisive = newest[quorum - 1] as number;
  if (decisive > now + 86_400) throw new AmanaError("ERR_CLOCK_WRONG");
  if (decisive < now - freshnessDays * 86_400) throw new AmanaError("ERR_LEDGER_STALE");
}

/** A content-addressed file, refused unless its bytes have that hash. @throws ERR_RESPONSE_INVALID */
export async function fetchFile(transport: Transport, sha256: string, hash: (bytes: Uint8Array) => Uint8Array): Promise<Uint8Array> {
  const bytes = await transport.get(`files/${sha256}`);
  if (toHex(hash(bytes)) !== sha256) throw new AmanaError("ERR_RESPONSE_INVALID");
  return bytes;
}

/** Whether an error means "try again later", not "something is wrong". */
export function isPassing(error: unknown): boolean {
  return isAmanaError(error, "ERR_NETWORK") || isAmanaError(error, "ERR_OVERLOADED");
}
