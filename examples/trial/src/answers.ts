import { createHash } from "node:crypto";
import { type Answers, type Item, keepVisible, type Questionnaire, visibleItems } from "@amana/core/questionnaire";

/** Pseudo-random numbers from a name: the demo's people answer the same way every time. */
function dice(name: string): () => number {
  let state = createHash("sha256").update(name).digest();
  let at = 0;
  return () => {
    if (at + 4 > state.length) {
      state = createHash("sha256").update(state).digest();
      at = 0;
    }
    at += 4;
    return state.readUInt32BE(at - 4) / 2 ** 32;
  };
}

/** Plausible answers of one made-up person: a leaning, some don't know, few comments; officials see things brighter. */
export function plausibleAnswers(questionnaire: Questionnaire, audience: string, person: number): Answers {
  const roll = dice(`${audience} ${person}`);
  const leaning = (audience === "officials" ? 0.62 : 0.44) + (roll() - 0.5) * 0.4;
  const answers: Record<string, Answers[string]> = {};
  for (const { items } of questionnaire.sections) {
    for (const item of items) {
      if (!visibleItems(questionnaire, answers).some(({ id }) => id === item.id)) continue;
      const answer = answerTo(item, questionnaire, leaning, roll, person);
      if (answer !== null) answers[item.id] = answer;
    }
  }
  return keepVisible(questionnaire, answers);
}

function answerTo(item: Item, questionnaire: Questionnaire, leaning: number, roll: () => number, person: number): Answers[string] | null {
  const mood = roll();
  if (mood < 0.03) return null;
  switch (item.kind) {
    case "likert": {
      if (item.dontKnow && mood < 0.09) return "dont_know";
      if (item.preferNot && mood < 0.11) return "prefer_not";
      const points = questionnaire.scales.find(({ id }) => id === item.scale)?.labels.length ?? 5;
      const agree = Math.min(0.999, Math.max(0, leaning + (roll() + roll() - 1) * 0.5));
      const value = 1 + Math.floor(agree * points);
      return item.polarity === "negative" ? points + 1 - value : value;
    }
    case "single":
      if (item.preferNot && mood < 0.08) return "prefer_not";
      return item.options[Math.floor(roll() ** 1.6 * item.options.length)]?.id ?? null;
    case "multiple": {
      const wanted = 1 + Math.floor(roll() * item.max);
      const ids = item.options.map(({ id }) => ({ id, key: roll() })).sort((a, b) => a.key - b.key);
      const chosen = new Set(ids.slice(0, wanted).map(({ id }) => id));
      return item.options.flatMap(({ id }) => (chosen.has(id) ? [id] : []));
    }
    case "text":
      return mood < 0.9 ? null : `Comment ${person}: the counter at the port is open two hours only.`;
  }
}
