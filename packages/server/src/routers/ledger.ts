import { AmanaError, isAmanaError } from "@amana/core/errors";
import { encodeProgramme } from "@amana/core/programme";
import { BYTES, bytes, JSON_TYPE, type Reply, type Routes } from "../http/index.ts";
import type { Services } from "../services/services.ts";

/**
 * `GET programme`, `GET ledger/…`, `GET files/<sha256>`: static content that anyone may keep and check. Tiles
 * go on to the newest entry, as witnesses read before they cosign; the checkpoint says how much of that is public.
 */
export function ledgerRoutes(routes: Routes, { programme, ledger, cosigning, store, releases }: Services): void {
  const canonical = encodeProgramme(programme);
  routes.at("/programme", { GET: async () => bytes(canonical, JSON_TYPE) });

  routes.at("/ledger/checkpoint", {
    GET: async () => bytes(new TextEncoder().encode(cosigning.published.note), "text/plain; charset=utf-8"),
  });

  routes.at("/ledger/tile/{*path}", {
    GET: async (param) => found(await tile(ledger, `tile/${param("path")}`)),
  });

  routes.at("/files/:sha256", {
    GET: async (param) => {
      const sha256 = param("sha256");
      if (!/^[0-9a-f]{64}$/.test(sha256) || (await releases.isEmbargoed(sha256))) throw new AmanaError("ERR_NOT_FOUND");
      return found(await store.getFile(sha256));
    },
  });
}

/** A path that is no tile's is simply not there. */
async function tile(ledger: Services["ledger"], path: string): Promise<Uint8Array | null> {
  try {
    return await ledger.tile(path);
  } catch (error) {
    if (isAmanaError(error, "ERR_LEDGER_FORMAT")) return null;
    throw error;
  }
}

function found(body: Uint8Array | null): Reply {
  if (body === null) throw new AmanaError("ERR_NOT_FOUND");
  return { type: BYTES, body, cache: "immutable" };
}
