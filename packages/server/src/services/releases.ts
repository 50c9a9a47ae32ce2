import { fromHex, hex, integer, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { decodeRelease, encodeRelease, type Release, verifyRelease, verifyReleaseSignature } from "@amana/core/release";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { commitmentsComplete } from "./attempts.ts";
import { readJson } from "./json.ts";
import type { Ledger } from "./ledger.ts";
import { type Proposal, readProposals, withSignature, writeProposals } from "./proposals.ts";
import { isPublicFile } from "./public-files.ts";
import type { LiveRound, Rounds } from "./round.ts";
import type { RoundLogs } from "./round-log.ts";
import { Serial } from "./serial.ts";

export interface ReleasesOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly logs: RoundLogs;
  readonly now: () => Date;
}

/** A release's own file among those it is served with. */
export const RELEASE_FILE = "release.json";
/** The largest file of a release. */
export const FILE_LIMIT: number = 16 * 2 ** 20;
/** All files of a release together. */
export const RELEASE_LIMIT: number = 64 * 2 ** 20;
/** Different releases of a round that one trustee may propose while the server runs: their files stay, and one must not fill the disk. */
export const PROPOSALS_LIMIT = 16;

interface Proposed {
  readonly proposal: Proposal;
  readonly release: Release;
  readonly bytes: Uint8Array;
}

const proposal = v.strictObject({ release: hex(), holder: integer(254), signature: hex(64) });

