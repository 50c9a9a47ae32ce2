import { UPLOADS_LENGTH, WORK_LENGTH } from "@amana/core/mailbox";
import { SUBMISSION_TYPE, submissionLength } from "@amana/core/submission";
import type { BodySpec } from "../http/body.ts";
import { bytes, type Routes } from "../http/index.ts";
import { PROMISE_TYPE } from "../services/gateway.ts";
import type { Rounds } from "../services/round.ts";
import type { Services } from "../services/services.ts";

const REPORT = "application/vnd.amana.report";

/** `POST submissions`: answers and reports, told apart by their media type. */
export function collectorRoutes(routes: Routes, { collector, rounds }: Services): void {
  routes.at("/submissions", {
    POST: {
      body: () => ({ type: [SUBMISSION_TYPE, REPORT], max: largest(rounds) }) satisfies BodySpec,
      shared: true,
      line: (type) => (type === REPORT ? "reports" : "work"),
      run: async (body, _param, type) => bytes(await (type === REPORT ? collector.report(body) : collector.submit(body)), PROMISE_TYPE),
    },
  });
}

/** No body is longer than a submission of some round here. */
function largest(rounds: Rounds): number {
  return Math.max(WORK_LENGTH, ...rounds.all().map(({ manifest }) => submissionLength(manifest) + WORK_LENGTH + UPLOADS_LENGTH));
}
