import type { ErrorCode } from "@amana/core/errors";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import express, { type Router } from "express";
import { commonHeaders, type ErrorLog, Limits, type Reply, Routes } from "../http/index.ts";
import type { Witness } from "./witness.ts";

/** A note of a hundred signatures, and a proof of 63 hashes. */
const LARGEST_REQUEST = 64 * 1024;
const TEXT = "text/plain; charset=utf-8";

/** What c2sp.org/tlog-witness says of a refusal; whatever else is wrong with a ledger is 422. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  ERR_LEDGER_FORMAT: 400,
  ERR_LEDGER_SIGNATURE: 403,
  ERR_NOT_FOUND: 404,
  ERR_LEDGER_MISSING: 503,
  ERR_NETWORK: 503,
  ERR_OVERLOADED: 503,
  ERR_STORE_WRITE: 503,
};

/** `POST add-checkpoint`, `GET newest/<SHA-256 of the origin>`, `GET health`. Every refusal is logged: a code, nothing of what was sent. */
export function witnessRouter(witness: Witness, log: ErrorLog): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(commonHeaders());
  const routes = new Routes(router, new Limits({ work: 64, bodyBytes: 8 * 2 ** 20 }), log);

  routes.at("/add-checkpoint", {
    POST: {
      body: () => ({ type: null, max: LARGEST_REQUEST }),
      run: async (body): Promise<Reply> => {
        try {
          const answer = await witness.add(body);
          if (answer.kind === "cosigned") return { type: TEXT, body: new TextEncoder().encode(answer.line) };
          return { status: 409, type: "text/x.tlog.size", body: new TextEncoder().encode(`${answer.size}\n`) };
        } catch (error) {
          if (!isAmanaError(error)) throw error;
          log(error);
          return refusal(error);
        }
      },
    },
  });

  routes.at("/newest/:place", {
    GET: async (param) => {
      const note = witness.newest(param("place"));
      if (note === null) throw new AmanaError("ERR_NOT_FOUND");
      return { type: TEXT, body: new TextEncoder().encode(note) };
    },
  });

  routes.at("/health", { GET: async () => ({ type: "application/json", body: new TextEncoder().encode('{"ok":true}') }) });
  routes.finish();
  return router;
}

/** A problem document with the status that the specification wants. */
function refusal({ code, message, details }: AmanaError): Reply {
  const status = STATUS[code] ?? 422;
  const body = new TextEncoder().encode(JSON.stringify({ type: `errors#${code}`, title: message, status, code }));
  const headers = details.retryAfter === undefined ? {} : { "Retry-After": String(details.retryAfter) };
  return { status, type: "application/problem+json", body, headers };
}
