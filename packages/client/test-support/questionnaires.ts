import type { LocalizedText } from "@amana/core/bytes";
import type { LikertItem, Questionnaire, TextItem } from "@amana/core/questionnaire";

export const text = (en: string): LocalizedText => ({ en });

const statement: LikertItem = {
  kind: "likert",
  id: "A1",
  text: text("My superiors act fairly."),
  help: null,
  factor: "F1",
  showIf: null,
  scale: "agree5",
  polarity: "positive",
  mirror: null,
  dontKnow: true,
  preferNot: true,
};
const comment: TextItem = { kind: "text", id: "A2", text: text("What else?"), help: null, factor: null, showIf: null, maxBytes: 120 };

/** One statement to rate and a comment, for one audience. */
export function questionnaire(id: string): Questionnaire {
  return {
    protocol: "amana/1",
    type: "questionnaire",
    id,
    locales: ["en"],
    review: { en: "none" },
    title: text(id),
    introduction: text("About your work."),
    factors: [{ id: "F1", title: text("Leadership") }],
    scales: [{ id: "agree5", labels: ["1", "2", "3", "4", "5"].map(text) }],
    sections: [{ id: "one", title: text("One"), text: null, showIf: null, items: [statement, comment] }],
  };
}
