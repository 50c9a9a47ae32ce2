import { AmanaError, type ErrorCode, type ErrorDetails, SENTENCES } from "@amana/core/errors";

/** `fetch`, as a parameter. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The largest reply a client reads: a release file is at most this. */
const LARGEST_REPLY = 64 * 1024 * 1024;

/**
 * Speaks to one server. No credentials, no cookies, no referrer, no cache: nothing that tells one visit from another
 * but what the protocol says.
 */
export class Transport {
  readonly base: string;
  readonly #fetch: Fetch;

  constructor(base: string, fetch: Fetch = (url, init) => globalThis.fetch(url, init)) {
    this.base = base.endsWith("/") ? base : `${base}/`;
    this.#fetch = fetch;
  }

  /** The bytes at a path. @throws ERR_NETWORK, ERR_RESPONSE_INVALID, or the code of the server's problem document */
  get(path: string): Promise<Uint8Array> {
    return this.#request(path, { method: "GET" });
  }

  /** The bytes at a path, or null where there is nothing. */
  async find(path: string): Promise<Uint8Array | null> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof AmanaError && error.code === "ERR_NOT_FOUND") return null;
      throw error;
    }
  }

  /** Sends bytes of a stated type and returns the reply. @throws as {@link get} */
  post(path: string, type: string, body: Uint8Array): Promise<Uint8Array> {
    return this.#request(path, { method: "POST", headers: { "content-type": type }, body: new Uint8Array(body) });
  }

  async #request(path: string, init: RequestInit): Promise<Uint8Array> {
    const response = await this.#send(new URL(path, this.base).href, init);
    const bytes = await readBounded(response);
    if (!response.ok) throw problem(bytes, response.status);
    return bytes;
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, { ...init, credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" });
    } catch {
      throw new AmanaError("ERR_NETWORK");
    }
  }
}

/** The reply's length is attacker-controlled: reading stops at the bound. */
async function readBounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = response.body?.getReader();
    for (;;) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      length += next.value.length;
      if (length > LARGEST_REPLY) break;
      chunks.push(next.value);
    }
    if (length > LARGEST_REPLY) await reader?.cancel();
  } catch {
    throw new AmanaError("ERR_NETWORK");
  }
  if (length > LARGEST_REPLY) throw new AmanaError("ERR_RESPONSE_INVALID");
  const out = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    out.set(chunk, offset);
    offset += chunk.length;
  }
  return out;
}

/** An error from a problem document (RFC 9457). The document is attacker-controlled: only known codes and whole numbers are taken from it. */
function problem(bytes: Uint8Array, status: number): AmanaError {
  const fallback: ErrorCode = status === 404 ? "ERR_NOT_FOUND" : status === 503 ? "ERR_OVERLOADED" : "ERR_RESPONSE_INVALID";
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return new AmanaError(fallback);
  }
  const { code, highestSequence, retryAfter, problems } = (value ?? {}) as Record<string, unknown>;
  if (typeof code !== "string" || !Object.hasOwn(SENTENCES, code)) return new AmanaError(fallback);
  const details: { -readonly [K in keyof ErrorDetails]: ErrorDetails[K] } = {};
  if (isSmall(highestSequence)) details.highestSequence = highestSequence;
  if (isSmall(retryAfter)) details.retryAfter = retryAfter;
  if (Array.isArray(problems)) {
    details.problems = problems
      .slice(0, 1000)
      .map((each) => ({ path: String(each?.path).slice(0, 500), message: String(each?.message).slice(0, 500) }));
  }
  return new AmanaError(code as ErrorCode, details);
}

const isSmall = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
