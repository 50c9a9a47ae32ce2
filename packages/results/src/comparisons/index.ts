export { type Comparison, gapFamily, waveFamily } from "./families.ts";
export { type Representation, representationOf, type WeightedShare, weightedShare } from "./representation.ts";
