import { AmanaError } from "@amana/core/errors";
import { json, type Routes } from "../http/index.ts";
import { roundNamed, type Services } from "../services/services.ts";
import { summaries, summary } from "../services/summaries.ts";
import { readiness } from "./monitor.ts";

/** `GET rounds`, `GET rounds/<name>`, `GET health`, `GET ready`. */
export function roundsRoutes(routes: Routes, { rounds, logs, now, cosigning, ledger }: Services): void {
  routes.at("/rounds", { GET: async () => json({ rounds: summaries(rounds, logs, now(), cosigning.published.size) }) });
  routes.at("/rounds/:round", {
    GET: async (param) => {
      const round = roundNamed(rounds, param("round"));
      const { size } = cosigning.published;
      if (round.entryIndex >= size) throw new AmanaError("ERR_ROUND_UNKNOWN");
      return json(summary(round, logs, now(), size));
    },
  });
  routes.at("/health", { GET: async () => json({ ok: true }) });
  routes.at("/ready", { GET: async () => readiness({ refusing: ledger.stopped }) });
}
