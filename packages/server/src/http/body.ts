import type { IncomingMessage } from "node:http";
import { encodeJson } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { Budget, Limits } from "./limits.ts";

/** What a route accepts as a body. */
export interface BodySpec {
  /** The media types; null where the body is empty. Parameters are ignored, anything else is refused. */
  readonly type: string | readonly string[] | null;
  /** Exactly so many bytes. */
  readonly exact?: number;
  /** At most so many bytes. */
  readonly max?: number;
  readonly budget?: Budget;
}

/**
 * Reads a request's body: the right media type, no content coding, the right length, in time. Attacker-controlled.
 * @throws ERR_MEDIA_TYPE, ERR_BODY_SIZE, ERR_BODY_SLOW, ERR_OVERLOADED
 */
export async function readBody(request: IncomingMessage, spec: BodySpec, limits: Limits): Promise<Uint8Array> {
  // 1. The media type.
  if (spec.type !== null && ![spec.type].flat().includes(contentType(request))) throw new AmanaError("ERR_MEDIA_TYPE");
  if (request.headers["content-encoding"] !== undefined) throw new AmanaError("ERR_MEDIA_TYPE");
  // 2. The length that it says it has.
  const declared = request.headers["content-length"];
  if (declared !== undefined && !fits(Number(declared), spec)) throw new AmanaError("ERR_BODY_SIZE");
  // 3. The bytes.
  const body = alreadyRead(request) ?? (await collect(request, spec, limits));
  if (!fits(body.length, spec)) throw new AmanaError("ERR_BODY_SIZE");
  return body;
}

/** The media type of a request's body, without parameters; empty if it has none. */
export function contentType(request: IncomingMessage): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function fits(length: number, { exact, max = 0 }: BodySpec): boolean {
  return exact === undefined ? length <= max : length === exact;
}

/** A host application may have run a body parser before us: then its bytes, or the document it parsed, are all there is. */
function alreadyRead(request: IncomingMessage & { readonly body?: unknown }): Uint8Array | null {
  if (!request.readableEnded) return null;
  const { body } = request;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (typeof body === "string") return new TextEncoder().encode(body);
  return body === undefined ? new Uint8Array(0) : encodeParsed(body);
}

function encodeParsed(body: unknown): Uint8Array {
  try {
    return encodeJson(body);
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL");
  }
}

/** Collects the body within its bound; whatever else arrives is dropped unread. */
function collect(request: IncomingMessage, spec: BodySpec, limits: Limits): Promise<Uint8Array> {
  const budget = spec.budget ?? "bodies";
  const most = spec.exact ?? spec.max ?? 0;
  const chunks: Uint8Array[] = [];
  let length = 0;
  return new Promise<Uint8Array>((resolve, reject) => {
    const finish = (error: AmanaError | null): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      request.on("error", () => undefined);
      limits.release(budget, length);
      if (error !== null) {
        request.resume();
        reject(error);
        return;
      }
      const body = new Uint8Array(length);
      let offset = 0;
      for (const chunk of chunks) {
        body.set(chunk, offset);
        offset += chunk.length;
      }
      resolve(body);
    };
    const onData = (chunk: Uint8Array): void => {
      const refusal = length + chunk.length > most ? new AmanaError("ERR_BODY_SIZE") : limits.hold(budget, chunk.length);
      if (refusal !== null) {
        finish(refusal);
        return;
      }
      length += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = (): void => finish(null);
    const onClose = (): void => finish(new AmanaError("ERR_BODY_SIZE"));
    const timer = setTimeout(() => finish(new AmanaError("ERR_BODY_SLOW")), limits.bodyMilliseconds);
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}
