export { type IndexShares, protectMean } from "./mean.ts";
export { type OptionShares, protectChoice, protectChoices } from "./options.ts";
export { roundCount } from "./rounding.ts";
export { BOUND_FROM } from "./rules.ts";
export { protectScale, type ScaleCounts, type ScaleShares } from "./scale.ts";
