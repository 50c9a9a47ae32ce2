import { RELAY_PROMISE_LENGTH } from "@amana/core/submission";
import express, { type Router } from "express";
import { commonHeaders, type ErrorLog, json, type LimitOptions, Limits, Routes } from "../http/index.ts";
import type { Relay } from "./relay.ts";
import { readIncoming } from "./rounds.ts";

const REQUEST = "message/ohttp-req";
/** The media type of a relay's promise; every one has the same length. */
export const RELAY_PROMISE_TYPE = "application/vnd.amana.relay-promise";

/** Header fields in which a request says what is not inside it. */
const FIELDS = ["amana-slot", "amana-sequence", "amana-work"];

/** `POST <manifest id>`, `GET health`: all that a relay answers. It sees no address: `Routes` hands none on. */
export function relayRouter(relay: Relay, log: ErrorLog, limits?: LimitOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(commonHeaders());
  const routes = new Routes(router, new Limits(limits), log);
  routes.at("/health", { GET: async () => json({ ok: true }) });
  routes.at("/:manifest", {
    POST: {
      body: () => ({ type: REQUEST, max: Math.max(RELAY_PROMISE_LENGTH, relay.largest) }),
      fields: FIELDS,
      run: async (body, param, _type, field) => ({
        status: 202,
        type: RELAY_PROMISE_TYPE,
        body: await relay.accept(param("manifest"), readIncoming(field), body),
      }),
    },
  });
  routes.finish();
  return router;
}
