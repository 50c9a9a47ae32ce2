import { json, type Routes } from "../http/index.ts";
import { roundNamed, type Services } from "../services/services.ts";
import { summaries, summary } from "../services/summaries.ts";

/** `GET rounds`, `GET rounds/<name>`, `GET health`. */
export function roundsRoutes(routes: Routes, { rounds, logs, now }: Services): void {
  routes.at("/rounds", { GET: async () => json({ rounds: summaries(rounds, logs, now()) }) });
  routes.at("/rounds/:round", { GET: async (param) => json(summary(roundNamed(rounds, param("round")), logs, now())) });
  routes.at("/health", { GET: async () => json({ ok: true }) });
}
