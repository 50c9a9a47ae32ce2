import { createHash } from "node:crypto";
import { AmanaError } from "@amana/core/errors";
import { BYTES, JSON_TYPE, json, type Reply, type Routes, releasePolicy } from "../http/index.ts";
import { mediaType } from "../http/media.ts";
import { roundNamed, type Services } from "../services/services.ts";

const PROPOSAL_LIMIT = 256 * 1024;
const INDEX = "index.html";

/** Proposals by trustees, the files they name, and published releases by name. */
export function releasesRoutes(routes: Routes, { rounds, releases, cosigning }: Services): void {
  routes.at("/rounds/:round/release", {
    GET: async (param) => json({ proposals: await releases.proposals(roundNamed(rounds, param("round"))) }),
    POST: {
      body: () => ({ type: JSON_TYPE, max: PROPOSAL_LIMIT }),
      run: async (body, param) => {
        await releases.propose(roundNamed(rounds, param("round")), body);
        return json({});
      },
    },
  });
  routes.at("/files", {
    POST: {
      body: async () => ({ type: BYTES, max: await releases.longestFile(), budget: "files" }),
      run: async (body) => json({ sha256: await releases.addFile(body) }),
    },
  });

  const page = async (round: string, name: string): Promise<Reply> => {
    const body = await releases.file(roundNamed(rounds, round), name, cosigning.published.size);
    if (body === null) throw new AmanaError("ERR_NOT_FOUND");
    const type = mediaType(name);
    return {
      type,
      body,
      cache: "revalidate",
      headers: type.startsWith("text/html") ? { "Content-Security-Policy": releasePolicy(inlineStyles(body)) } : {},
    };
  };
  routes.at("/releases/:round/", { GET: (param) => page(param("round"), INDEX) });
  routes.at("/releases/:round/:file", { GET: (param) => page(param("round"), param("file")) });
}

/** CSP hashes of the style elements in a page that k trustees signed. Nothing else inline is ever allowed. */
function inlineStyles(page: Uint8Array): string[] {
  const styles = new TextDecoder().decode(page).matchAll(/<style>([\s\S]*?)<\/style>/g);
  return [...styles].map(([, style = ""]) => `'sha256-${createHash("sha256").update(style).digest("base64")}'`);
}
