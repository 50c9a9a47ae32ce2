export { betaCdf, betaQuantile } from "./beta.ts";
export { type Cliff, cliffDelta, sizeOfDelta } from "./cliff.ts";
export { classifyStatement, type GroundClass, groupInformedConsensus, type Positions, smoothedAgreement } from "./common-ground.ts";
export { cochranArmitage, newcombe, smallestDetectableRise, twoProportions, type ZTest } from "./difference.ts";
export { benjaminiHochberg, holm } from "./families.ts";
export { logGamma } from "./gamma.ts";
export { normalCdf, normalQuantile, Z95 } from "./normal.ts";
export { agrestiCoull, clopperPearson, goodman, type Interval, type Ratio, wilson } from "./proportion.ts";
export { brunnerMunzel, mannWhitney } from "./ranks.ts";
export { type Alpha, type Answered, cronbachAlpha, spearmanBrown } from "./reliability.ts";
export { type Prevalence, prevalence, type Representativeness, rIndicator } from "./response.ts";
export { consensus, meanInterval, reversed, type ScaleCounts, scaleIndex } from "./scale.ts";
export {
  type Estimate,
  halfWidth,
  postStratifiedProportion,
  type Stratum,
  sampleSize,
  stratifiedProportion,
  wilsonWeighted,
} from "./strata.ts";
export { fisherQuantile, studentCdf, studentQuantile } from "./student.ts";
export { type RankTest, weightedRankTest } from "./weighted-ranks.ts";
export { type Kish, kish, postStratify, rake, usableWeights, weightedProportion } from "./weights.ts";