/**
 * Releases on their way from the trustees' counts to the ledger. A release is published by itself, as soon as k trustees signed the same
 * one and its files are here: the operator can neither hold it back nor change it.
 */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #serial = new Serial();
  #embargoed: Promise<ReadonlySet<string>> | null = null;
  /** Proposals of each round as they are on the disk: strangers make us look at them. */
  readonly #known = new Map<string, Promise<Proposed[]>>();
  /** Which releases each trustee has proposed, `<round>/<holder>`. */
  readonly #tried = new Map<string, Set<string>>();

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  /**
   * Takes a trustee's signed release, JSON `{ release, holder, signature }`; attacker-controlled. A trustee's newest signature stands.
   * @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA, ERR_RELEASE_INVALID, ERR_NOT_DUE, ERR_ENTRY_REFUSED
   */
  propose(round: LiveRound, body: Uint8Array): Promise<void> {
    return this.#serial.run(async () => {
      const { release: releaseHex, holder, signature } = readJson(body, proposal);
      const bytes = fromHex(releaseHex);
      // 1. Signed by a trustee of the round.
      const release = decodeRelease(bytes);
      const { manifest, idHex, state } = round;
      if (!verifyReleaseSignature(bytes, manifest, holder, fromHex(signature))) throw new AmanaError("ERR_RELEASE_INVALID");
      // 2. Of this round, when it can have been opened.
      const { logs, now, store } = this.#options;
      const log = logs.of(round);
      if (release.manifest !== idHex || release.ledgerSize !== state.ledgerSizeAtClose) throw new AmanaError("ERR_RELEASE_INVALID");
      const names = release.files.map(({ name }) => name);
      const tooLarge = release.files.some(({ length }) => length > FILE_LIMIT);
      const total = release.files.reduce((sum, { length }) => sum + length, 0);
      if (tooLarge || total > RELEASE_LIMIT || names.includes(RELEASE_FILE) || new Set(names).size < names.length)
        throw new AmanaError("ERR_RELEASE_INVALID");
      if (!commitmentsComplete(round, log, now())) throw new AmanaError("ERR_NOT_DUE");
      // 3. After publication nothing changes.
      const sha256 = toHex(SHA256(bytes));
      if (log.release !== null && log.release.entry.sha256 !== sha256) throw new AmanaError("ERR_ENTRY_REFUSED");
      if (log.release !== null) return;
      this.#try(`${idHex}/${holder}`, sha256);
      await store.putFile(bytes);
      await this.#write(round, withSignature(await readProposals(store, idHex), sha256, { holder, signature }));
      await this.#publish(round);
    });
  }

  /** What trustees have proposed: which releases, and who signed them. */
  async proposals(round: LiveRound): Promise<readonly Proposal[]> {
    return readProposals(this.#options.store, round.idHex);
  }

  /** The length of the longest file that a proposed release names: without one, no file is read at all. @throws ERR_ENTRY_REFUSED */
  async longestFile(): Promise<number> {
    const lengths: number[] = [];
    for (const round of this.#options.rounds.all()) {
      for (const { release } of await this.#proposed(round)) lengths.push(...release.files.map(({ length }) => length));
    }
    if (lengths.length === 0) throw new AmanaError("ERR_ENTRY_REFUSED");
    return Math.max(...lengths);
  }

  /** Takes a file that a proposed release names. @throws ERR_ENTRY_REFUSED for any other */
  addFile(bytes: Uint8Array): Promise<string> {
    return this.#serial.run(async () => {
      const sha256 = toHex(SHA256(bytes));
      for (const round of this.#options.rounds.all()) {
        for (const { release } of await this.#proposed(round)) {
          if (!release.files.some((file) => file.sha256 === sha256 && file.length === bytes.length)) continue;
          await this.#options.store.putFile(bytes);
          await this.#publish(round);
          return sha256;
        }
      }
      throw new AmanaError("ERR_ENTRY_REFUSED");
    });
  }

  /** Publishes now what waits for nothing any more. The operator may call it; so does every step that could complete a release. @throws ERR_NOT_DUE */
  publish(round: LiveRound): Promise<{ readonly index: number; readonly sha256: string }> {
    return this.#serial.run(async () => {
      await this.#publish(round);
      const { release } = this.#options.logs.of(round);
      if (release === null) throw new AmanaError("ERR_NOT_DUE", { note: "Signatures of k trustees or files of the release are missing." });
      return { index: release.index, sha256: release.entry.sha256 };
    });
  }

  async #publish(round: LiveRound): Promise<void> {
    const { logs, ledger } = this.#options;
    if (logs.of(round).release !== null) return;
    for (const { proposal, bytes, release } of await this.#proposed(round)) {
      const { signatures, sha256 } = proposal;
      if (signatures.length < round.manifest.threshold || !(await this.#hasFiles(release))) continue;
      verifyRelease(
        bytes,
        round.manifest,
        signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) })),
      );
      await ledger.log({
        protocol: PROTOCOL,
        type: "release",
        manifest: round.idHex,
        ledgerSize: release.ledgerSize,
        sha256,
        length: bytes.length,
        signatures,
      });
      // Proposals stay: a trustee that sends its files once more is answered as before.
      await this.#write(round, [proposal]);
      return;
    }
  }

  async #hasFiles(release: Release): Promise<boolean> {
    for (const { sha256 } of release.files) if ((await this.#options.store.getFile(sha256)) === null) return false;
    return true;
  }

  /** @throws ERR_OVERLOADED */
  #try(who: string, sha256: string): void {
    const tried = this.#tried.get(who) ?? new Set<string>();
    if (!tried.has(sha256) && tried.size >= PROPOSALS_LIMIT) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 3600 });
    this.#tried.set(who, tried.add(sha256));
  }

  #proposed(round: LiveRound): Promise<Proposed[]> {
    const known = this.#known.get(round.idHex) ?? this.#read(round);
    this.#known.set(round.idHex, known);
    known.catch(() => this.#known.delete(round.idHex));
    return known;
  }

  async #read(round: LiveRound): Promise<Proposed[]> {
    const out: Proposed[] = [];
    for (const each of await this.proposals(round)) {
      const bytes = await this.#options.store.getFile(each.sha256);
      if (bytes === null) throw new AmanaError("ERR_STORE_DAMAGED");
      out.push({ proposal: each, release: decodeRelease(bytes), bytes });
    }
    return out;
  }

  /** A file of a published release by its name; null if there is none. */
  async file(round: LiveRound, name: string, publicSize: number): Promise<Uint8Array | null> {
    const logged = this.#options.logs.of(round).release;
    const bytes = logged === null || logged.index >= publicSize ? null : await this.#options.store.getFile(logged.entry.sha256);
    if (bytes === null) return null;
    if (name === RELEASE_FILE) return encodeRelease(decodeRelease(bytes));
    const file = decodeRelease(bytes).files.find((each) => each.name === name);
    return file === undefined ? null : this.#options.store.getFile(file.sha256);
  }

  /** Whether a file belongs to a release that is proposed and not published: k signatures decide when results are seen. */
  async isEmbargoed(sha256: string): Promise<boolean> {
    this.#embargoed ??= this.#findEmbargoed().catch((error: unknown) => {
      this.#embargoed = null;
      throw error;
    });
    if (!(await this.#embargoed).has(sha256)) return false;
    return !(await isPublicFile(this.#options.store, this.#options.ledger, sha256));
  }

  async #findEmbargoed(): Promise<ReadonlySet<string>> {
    const embargoed = new Set<string>();
    const free = new Set<string>();
    for (const round of this.#options.rounds.all()) {
      const target = this.#options.logs.of(round).release === null ? embargoed : free;
      for (const { proposal, release } of await this.#proposed(round)) {
        for (const sha256 of [proposal.sha256, ...release.files.map((file) => file.sha256)]) target.add(sha256);
      }
    }
    return new Set([...embargoed].filter((sha256) => !free.has(sha256)));
  }

  /** Forgets what was read: another process may have written. */
  refresh(): void {
    this.#embargoed = null;
    this.#known.clear();
  }

  /** Writes proposals; what is embargoed is found anew. */
  async #write(round: LiveRound, proposals: readonly Proposal[]): Promise<void> {
    const forget = (): void => {
      this.#embargoed = null;
      this.#known.delete(round.idHex);
    };
    forget();
    await writeProposals(this.#options.store, round.idHex, proposals);
    forget();
  }
}
