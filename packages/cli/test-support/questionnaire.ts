import type { Questionnaire } from "@amana/core/questionnaire";

const text = (en: string) => ({ en });

/** One statement to rate and a comment. */
export const QUESTIONNAIRE: Questionnaire = {
  protocol: "amana/1",
  type: "questionnaire",
  id: "officials",
  locales: ["en"],
  review: { en: "none" },
  title: text("Officials"),
  introduction: text("About your work."),
  factors: [{ id: "F01", title: text("Leadership") }],
  scales: [{ id: "agree5", labels: ["1", "2", "3", "4", "5"].map(text) }],
  sections: [
    {
      id: "one",
      title: text("One"),
      text: null,
      showIf: null,
      items: [
        {
          kind: "likert",
          id: "O01",
          text: text("My superiors act fairly."),
          help: null,
          factor: "F01",
          showIf: null,
          scale: "agree5",
          polarity: "positive",
          mirror: null,
          dontKnow: true,
          preferNot: true,
        },
        { kind: "text", id: "O02", text: text("What else?"), help: null, factor: null, showIf: null, maxBytes: 200 },
      ],
    },
  ],
};
