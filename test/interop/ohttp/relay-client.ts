import { createHash, randomBytes } from "node:crypto";
import { verify } from "@amana/core/primitives";
import { ascii, join } from "./hpke.ts";
import { H } from "./promise.ts";

/* The client's side of a mixing relay, from docs/protocol.md §10.7 and §9.4 alone. */

const WORK_BITS = 12;

function SHA256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** Eight bytes that prove work over an encapsulated request, as §9.4 has it over a submission. */
export function work(manifestId: Uint8Array, request: Uint8Array): Uint8Array {
  const hash = SHA256(request);
  for (;;) {
    const tried = new Uint8Array(randomBytes(8));
    const [first = 0, second = 0] = H("amana/v1 work", manifestId, hash, tried);
    if ((first * 256 + second) >> (16 - WORK_BITS) === 0) return tried;
  }
}

/** What is sent to a relay under one slot. */
export interface Sent {
  readonly manifestId: Uint8Array;
  readonly slot: Uint8Array;
  readonly sequence: number;
  readonly request: Uint8Array;
}

/** The header fields beside those that every request has. */
export function relayFields({ manifestId, slot, sequence, request }: Sent): Record<string, string> {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  return { "amana-slot": hex(slot), "amana-sequence": String(sequence).padStart(2, "0"), "amana-work": hex(work(manifestId, request)) };
}

/** The release time that a relay promised for exactly what was sent. @throws where it promised something else, or another signed */
export function promisedRelease(promise: Uint8Array, { manifestId, slot, sequence, request }: Sent, relayKey: Uint8Array): number {
  const [head, release, signature] = [promise.slice(0, 101), promise.slice(101, 109), promise.slice(109)];
  const parts = [manifestId, slot, Uint8Array.of(sequence), SHA256(request)];
  if (promise.length !== 173 || Buffer.compare(join(ascii("AMY1"), ...parts), head) !== 0) throw new Error("a promise of something else");
  if (!verify(relayKey, H("amana/v1 relay promise", ...parts, release), signature)) throw new Error("not the relay's");
  return Number(Buffer.from(release).readBigUInt64BE());
}
