import { equal, fromHex, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { solveWork } from "@amana/core/mailbox";
import type { ManifestRelay, RoundTimes } from "@amana/core/manifest";
import { type Aead, CHACHA20_POLY1305, decodeKeyConfiguration, encapsulateRequest, MLKEM768_X25519 } from "@amana/core/ohttp";
import {
  decodePromise,
  decodeRelayPromise,
  encodeGatewayRequest,
  type InclusionPromise,
  RELAY_PROMISE_LENGTH,
  RELAY_WORK_DIFFICULTY,
  type RelayPromise,
  releaseTimes,
  verifyPromise,
  verifyRelayPromise,
} from "@amana/core/submission";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { SeenManifest } from "../wire/ledger-view.ts";
import { type Fetch, Transport } from "../wire/transport.ts";
import type { Environment } from "./options.ts";
import type { RoundSource } from "./source.ts";

/** ChaCha20-Poly1305 of RFC 8439 for browsers and Node alike. */
const aead: Aead = {
  ...CHACHA20_POLY1305,
  seal: (key, nonce, plaintext) => chacha20poly1305(key, nonce).encrypt(plaintext),
  open(key, nonce, ciphertext) {
    try {
      return chacha20poly1305(key, nonce).decrypt(ciphertext);
    } catch {
      return null;
    }
  },
};

/** A relay's promise, verified, and the receipt that it makes. */
export interface Relayed extends RelayPromise {
  readonly text: string;
}

/** A relay's first release, or its second. */
export type Release = 0 | 1;

/** So far a device's clock may be from the first release for a relay to know better with which one an answer goes. Seconds. */
const CLOCKS_DIFFER = 900;

/** Bytes of a promise of the collector's. */
const PROMISE = 136;
/** Versions of one answer at most: sequences 0 to 15. */
const VERSIONS = 16;

/** Bytes for the relay, and what it asks for them: what is sent again is exactly this. */
export interface RelayRequest {
  readonly request: Uint8Array;
  readonly work: Uint8Array;
  readonly slot: Uint8Array;
  readonly sequence: number;
}

/**
 * The way to the collector of a round with a relay (docs/protocol.md §10.6, §10.7). Loaded with the round, for such rounds alone: loaded when
 * something is sent, the server would learn when that is.
 */
export class RelayRoute {
  readonly #seen: SeenManifest;
  readonly #relay: ManifestRelay;
  readonly #transport: Transport;
  readonly #environment: Environment;

  constructor(seen: SeenManifest, relay: ManifestRelay, environment: Environment, fetch?: Fetch) {
    this.#seen = seen;
    this.#relay = relay;
    this.#environment = environment;
    this.#transport = new Transport(relay.origin, fetch);
  }

  /** Encapsulates a submission to the key that the manifest fixes, whatever the server or the relay may offer, and does the work. */
  async prepare(submission: Uint8Array, slot: Uint8Array, sequence: number): Promise<RelayRequest> {
    const { manifest, id } = this.#seen;
    const { rng, wait } = this.#environment;
    const configuration = decodeKeyConfiguration(fromHex(this.#relay.keyConfiguration), MLKEM768_X25519);
    const message = encodeGatewayRequest(submission, manifest);
    // Nobody hands the gateway's answer back: the collector's promise is fetched from the public list.
    const { encapsulated } = encapsulateRequest(message, configuration, { kem: MLKEM768_X25519, aead }, rng);
    const work = await solveWork(id, encapsulated, RELAY_WORK_DIFFICULTY, () => wait(0));
    return { request: encapsulated, work, slot, sequence };
  }

  /**
   * Sends a request and verifies the relay's promise: by its key of the manifest, about these bytes. Again: the same promise.
   * @throws ERR_SEQUENCE_USED with the highest that the relay has, ERR_ROUND_CLOSED, ERR_OVERLOADED, ERR_NETWORK, ERR_RESPONSE_INVALID
   */
  async send({ request, work, slot, sequence }: RelayRequest): Promise<Relayed> {
    const fields = { "amana-slot": toHex(slot), "amana-sequence": String(sequence).padStart(2, "0"), "amana-work": toHex(work) };
    const answer = await this.#transport.post(toHex(this.#seen.id), "message/ohttp-req", request, RELAY_PROMISE_LENGTH, fields);
    const promise = decodeRelayPromise(answer);
    const mine =
      equal(promise.manifestId, this.#seen.id) &&
      equal(promise.slot, slot) &&
      promise.sequence === sequence &&
      equal(promise.requestHash, SHA256(request));
    if (!mine || !verifyRelayPromise(promise, fromHex(this.#relay.key))) throw new AmanaError("ERR_RESPONSE_INVALID");
    return { ...promise, text: this.#textOf(answer) };
  }

  /**
   * With which release an answer goes that was signed to go with `sealed`: all leaves of one release have one sequence. The relay's word is
   * signed, and believed where this device's clock says the same or nearly. Else a relay could have one person's answer signed for the release
   * with which it does not go, and know that leaf from all others by its sequence; and so could a server that hid an amendment from one person.
   * @throws ERR_CLOCK_WRONG when relay and device do not agree · ERR_LEDGER_STALE when the relay names a time that is not known here, of either release
   */
  releaseOf({ releaseAt }: RelayPromise, times: RoundTimes, sealed: Release | null): Release {
    const [first, second] = this.releases(times);
    const isKnown = releaseAt === first || releaseAt === second;
    // The relay may know of an amendment that came after this page was opened, and nothing is asked now, which would tell when somebody sends: a
    // time that is not known here is the first where no second one could be so far away.
    if (!isKnown && releaseAt - this.#seconds > second - first) return 0;
    if (!isKnown) throw new AmanaError("ERR_LEDGER_STALE");
    const release = releaseAt === first ? 0 : 1;
    const near = Math.abs(this.#seconds - first) <= CLOCKS_DIFFER;
    if (release !== sealed && release !== this.nextRelease(times) && !near) throw new AmanaError("ERR_CLOCK_WRONG");
    return release;
  }

  /** When the relay gives on what it holds, unix seconds. */
  releases({ windows }: RoundTimes): readonly [number, number] {
    return releaseTimes(this.#relay, windows.answeringClose);
  }

  /** Whether the relay has given on everything. */
  isOver(times: RoundTimes): boolean {
    return this.#seconds >= this.releases(times)[1];
  }

  /** With which release an answer goes that is sent now, by this device's clock. */
  nextRelease(times: RoundTimes): Release {
    return this.#seconds < this.releases(times)[0] ? 0 : 1;
  }

  /**
   * Whether nobody but the relay can have what it promised to give on at `releaseAt`. Only who has sent something looks for it: a look that can
   * find nothing would tell the server who has, and when.
   */
  isEarly(releaseAt: number | null): boolean {
    return this.#seconds < (releaseAt ?? 0);
  }

  get #seconds(): number {
    return this.#environment.now().getTime() / 1000;
  }

  /**
   * The collector's promise for one leaf, out of the public list of the round. All of it is fetched: the server does not learn which one is
   * looked for. Null while it is not there, or is not signed by the programme's promise key. @throws ERR_RESPONSE_INVALID, ERR_NETWORK
   */
  async promiseOf(leafHash: Uint8Array, { transport, programme }: RoundSource): Promise<InclusionPromise | null> {
    const { manifest, id } = this.#seen;
    const people = manifest.audiences.reduce((sum, { rosterSize }) => sum + rosterSize, 0);
    const list = await transport.get(`rounds/${manifest.round}/promises`, people * VERSIONS * PROMISE);
    let found: InclusionPromise | null = null;
    for (let at = 0; at + PROMISE <= list.length; at += PROMISE) {
      const promise = decodePromise(list.subarray(at, at + PROMISE));
      if (equal(promise.leafHash, leafHash)) found = promise;
    }
    if (found === null || !equal(found.manifestId, id) || !verifyPromise(found, fromHex(programme.promiseKey))) return null;
    return found;
  }

  #textOf(promise: Uint8Array): string {
    const { manifest, id } = this.#seen;
    const lines = [`round ${manifest.round}`, `manifest ${toHex(id)}`, `relay-promise ${toHex(promise)}`];
    return ["amana/1 receipt", ...lines, ""].join("\n");
  }
}
