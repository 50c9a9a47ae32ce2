import { AmanaError, type ErrorCode, type ErrorDetails } from "@amana/core/errors";
import { isServerCode } from "./server-codes.ts";

/** `fetch`, as a parameter. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The largest reply that is read where no call says less: a release file is at most this. Bytes. */
const LARGEST_REPLY = 64 * 1024 * 1024;
/** A problem document has 512 bytes or a small multiple. */
const LARGEST_PROBLEM = 64 * 1024;

/** The same for everyone: a browser would send the languages of its owner. */
const HEADERS: Readonly<Record<string, string>> = { accept: "*/*", "accept-language": "*" };

/**
 * Speaks to one server. No credentials, no cookies, no referrer, no cache, no language: nothing that tells one visit from another
 * but what the protocol says.
 */
export class Transport {
  readonly base: string;
  readonly #fetch: Fetch;

  constructor(base: string, fetch: Fetch = (url, init) => globalThis.fetch(url, init)) {
    this.base = base.endsWith("/") ? base : `${base}/`;
    this.#fetch = fetch;
  }

  /** The same way to another address. */
  to(base: string): Transport {
    return new Transport(base, this.#fetch);
  }

  /** The bytes at a path, at most `limit`. @throws ERR_NETWORK, ERR_RESPONSE_INVALID, or the code of the server's problem document */
  get(path: string, limit?: number): Promise<Uint8Array> {
    return this.#request(path, { method: "GET", headers: HEADERS }, limit);
  }

  /** The same as a visitor with these headers gets it: for an auditor who compares. @throws as {@link get} */
  async getAs(path: string, headers: Readonly<Record<string, string>>, limit: number): Promise<Uint8Array> {
    return this.#request(path, { method: "GET", headers }, limit);
  }

  /** The same, piece by piece as they come: for files that are larger than anyone wants to hold. @throws as {@link get} */
  async *stream(path: string, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
    yield* bounded(await this.#response(path, { method: "GET", headers: HEADERS }), limit);
  }

  /** The bytes at a path, or null where there is nothing. */
  async find(path: string, limit?: number): Promise<Uint8Array | null> {
    try {
      return await this.get(path, limit);
    } catch (error) {
      if (error instanceof AmanaError && error.code === "ERR_NOT_FOUND") return null;
      throw error;
    }
  }

  /** Sends bytes of a stated type, with header fields that the protocol names, and returns the reply, at most `limit` bytes. @throws as {@link get} */
  post(path: string, type: string, body: Uint8Array, limit?: number, fields: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
    const headers = { ...HEADERS, ...fields, "content-type": type };
    return this.#request(path, { method: "POST", headers, body: new Uint8Array(body) }, limit);
  }

  async #request(path: string, init: RequestInit, limit: number = LARGEST_REPLY): Promise<Uint8Array> {
    return whole(await this.#response(path, init), limit);
  }

  async #response(path: string, init: RequestInit): Promise<Response> {
    const response = await this.#send(new URL(path, this.base).href, init);
    if (!response.ok) throw problem(await whole(response, LARGEST_PROBLEM), response.status);
    return response;
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, { ...init, credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" });
    } catch {
      throw new AmanaError("ERR_NETWORK");
    }
  }
}

/** The reply's length is attacker-controlled: reading stops at the bound. @throws ERR_RESPONSE_INVALID above it, ERR_NETWORK */
async function* bounded(response: Response, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  let length = 0;
  for (;;) {
    const next = await reader?.read().catch(() => {
      throw new AmanaError("ERR_NETWORK");
    });
    if (next === undefined || next.done) return;
    length += next.value.length;
    if (length > limit) {
      await reader?.cancel().catch(() => undefined);
      throw new AmanaError("ERR_RESPONSE_INVALID");
    }
    yield next.value;
  }
}

async function whole(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(response, limit)) chunks.push(chunk);
  const out = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    out.set(chunk, offset);
    offset += chunk.length;
  }
  return out;
}

/**
 * An error from a problem document (RFC 9457). The document is attacker-controlled: only codes that a server may say and whole
 * numbers are taken from it, and never a text, which a terminal or a page would show.
 */
function problem(bytes: Uint8Array, status: number): AmanaError {
  const fallback: ErrorCode = status === 404 ? "ERR_NOT_FOUND" : status === 503 ? "ERR_OVERLOADED" : "ERR_RESPONSE_INVALID";
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return new AmanaError(fallback);
  }
  const { code, highestSequence, retryAfter } = (value ?? {}) as Record<string, unknown>;
  if (!isServerCode(code)) return new AmanaError(fallback);
  const details: { -readonly [K in keyof ErrorDetails]: ErrorDetails[K] } = {};
  if (isSmall(highestSequence)) details.highestSequence = highestSequence;
  if (isSmall(retryAfter)) details.retryAfter = retryAfter;
  return new AmanaError(code, details);
}

const isSmall = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
