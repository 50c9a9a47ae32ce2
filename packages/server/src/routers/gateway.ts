import { AmanaError } from "@amana/core/errors";
import { bytes, type Routes } from "../http/index.ts";
import { roundNamed, type Services } from "../services/services.ts";

/** Media types of RFC 9458 §7. */
const REQUEST = "message/ohttp-req";
const RESPONSE = "message/ohttp-res";

/** `POST gateway`, for relays, and `GET rounds/<name>/promises`, for those who answered through one. */
export function gatewayRoutes(routes: Routes, { gateway, promises, rounds }: Services): void {
  routes.at("/gateway", {
    POST: {
      shared: true,
      body: () => ({ type: REQUEST, max: gateway.largest }),
      run: async (body) => bytes(await gateway.handle(body), RESPONSE),
    },
  });
  routes.at("/rounds/:round/promises", {
    GET: async (param) => {
      const round = roundNamed(rounds, param("round"));
      // Elsewhere everyone got the promise with the answer, and the list would tell when answers come.
      if (round.manifest.relay === null) throw new AmanaError("ERR_NOT_FOUND");
      return bytes(await promises.of(round));
    },
  });
}
