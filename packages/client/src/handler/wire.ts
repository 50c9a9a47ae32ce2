import { SHA256, toHex } from "@amana/core/bytes";
import { caseRecordLength } from "@amana/core/cases";
import { AmanaError } from "@amana/core/errors";
import { REPLY_LENGTH, replyLookup } from "@amana/core/mailbox";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { submissionLength } from "@amana/core/submission";
import { fetchRequest, type HolderKeys } from "../wire/holder.ts";
import { postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";
import type { PublishedReplies } from "./case.ts";
import { decodeIndex, type IndexPage, LARGEST_PAGE } from "./channel-index.ts";
import type { EpochRange } from "./index-reader.ts";
import { readMessages, readRecords } from "./messages.ts";

/** Messages or records that are asked for at once: some 10 MB of the former. */
export const WANTED_LIMIT = 512;

/** What one handler asks the server of a channel for, each time with a nonce of its own. @throws ERR_FETCH_REFUSED, ERR_NETWORK, ERR_RESPONSE_INVALID, ERR_OVERLOADED */
export class HandlerWire {
  readonly #transport: Transport;
  readonly #manifest: Manifest;
  readonly #keys: HolderKeys;

  constructor(transport: Transport, manifest: Manifest, keys: HolderKeys) {
    this.#transport = transport;
    this.#manifest = manifest;
    this.#keys = keys;
  }

  /** The page of these epochs that begins behind a leaf hash. */
  async index({ from, to }: EpochRange, after: string | null): Promise<IndexPage> {
    return decodeIndex(await this.#ask("inbox", { from, to, after }, LARGEST_PAGE), after);
  }

  /** Messages by leaf hash, at most {@link WANTED_LIMIT}; those that the server does not hand over are left out. */
  async messages(wanted: readonly string[]): Promise<Map<string, Uint8Array>> {
    const limit = wanted.length * (submissionLength(this.#manifest) + 4);
    return readMessages(await this.#ask("reports", { wanted }, limit), this.#manifest, new Set(wanted));
  }

  /** Case records by SHA-256, likewise. */
  async records(wanted: readonly string[]): Promise<Map<string, Uint8Array>> {
    const length = caseRecordLength(this.#manifest);
    return readRecords(await this.#ask("cases", { wanted }, wanted.length * (length + 4)), length, new Set(wanted));
  }

  async replies(): Promise<PublishedReplies> {
    const store = await this.#transport.get(`rounds/${this.#manifest.round}/replies`);
    if (store.length % REPLY_LENGTH !== 0) throw new AmanaError("ERR_RESPONSE_INVALID");
    const entries = new Map<string, Uint8Array>();
    for (let at = 0; at < store.length; at += REPLY_LENGTH)
      entries.set(toHex(store.subarray(at, at + 32)), store.subarray(at, at + REPLY_LENGTH));
    const id = manifestId(this.#manifest);
    return (address, sequence) => {
      const entry = entries.get(toHex(replyLookup(id, address, sequence)));
      return entry === undefined ? null : toHex(SHA256(entry));
    };
  }

  async #ask(path: string, more: object, limit: number): Promise<Uint8Array> {
    const request = (await fetchRequest(this.#transport, this.#manifest, this.#keys, 0)) as object;
    return postJson(this.#transport, `rounds/${this.#manifest.round}/${path}`, { ...request, ...more }, limit);
  }
}
