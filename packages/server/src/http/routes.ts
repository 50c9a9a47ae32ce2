import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { ErrorRequestHandler, Request, Response, Router } from "express";
import { type BodySpec, contentType, readBody } from "./body.ts";
import type { Limits, Line } from "./limits.ts";
import type { ErrorLog } from "./log.ts";
import { problemReply, statusOf, tellable } from "./problem.ts";
import { type Reply, sendReply } from "./reply.ts";

/** A part of the path by its name. */
export type Params = (name: string) => string;

/** What a route accepts and what it does: all it sees of a request is the path, the body and the header fields it names. No address: that only orders who waits. */
export interface Post {
  /** Decided before the body is read, so that a route can refuse a body that it has no use for. */
  readonly body: (param: Params) => BodySpec | Promise<BodySpec>;
  /** Where this waits, by its media type: `work` unless said. */
  readonly line?: (type: string) => Line;
  /** Changes nothing but what the store decides by itself, so that several processes may do it at once: no turn is waited for. */
  readonly shared?: boolean;
  /** Header fields that the route reads, in lower case. */
  readonly fields?: readonly string[];
  readonly run: (body: Uint8Array, param: Params, type: string, field: Params) => Promise<Reply>;
}
export type Get = (param: Params) => Promise<Reply>;
export interface Methods {
  readonly GET?: Get;
  readonly POST?: Post;
}

/** Runs what only one process may do at a time. */
export type Alone = <T>(task: () => Promise<T>) => Promise<T>;

/** Gives routers one way to declare routes, so that methods, limits, errors and headers are the same on all of them. */
export class Routes {
  readonly #router: Router;
  readonly #limits: Limits;
  readonly #log: ErrorLog;
  readonly #alone: Alone;
  /** What was declared so far, paths as Express has them. */
  readonly declared: { readonly method: "GET" | "POST"; readonly path: string }[] = [];

  /** `alone`: how to wait for this process's turn; without it no other process is there. */
  constructor(router: Router, limits: Limits, log: ErrorLog, alone: Alone = (task) => task()) {
    this.#router = router;
    this.#limits = limits;
    this.#log = log;
    this.#alone = alone;
  }

  /** Declares a path with its methods. HEAD is GET without a body; OPTIONS answers a preflight; the rest is `ERR_METHOD`. */
  at(path: string, methods: Methods): void {
    const allowed = [...(methods.GET === undefined ? [] : ["GET", "HEAD"]), ...(methods.POST === undefined ? [] : ["POST"])];
    for (const method of ["GET", "POST"] as const) if (methods[method] !== undefined) this.declared.push({ method, path });
    this.#router.all(path, async (request, response) => {
      try {
        if (request.method !== "POST") await untilFirst(request, response);
        sendReply(response, await this.#answer(request, methods, allowed));
      } catch (error) {
        if (isAmanaError(error, "ERR_METHOD")) response.setHeader("Allow", allowed.join(", "));
        this.#refuse(error, response);
      }
    });
  }

  /** The body is read before any work is counted: whoever sends slowly holds up nobody. */
  async #answer(request: Request, { GET, POST }: Methods, allowed: readonly string[]): Promise<Reply> {
    const params: Params = (name) => [request.params[name]].flat().join("/");
    if (request.method === "OPTIONS") return preflight(allowed, POST?.fields ?? []);
    if (GET !== undefined && (request.method === "GET" || request.method === "HEAD"))
      return this.#limits.work("work", senderOf(request), () => GET(params));
    if (POST === undefined || request.method !== "POST") throw new AmanaError("ERR_METHOD");
    const spec = await POST.body(params);
    const body = await readBody(request, spec, this.#limits);
    const type = contentType(request);
    const line = POST.line?.(type) ?? "work";
    const run = (): Promise<Reply> => POST.run(body, params, type, fieldsOf(request, POST.fields ?? []));
    // A body counts while it waits for its turn, too.
    return this.#limits.holding(spec.budget ?? "bodies", body.length, () =>
      this.#limits.work(line, senderOf(request), () => (POST.shared ? run() : this.#alone(run))),
    );
  }

  /** The last handlers of the router: what matched nothing, and what Express itself refused (`/%zz`). */
  finish(): void {
    this.#router.use((_request, response) => this.#refuse(new AmanaError("ERR_NOT_FOUND"), response));
    const last: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
      this.#refuse(error instanceof URIError ? new AmanaError("ERR_NOT_FOUND") : error, response);
    };
    this.#router.use(last);
  }

  #refuse(error: unknown, response: Response): void {
    const told = tellable(error);
    if (statusOf(told.code) >= 500 && told.code !== "ERR_OVERLOADED") this.#log(error);
    if (told.code === "ERR_BODY_SLOW") response.setHeader("Connection", "close");
    sendReply(response, problemReply(told));
  }
}

/**
 * Requests that were sent before earlier ones on their connection were answered wait for these: one answer at a time is made for a
 * connection, and held until it is read.
 */
function untilFirst(request: Request, response: Response): Promise<void> {
  if (response.socket !== null) return Promise.resolve();
  return new Promise((resolve) => {
    response.once("socket", () => resolve());
    request.once("close", () => resolve());
  });
}

/** Where a request came from, by the host application's `trust proxy`. */
function senderOf(request: Request): string {
  return request.ip ?? "";
}

/** The named header fields and no other; empty where there is none. */
function fieldsOf(request: Request, names: readonly string[]): Params {
  return (name) => (names.includes(name) ? [request.headers[name] ?? ""].flat().join(",") : "");
}

function preflight(allowed: readonly string[], fields: readonly string[]): Reply {
  return {
    status: 204,
    type: "text/plain",
    body: new Uint8Array(0),
    headers: {
      Allow: allowed.join(", "),
      "Access-Control-Allow-Methods": allowed.join(", "),
      "Access-Control-Allow-Headers": ["content-type", ...fields].join(", "),
      "Access-Control-Max-Age": "86400",
    },
  };
}
