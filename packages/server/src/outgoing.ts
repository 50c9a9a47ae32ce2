import { AmanaError } from "@amana/core/errors";

/** `fetch`, as a parameter. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A request to another party's server: a witness asking a ledger, a ledger asking a witness. */
export interface Outgoing {
  readonly method?: "GET" | "POST";
  readonly body?: string;
  /** How many bytes of the answer are read at most. */
  readonly limit: number;
  /** How long all of it may take. */
  readonly milliseconds: number;
  /** Ends it sooner. */
  readonly signal?: AbortSignal;
}

/** What came back. Attacker-controlled. */
export interface Incoming {
  readonly status: number;
  /** Media type without parameters. */
  readonly type: string;
  readonly body: Uint8Array;
}

/** Asks another server: no credentials, no redirects, a bounded answer in bounded time. @throws ERR_NETWORK, also for an answer beyond its bound */
export async function ask(fetch: Fetch, url: string, { method = "GET", body, limit, milliseconds, signal }: Outgoing): Promise<Incoming> {
  const timeout = AbortSignal.timeout(milliseconds);
  const init: RequestInit = {
    method,
    redirect: "error",
    credentials: "omit",
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    ...(body === undefined ? {} : { body, headers: { "content-type": "text/plain; charset=utf-8" } }),
  };
  try {
    const response = await fetch(url, init);
    const type = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
    return { status: response.status, type, body: await bounded(response, limit) };
  } catch {
    throw new AmanaError("ERR_NETWORK");
  }
}

async function bounded(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
    length += next.value.length;
    if (length > limit) {
      await reader?.cancel();
      throw new AmanaError("ERR_NETWORK");
    }
    chunks.push(next.value);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
