import { AmanaError } from "@amana/core/errors";
import type { Router } from "express";
import { formPolicy, type Reply, type Routes, sendReply, WORKER_POLICY } from "../http/index.ts";
import type { FormFiles } from "../services/form-files.ts";
import type { Rounds } from "../services/round.ts";

/**
 * The example form: its page at `/` and at every `/<round>`, its files beside. Declared last, so that it hides no path of the
 * protocol. The page's address names a round; whether there is one is for the form to say.
 */
export function formRoutes(router: Router, routes: Routes, files: FormFiles, rounds: Rounds): void {
  // "/feedback" would resolve the page's relative addresses beside the folder that everything is in.
  router.get("/", (request, response, next) => {
    const path = request.originalUrl.split("?", 1)[0] ?? "";
    if (path.endsWith("/")) {
      next();
      return;
    }
    const location = `./${path.slice(path.lastIndexOf("/") + 1)}/`;
    sendReply(response, { status: 308, type: "text/plain", body: new Uint8Array(0), headers: { Location: location } });
  });

  const page = async (): Promise<Reply> => ({
    type: "text/html; charset=utf-8",
    body: files.page,
    cache: "revalidate",
    headers: { "Content-Security-Policy": formPolicy(otherOrigins(rounds)), "Cross-Origin-Resource-Policy": "same-origin" },
  });
  routes.at("/", { GET: page });
  routes.at("/{*path}", {
    GET: async (param) => {
      const path = param("path");
      const file = files.find(path);
      if (file !== null && path.startsWith("assets/"))
        return { ...file, cache: "immutable", headers: { "Content-Security-Policy": WORKER_POLICY } };
      if (file !== null) return { ...file, cache: "revalidate" };
      if (!/^[a-z0-9-]{1,64}$/.test(path)) throw new AmanaError("ERR_NOT_FOUND");
      return page();
    },
  });
}

/** Origins besides our own that the page may speak to: the relays of rounds, and issuers with processes of their own. */
function otherOrigins(rounds: Rounds): string[] {
  const origins = rounds
    .all()
    .flatMap(({ manifest: { relay, audiences }, state }) => [
      ...(relay === null ? [] : [relay.origin]),
      ...audiences.flatMap(({ issuers }) =>
        issuers.flatMap(({ origin }) => (origin === null || state.closed ? [] : [new URL(origin).origin])),
      ),
    ]);
  return [...new Set(origins)].sort();
}
