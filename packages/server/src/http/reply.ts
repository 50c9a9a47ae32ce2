import type { ServerResponse } from "node:http";

/** What a route answers with. It is written by {@link sendReply} alone, so that replies of a kind look alike. */
export interface Reply {
  readonly type: string;
  readonly body: Uint8Array;
  /** 200 if left out. */
  readonly status?: number;
  /** `none` (the default) is kept nowhere; `immutable` is for content that its address determines; `revalidate` for pages. */
  readonly cache?: "none" | "immutable" | "revalidate";
  readonly headers?: Readonly<Record<string, string>>;
  /** Called once the body is no longer held: sent, or given up. */
  readonly done?: () => void;
}

export const BYTES = "application/octet-stream";
export const JSON_TYPE = "application/json";

const CACHE = {
  none: "no-store",
  immutable: "public, max-age=31536000, immutable",
  revalidate: "no-cache",
} as const;

/** A JSON reply. */
export function json(value: unknown): Reply {
  return { type: JSON_TYPE, body: new TextEncoder().encode(JSON.stringify(value)) };
}

/** A binary reply. */
export function bytes(body: Uint8Array, type: string = BYTES): Reply {
  return { type, body };
}

/** Writes a reply: a stated length, no date, no tag, nothing that says what runs here. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) {
    reply.done?.();
    return;
  }
  if (reply.done !== undefined) response.once("close", reply.done);
  response.statusCode = reply.status ?? 200;
  // The words beside the number ("Conflict", "Service Unavailable") would tell by their length which refusal it is.
  if (response.statusCode >= 400) response.statusMessage = "Refused";
  response.sendDate = false;
  response.removeHeader("X-Powered-By");
  response.setHeader("Content-Type", reply.type);
  response.setHeader("Cache-Control", CACHE[reply.cache ?? "none"]);
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.status !== 204) response.setHeader("Content-Length", String(reply.body.length));
  response.end(reply.status === 204 ? undefined : reply.body);
}
