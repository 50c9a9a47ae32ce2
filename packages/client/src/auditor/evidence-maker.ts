import { PROTOCOL, toHex } from "@amana/core/bytes";
import { encodeTlogProof, GrowingTree, openCheckpoint } from "@amana/core/ledger";
import { encodePromise, type InclusionPromise } from "@amana/core/submission";
import type { LedgerView } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import { rootAt } from "./consistency.ts";
import { type Evidence, type EvidenceFile, hashesOf, type ProvedEntry } from "./evidence.ts";

/** A tile or bundle is at most this long. */
const LARGEST_TILE = 256 * 65_537;

/** Puts evidence together from what the server itself serves; whatever it serves wrongly makes evidence that does not check. */
export class EvidenceMaker {
  readonly #view: LedgerView;
  readonly #tree: GrowingTree;

  constructor(view: LedgerView, transport: Transport) {
    this.#view = view;
    const read = (path: string): Promise<Uint8Array | null> => transport.find(`ledger/${path}`, LARGEST_TILE);
    const write = (): Promise<void> => Promise.reject(new TypeError("an auditor writes nothing"));
    this.#tree = new GrowingTree({ read, write }, view.checkpoint.size);
  }

  /** That this ledger does not continue a checkpoint seen before; null where it is only shorter, which proves nothing by itself. */
  async checkpoints(first: string): Promise<EvidenceFile | null> {
    const { checkpoint, reader, programme } = this.#view;
    const before = openCheckpoint(first, { ...programme.ledger, witnesses: programme.witnesses.map(({ vkey }) => vkey), quorum: 0 });
    if (before.size > checkpoint.size) return null;
    const proof = (await this.#tree.consistencyProof(before.size)).map(toHex);
    return this.#file({ kind: "checkpoints", first, second: checkpoint.note, root: await rootAt(reader, before.size), proof });
  }

  /** That the ledger has an entry, which is wrong, of a round whose manifest stands at `manifestIndex`. */
  async entry(index: number, manifestIndex: number): Promise<EvidenceFile> {
    return this.#file({ kind: "entry", entry: await this.#proved(index), manifest: await this.#proved(manifestIndex) });
  }

  /** That the ledger lacks a leaf that was promised. */
  async promise(promise: InclusionPromise, manifestIndex: number): Promise<EvidenceFile> {
    const { checkpoint, reader } = this.#view;
    const leaves = await hashesOf(reader.leaves(0));
    const manifest = await this.#proved(manifestIndex);
    return this.#file({ kind: "promise", promise: toHex(encodePromise(promise)), manifest, checkpoint: checkpoint.note, leaves });
  }

  #file(evidence: Evidence): EvidenceFile {
    return { protocol: PROTOCOL, type: "evidence", programme: this.#view.programme, evidence };
  }

  async #proved(index: number): Promise<ProvedEntry> {
    let entry = "";
    for await (const read of this.#view.reader.entries(index, index + 1)) entry = toHex(read.entry);
    const proof = encodeTlogProof({
      extra: null,
      index,
      proof: await this.#tree.inclusionProof(index),
      checkpoint: this.#view.checkpoint.note,
    });
    return { entry, proof };
  }
}
