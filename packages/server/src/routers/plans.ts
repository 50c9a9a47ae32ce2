import { AmanaError } from "@amana/core/errors";
import { type Reply, type Routes, releasePolicy } from "../http/index.ts";
import { mediaType } from "../http/media.ts";
import type { Services } from "../services/services.ts";

const INDEX = "index.html";

/** The pages, feeds and tables of joint action plans: no script, nothing from elsewhere, the same for everyone. */
export function plansRoutes(routes: Routes, { plans, cosigning }: Services): void {
  const page = async (plan: string, name: string): Promise<Reply> => {
    const body = await plans.file(plan, name, cosigning.published.size);
    if (body === null) throw new AmanaError("ERR_NOT_FOUND");
    const type = mediaType(name);
    const headers = type.startsWith("text/html") ? { "Content-Security-Policy": releasePolicy([]) } : {};
    return { type, body, cache: "revalidate", headers };
  };
  routes.at("/plans/:plan/", { GET: (param) => page(param("plan"), INDEX) });
  routes.at("/plans/:plan/:file", { GET: (param) => page(param("plan"), param("file")) });
}
