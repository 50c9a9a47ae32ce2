import type { Questionnaire } from "@amana/core/questionnaire";

/** The smallest questionnaire with every kind of item: 37 + 1 + 1 + 3 + 7 = 49 bytes of ballot. */
export const SMALL: Questionnaire = {
  protocol: "amana/1",
  type: "questionnaire",
  id: "small",
  locales: ["en"],
  review: { en: "none" },
  title: { en: "Small" },
  introduction: { en: "Four questions." },
  factors: [{ id: "F01", title: { en: "Leadership" } }],
  scales: [{ id: "agree3", labels: [{ en: "no" }, { en: "neither" }, { en: "yes" }] }],
  sections: [
    {
      id: "all",
      title: { en: "All" },
      text: null,
      showIf: null,
      items: [
        {
          kind: "likert",
          id: "L1",
          text: { en: "It works." },
          help: null,
          factor: "F01",
          showIf: null,
          scale: "agree3",
          polarity: "positive",
          mirror: "M01",
          dontKnow: true,
          preferNot: true,
        },
        {
          kind: "single",
          id: "S1",
          text: { en: "Which?" },
          help: { en: "One of them." },
          factor: null,
          showIf: null,
          options: [
            { id: "a", text: { en: "A" } },
            { id: "b", text: { en: "B" } },
          ],
          dontKnow: false,
          preferNot: false,
        },
        {
          kind: "multiple",
          id: "N1",
          text: { en: "Which ones?" },
          help: null,
          factor: null,
          showIf: { item: "S1", in: ["b"] },
          options: ["o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9"].map((id) => ({ id, text: { en: id } })),
          max: 2,
          preferNot: true,
        },
        { kind: "text", id: "C1", text: { en: "Why?" }, help: null, factor: null, showIf: null, maxBytes: 5 },
      ],
    },
  ],
};
