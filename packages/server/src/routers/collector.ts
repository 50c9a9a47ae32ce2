import { WORK_LENGTH } from "@amana/core/mailbox";
import { submissionLength } from "@amana/core/submission";
import type { BodySpec } from "../http/body.ts";
import { bytes, type Routes } from "../http/index.ts";
import type { Rounds } from "../services/round.ts";
import type { Services } from "../services/services.ts";

const SUBMISSION = "application/vnd.amana.submission";
const REPORT = "application/vnd.amana.report";
const PROMISE = "application/vnd.amana.promise";

/** `POST submissions`: answers and reports, told apart by their media type. */
export function collectorRoutes(routes: Routes, { collector, rounds }: Services): void {
  routes.at("/submissions", {
    POST: {
      body: () => ({ type: [SUBMISSION, REPORT], max: largest(rounds) }) satisfies BodySpec,
      run: async (body, _param, type) => bytes(await (type === REPORT ? collector.report(body) : collector.submit(body)), PROMISE),
    },
  });
}

/** No body is longer than a submission of some round here. */
function largest(rounds: Rounds): number {
  return Math.max(WORK_LENGTH, ...rounds.all().map(({ manifest }) => submissionLength(manifest) + WORK_LENGTH));
}
