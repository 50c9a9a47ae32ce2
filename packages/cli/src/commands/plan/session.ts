import { AmanaError, isAmanaError, type Problem } from "@amana/core/errors";
import { type ActionPlan, checkPlanFile, compilePlan, type PlanFile } from "@amana/results";
import type { Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { readDocument } from "../operator/files.ts";
import { publishedPlan, releasesFor, sourceOf } from "./source.ts";

/** A plan's file as it is, the revision that it would become, or why it cannot become one. */
export interface Judged {
  readonly file: PlanFile;
  readonly previous: ActionPlan | null;
  /** Null when there are gaps. */
  readonly plan: ActionPlan | null;
  readonly gaps: readonly Problem[];
}

/** Reads a plan's file. @throws ERR_CONFIG_INVALID, ERR_PLAN_INVALID when it is not built like one */
export async function readPlanFile(path: string): Promise<PlanFile> {
  return checkPlanFile(await readDocument(path));
}

/** Reads a plan's file, looks its figures up, and judges it. @throws ERR_CONFIG_INVALID, ERR_PLAN_INVALID when it is not built like one, ERR_NETWORK */
export async function judgePlan(path: string, values: Values, io: Io): Promise<Judged> {
  const file = await readPlanFile(path);
  const source = sourceOf(values, io);
  const releases = await releasesFor(file, source);
  const previous = await publishedPlan(file.plan, source);
  try {
    return { file, previous, plan: compilePlan(file, { releases, previous, now: io.now() }), gaps: [] };
  } catch (error) {
    if (!isAmanaError(error, "ERR_PLAN_INVALID")) throw error;
    return { file, previous, plan: null, gaps: error.details.problems ?? [] };
  }
}

/** The same, for commands that need a plan without gaps. @throws as {@link judgePlan}, and ERR_PLAN_INVALID with every gap */
export async function planOf(path: string, values: Values, io: Io): Promise<Judged & { readonly plan: ActionPlan }> {
  const judged = await judgePlan(path, values, io);
  if (judged.plan === null) throw new AmanaError("ERR_PLAN_INVALID", { problems: judged.gaps });
  return { ...judged, plan: judged.plan };
}
