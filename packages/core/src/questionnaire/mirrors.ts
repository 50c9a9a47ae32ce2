import { AmanaError, type Problem } from "../errors/index.ts";
import { itemsOf, pointsOf } from "./items.ts";
import type { LikertItem, Questionnaire } from "./model.ts";

/** One statement put to two audiences, each in its own words. Only pairs are compared between audiences. */
export interface MirroredPair {
  readonly mirror: string;
  readonly first: LikertItem;
  readonly second: LikertItem;
}

/**
 * The pairs of two questionnaires, in the order of the first. A mirror that only one of them has makes no pair.
 * Results call it for gaps, operators' tools before a round is signed. @throws ERR_QUESTIONNAIRE_INVALID naming, by
 * item id, every pair that cannot be compared: other scale, other number of points, other polarity, other factor
 */
export function mirroredPairs(first: Questionnaire, second: Questionnaire): readonly MirroredPair[] {
  const partners = new Map(mirrorsOf(second).map((item) => [item.mirror, item]));
  const pairs: MirroredPair[] = [];
  const problems: Problem[] = [];
  for (const item of mirrorsOf(first)) {
    const partner = partners.get(item.mirror);
    if (partner === undefined) continue;
    const wrong = (field: string): void => void problems.push({ path: `/${item.id}/${field}`, message: "differs from its mirrored item" });
    if (item.scale !== partner.scale || pointsOf(first, item) !== pointsOf(second, partner)) wrong("scale");
    if (item.polarity !== partner.polarity) wrong("polarity");
    if (item.factor !== partner.factor) wrong("factor");
    pairs.push({ mirror: item.mirror, first: item, second: partner });
  }
  if (problems.length > 0) throw new AmanaError("ERR_QUESTIONNAIRE_INVALID", { problems });
  return pairs;
}

function mirrorsOf(questionnaire: Questionnaire): readonly (LikertItem & { readonly mirror: string })[] {
  return itemsOf(questionnaire).filter(
    (item): item is LikertItem & { readonly mirror: string } => item.kind === "likert" && item.mirror !== null,
  );
}
