import { describe, expect, it } from "vitest";
import { answering, plan } from "./laws.ts";
import type { Outcome, Visit } from "./outcome.ts";
import { RELEASE_LEAD } from "./relaying.ts";
import { recorderAttempts } from "./score.ts";

/*
 * What an operator learns from a relay's release when a leaf says how often its answer was changed (docs/decisions/0017). Rounds of fifty
 * people who behave by the laws, as the operator sees them: so many that chance does not decide, so no server takes part.
 */
const PEOPLE = 50;
const ROUNDS = 40;

function round(sequenceOf: (versions: number) => number): Outcome {
  const { close } = answering("relay");
  const release = close - RELEASE_LEAD;
  const plans = Array.from({ length: PEOPLE }, () => plan("relay"));
  const nothing = { person: null, invited: null, responseKey: null, sequence: null, requests: 1, bytes: 1 };
  const visits = plans.flatMap(({ enrol, answer, revise, withdraw, check }, person): Visit[] => {
    const draw = (at: number): Visit => ({ ...nothing, person, at, invited: `invitation ${person}` });
    if (answer === null) return [draw(enrol)];
    const changes = [revise, withdraw].filter((at) => at !== null && at < release) as number[];
    const leaf = { ...nothing, at: release, responseKey: `key ${person}`, sequence: sequenceOf(changes.length) };
    return [draw(enrol), ...changes.map(draw), ...(check === null ? [] : [{ ...nothing, person, at: check }]), leaf];
  });
  const keys = plans.map(({ answer }, person) => (answer === null ? null : `key ${person}`));
  return {
    setting: "relay",
    people: PEOPLE,
    answered: keys.filter((key) => key !== null).length,
    stored: { right: {}, byChance: 0 },
    visits: visits.sort((a, b) => a.at - b.at),
    truth: {
      invited: plans.map((_, person) => `invitation ${person}`),
      responseKeys: keys,
      revises: plans.map(({ revise, withdraw }) => revise !== null || withdraw !== null),
      checks: plans.map(({ check }) => check !== null),
      late: plans.map(() => false),
    },
  };
}

/** Of those who changed their answer, the share that is named right by the crowds that can be told apart. */
function revisersLinked(sequenceOf: (versions: number) => number): number {
  const attempts = recorderAttempts(
    Array.from({ length: ROUNDS }, () => round(sequenceOf)),
    0,
  );
  const right = attempts.reduce((sum, attempt) => sum + (attempt.right.get("crowds")?.revisers ?? 0), 0);
  return right / attempts.reduce((sum, { of }) => sum + of.revisers, 0);
}

describe("whoever changed an answer before a relay gave it on", () => {
  it("is one of all when everything that goes with a release has one sequence", () => {
    expect(revisersLinked(() => 0)).toBeLessThan(0.07);
  });

  it("is one of the few who came back when each version has the next", () => {
    expect(revisersLinked((versions) => versions)).toBeGreaterThan(0.09);
  });
});
