import type { Deliver } from "./release.ts";

/** `fetch`, as a parameter. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How long the gateway may take for one request, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Posts to a gateway. It has what it answers with 200; what it says is sealed to the sender. What it refuses with 400 no key opens, and
 * none ever will. Everything else is tried again.
 */
export function deliverTo(gateway: string, fetch: Fetch = (url, init) => globalThis.fetch(url, init)): Deliver {
  return async (request) => {
    try {
      const response = await fetch(gateway, {
        method: "POST",
        headers: { "content-type": "message/ohttp-req", accept: "*/*", "accept-language": "*", "user-agent": "amana-relay" },
        body: new Uint8Array(request),
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      await response.body?.cancel();
      return response.status === 200 || response.status === 400;
    } catch {
      return false;
    }
  };
}
