export { checkAnswers } from "./answers.ts";
export { type Ballot, decodeBallot, encodeBallot, encodeWithdrawal } from "./ballot.ts";
export { checkQuestionnaire } from "./check.ts";
export { decodeQuestionnaire, encodeQuestionnaire, questionnaireHash } from "./document.ts";
export { ballotSize } from "./fields.ts";
export { DONT_KNOW, itemsOf, PREFER_NOT, pointsOf, possibleAnswers } from "./items.ts";
export { type MirroredPair, mirroredPairs } from "./mirrors.ts";
export type {
  Answer,
  Answers,
  Condition,
  Factor,
  Item,
  ItemBase,
  LikertItem,
  MultipleItem,
  Option,
  Questionnaire,
  Scale,
  Section,
  SingleItem,
  TextItem,
} from "./model.ts";
export { questionnaireSchema } from "./schema.ts";
export { keepVisible, visibleItems } from "./visible.ts";
