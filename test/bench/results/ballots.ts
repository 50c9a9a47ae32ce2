import { type Answers, checkQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";

const ITEMS = 20;
const OFFICES = ["north", "centre", "south", "port", "airport"] as const;
/** Upper ends of the shares of the offices: the last one is small, so that something is hidden. */
const SHARES = [0.35, 0.65, 0.85, 0.97, 0.982] as const;

/** Twenty statements in ten factors, and where people work. */
export function questionnaireOf(): Questionnaire {
  const none = { help: null, showIf: null } as const;
  return checkQuestionnaire({
    protocol: "amana/1",
    type: "questionnaire",
    id: "bench",
    locales: ["en"],
    review: { en: "none" },
    title: { en: "Bench" },
    introduction: { en: "Bench." },
    factors: Array.from({ length: ITEMS / 2 }, (_, i) => ({ id: `F${i + 1}`, title: { en: `Area ${i + 1}` } })),
    scales: [{ id: "agree5", labels: ["no", "rather no", "neither", "rather yes", "yes"].map((en) => ({ en })) }],
    sections: [
      {
        id: "all",
        title: { en: "All" },
        text: null,
        showIf: null,
        items: [
          ...Array.from({ length: ITEMS }, (_, i) => ({
            kind: "likert",
            id: `Q${i + 1}`,
            text: { en: `Statement ${i + 1}` },
            ...none,
            factor: `F${Math.floor(i / 2) + 1}`,
            scale: "agree5",
            polarity: i % 3 === 0 ? "negative" : "positive",
            mirror: null,
            dontKnow: true,
            preferNot: true,
          })),
          {
            kind: "single",
            id: "S1",
            text: { en: "Where do you work?" },
            ...none,
            factor: null,
            options: OFFICES.map((id) => ({ id, text: { en: id } })),
            dontKnow: false,
            preferNot: true,
          },
        ],
      },
    ],
  });
}

/** Ballots that look random and are the same every time. */
export function ballots(people: number, seed: number): Answers[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: people }, () => {
    const answers: Record<string, number | string> = {};
    for (let i = 1; i <= ITEMS; i++) {
      const chance = next();
      if (chance < 0.03) continue;
      answers[`Q${i}`] = chance < 0.06 ? "dont_know" : 1 + Math.floor(5 * next() ** (1 + (i % 4) / 4));
    }
    const where = next();
    const office = OFFICES[SHARES.findIndex((share) => where < share)];
    if (office !== undefined) answers.S1 = office;
    return answers;
  });
}
