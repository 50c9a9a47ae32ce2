import { fromHex, hex, integer, type Rng, toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import {
  decapsulateRequest,
  decodeKeyConfiguration,
  encodeBinaryResponse,
  encodeKeyConfiguration,
  HKDF_SHA256,
  MLKEM768_X25519,
  peekKeyId,
} from "@amana/core/ohttp";
import { KEM_SEED, kemKey } from "@amana/core/primitives";
import { decodeGatewayRequest, GATEWAY_RESPONSE_LENGTH, relayRequestLength } from "@amana/core/submission";
import * as v from "valibot";
import { problemReply, statusOf, tellable } from "../http/problem.ts";
import type { Store } from "../stores/store.ts";
import { chacha20Poly1305 } from "./chacha20.ts";
import type { Collector } from "./collector.ts";
import type { LiveRound, Rounds } from "./round.ts";

const SUITE = { kem: MLKEM768_X25519, aead: chacha20Poly1305 };
const ALGORITHMS = [{ kdfId: HKDF_SHA256, aeadId: chacha20Poly1305.id }];
/** The media type of a promise. */
export const PROMISE_TYPE = "application/vnd.amana.promise";

/** The document `rounds/<id>/gateway-key`; of a draft, `drafts/<round>/gateway-key`. */
export interface GatewayKeyDocument {
  readonly keyId: number;
  /** Hex of the KEM's seed. */
  readonly seed: string;
}

const keySchema: v.GenericSchema<unknown, GatewayKeyDocument> = v.strictObject({ keyId: integer(255), seed: hex(KEM_SEED) });

/** A new key for one round, with the key configuration that its manifest fixes: clients never ask for one. */
export function newGatewayKey(keyId: number, rng: Rng): { readonly key: GatewayKeyDocument; readonly keyConfiguration: string } {
  const seed = rng(KEM_SEED);
  const { publicKey } = kemKey(seed);
  const keyConfiguration = encodeKeyConfiguration({ keyId, kemId: MLKEM768_X25519.id, publicKey, algorithms: ALGORITHMS });
  return { key: { keyId, seed: toHex(seed) }, keyConfiguration: toHex(keyConfiguration) };
}

/** A key identifier that none of these manifests uses. @throws ERR_MANIFEST_INVALID when 256 rounds have one */
export function freeKeyId(manifests: readonly Manifest[]): number {
  const used = new Set(manifests.flatMap(({ relay }) => (relay === null ? [] : [Number.parseInt(relay.keyConfiguration.slice(0, 2), 16)])));
  for (let keyId = 0; keyId < 256; keyId++) if (!used.has(keyId)) return keyId;
  throw new AmanaError("ERR_MANIFEST_INVALID", { problems: [{ path: "/relay", message: "256 rounds with a relay are not closed yet" }] });
}

/** The document that holds a round's gateway key. */
export function gatewayKeyName(round: LiveRound): string {
  return `rounds/${round.idHex}/gateway-key`;
}

export interface GatewayOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly collector: Collector;
  readonly rng: Rng;
}

interface OpenKey {
  readonly round: LiveRound;
  readonly keyId: number;
  readonly secretKey: Uint8Array;
}

/** The RFC 9458 gateway of the rounds that have a relay: the one way in which they are answered. It learns answers without addresses. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #keys = new Map<number, OpenKey>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /**
   * Reads a round's key. Call it before a round becomes live and at start. @throws ERR_STORE_DAMAGED if it is missing, or not the
   * manifest's, while the round can be answered
   */
  async load(round: LiveRound): Promise<void> {
    if (round.manifest.relay === null || round.state.closed) return;
    const result = v.safeParse(keySchema, await this.#options.store.readDocument(gatewayKeyName(round)));
    const key = result.success ? { keyId: result.output.keyId, secretKey: fromHex(result.output.seed) } : null;
    const fixed = decodeKeyConfiguration(fromHex(round.manifest.relay.keyConfiguration), MLKEM768_X25519);
    if (key === null || key.keyId !== fixed.keyId || toHex(kemKey(key.secretKey).publicKey) !== toHex(fixed.publicKey))
      throw new AmanaError("ERR_STORE_DAMAGED", { note: `Missing or wrong: ${gatewayKeyName(round)}` });
    this.#keys.set(key.keyId, { round, ...key });
  }

  /** Bytes of the largest request: no body is longer. */
  get largest(): number {
    return Math.max(0, ...[...this.#keys.values()].map(({ round }) => relayRequestLength(round.manifest)));
  }

  /**
   * One encapsulated request, attacker-controlled. What the collector says to it, problem documents included, is inside the answer, which
   * has one size for everything. A failure of this server is thrown, and so told outside: a relay that has the request sends it again.
   * @throws ERR_ENCAPSULATION, ERR_BODY_SIZE, ERR_STORE_WRITE, ERR_OVERLOADED, ERR_INTERNAL
   */
  async handle(body: Uint8Array): Promise<Uint8Array> {
    // 1. The key, and with it the round and the one size of its requests.
    const key = this.#keys.get(peekKeyId(body));
    if (key === undefined) throw new AmanaError("ERR_ENCAPSULATION");
    if (body.length !== relayRequestLength(key.round.manifest)) throw new AmanaError("ERR_BODY_SIZE");
    const { request, sealResponse } = decapsulateRequest(body, key, SUITE);
    // 2. What it asks for.
    const answer = await this.#answer(request, key.round);
    return sealResponse(encodeBinaryResponse(answer, GATEWAY_RESPONSE_LENGTH), this.#options.rng);
  }

  async #answer(request: Uint8Array, round: LiveRound) {
    try {
      const content = await this.#options.collector.relayed(decodeGatewayRequest(request), round);
      return { status: 200, fields: [["content-type", PROMISE_TYPE] as const], content };
    } catch (error) {
      if (!isAmanaError(error) || statusOf(error.code) >= 500) throw error;
      const { status = 400, type, body: content } = problemReply(tellable(error));
      return { status, fields: [["content-type", type] as const], content };
    }
  }

  /** Destroys the keys of rounds that are closed, on the disk and in memory: whoever recorded what came here cannot have it opened later. */
  async tick(): Promise<void> {
    for (const { keyId, round } of [...this.#keys.values()]) if (round.state.closed) await this.#destroy(keyId, round);
  }

  /** The same at start, for rounds that closed while a stop came between. */
  async recover(): Promise<void> {
    for (const round of this.#options.rounds.all()) {
      if (round.manifest.relay !== null && round.state.closed) await this.#options.store.removeDocument(gatewayKeyName(round));
      else await this.load(round);
    }
  }

  async #destroy(keyId: number, round: LiveRound): Promise<void> {
    await this.#options.store.removeDocument(gatewayKeyName(round));
    await this.#options.store.removeDocument(`drafts/${round.manifest.round}/gateway-key`);
    this.#keys.delete(keyId);
  }
}
