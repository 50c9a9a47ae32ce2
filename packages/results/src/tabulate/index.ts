export { gapInterval } from "./gap.ts";
export { type AudienceInput, type TabulateInput, tabulate } from "./tabulate.ts";
