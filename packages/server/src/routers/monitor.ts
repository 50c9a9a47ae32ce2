import { createServer, type Server } from "node:http";
import { AmanaError } from "@amana/core/errors";
import { bytes, json, problemReply, type Reply, sendReply, tellable } from "../http/index.ts";
import type { Metrics } from "../services/metrics.ts";

const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

/** What the loopback listener serves: `GET /metrics`, and `GET /ready` for whoever decides on this machine whether requests are sent here. */
export interface Monitor {
  readonly server: Server;
  /** From now on there is something to show; before, everything is told to come again. */
  show(metrics: Metrics): void;
}

export function createMonitor(): Monitor {
  let shown: Metrics | null = null;
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url?.split("?", 1)[0] ?? "";
    answer(request.method ?? "", path, shown).then(
      (reply) => sendReply(response, reply),
      (error: unknown) => sendReply(response, problemReply(tellable(error))),
    );
  });
  return {
    server,
    show: (metrics) => {
      shown = metrics;
    },
  };
}

async function answer(method: string, path: string, metrics: Metrics | null): Promise<Reply> {
  if (path !== "/metrics" && path !== "/ready") throw new AmanaError("ERR_NOT_FOUND");
  if (method !== "GET") throw new AmanaError("ERR_METHOD");
  if (metrics === null) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 1 });
  return path === "/ready" ? readiness(metrics) : bytes(new TextEncoder().encode(metrics.page()), PROMETHEUS);
}

/** `{"ready": true}` while what is sent is taken. @throws why it is not */
export function readiness({ refusing }: Pick<Metrics, "refusing">): Reply {
  if (refusing !== null) throw refusing;
  return json({ ready: true });
}
