import { encodeJson } from "@amana/core/bytes";
import { bytes, JSON_TYPE, type Routes } from "../http/index.ts";
import { openApiDocument } from "../openapi/document.ts";

/** `GET openapi.json`: what is served here, for whoever writes another client. */
export function openApiRoutes(routes: Routes): void {
  const document = encodeJson(openApiDocument());
  routes.at("/openapi.json", { GET: async () => bytes(document, JSON_TYPE) });
}
