export { planFile, planFileNames } from "./files.ts";
export type { PlanPagesInput } from "./input.ts";
