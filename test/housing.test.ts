import { readFileSync } from "node:fs";
import { open, openShare, seal } from "@amana/core/envelope";
import { kemKey } from "@amana/core/primitives";
import { type Answers, ballotSize, checkQuestionnaire, decodeBallot, encodeBallot, type Questionnaire } from "@amana/core/questionnaire";
import { groupedAnalysisPlan, isExact, isSuppressed, type Results, tabulate } from "@amana/results";
import { beforeAll, describe, expect, it } from "vitest";
import type { Reference } from "../packages/results/fixtures/reference/ours.ts";

/*
 * A survey that none of us made, from the questions to the tables: 1,681 tenants in Copenhagen on their satisfaction (Madsen 1976), which
 * R carries as MASS::housing. What comes out is compared with what R says of the same people.
 */
const reference: Reference = JSON.parse(readFileSync(new URL("../packages/results/fixtures/reference/r.json", import.meta.url), "utf8"));
const TYPES = ["tower", "apartment", "atrium", "terrace"] as const;
const CONTACTS = ["low", "high"] as const;

const degree = (id: string, en: string) => ({
  kind: "likert",
  id,
  text: { en },
  help: null,
  factor: null,
  showIf: null,
  scale: "three",
  polarity: "positive",
  mirror: null,
  dontKnow: false,
  preferNot: true,
});
const choice = (id: string, en: string, options: readonly string[]) => ({
  kind: "single",
  id,
  text: { en },
  help: null,
  factor: null,
  showIf: null,
  options: options.map((option) => ({ id: option, text: { en: option } })),
  dontKnow: false,
  preferNot: true,
});

const questionnaire: Questionnaire = checkQuestionnaire({
  protocol: "amana/1",
  type: "questionnaire",
  id: "housing",
  locales: ["en"],
  review: { en: "none" },
  title: { en: "Housing" },
  introduction: { en: "How do you live?" },
  factors: [],
  scales: [{ id: "three", labels: ["low", "medium", "high"].map((en) => ({ en })) }],
  sections: [
    {
      id: "all",
      title: { en: "Housing" },
      text: null,
      showIf: null,
      items: [
        degree("SAT", "How satisfied are you?"),
        degree("INFL", "How much influence do you feel you have?"),
        choice("TYPE", "How do you live?", TYPES),
        choice("CONT", "How much contact do you have with others who live there?", CONTACTS),
      ],
    },
  ],
});

/** What each of the 1,681 would have answered. */
const people: Answers[] = (reference.housing ?? []).flatMap(([satisfaction, influence, type, contact, count]) =>
  Array.from({ length: count }, () => ({
    SAT: satisfaction,
    INFL: influence,
    TYPE: TYPES[type - 1] as string,
    CONT: CONTACTS[contact - 1] as string,
  })),
);

const keys = [1, 2, 3].map((byte) => kemKey(new Uint8Array(32).fill(byte)));
const spec = {
  recipients: keys.map(({ publicKey }) => publicKey),
  threshold: 2,
  context: new Uint8Array(32).fill(7),
  size: ballotSize(questionnaire),
};

/** A ballot through an envelope to three trustees, opened by the last two. */
async function throughEnvelope(ballot: Uint8Array): Promise<Uint8Array> {
  const envelope = seal(ballot, spec);
  const shares = [1, 2].flatMap((at) => openShare(envelope, at, keys[at] as (typeof keys)[number], spec.context) ?? []);
  return open(envelope, shares, spec);
}

let results: Results;

beforeAll(async () => {
  const opened: Answers[] = [];
  for (const [at, answers] of people.entries()) {
    const ballot = encodeBallot(questionnaire, answers);
    // Every ballot is encoded and decoded; sealing all of them would take most of a minute and say no more.
    const read = decodeBallot(questionnaire, at % 40 === 0 ? await throughEnvelope(ballot) : ballot);
    if (read.withdrawn) throw new Error("nobody withdrew");
    opened.push(read.answers);
  }
  const tables = [
    { audience: "tenants", by: ["TYPE"] },
    { audience: "tenants", by: ["CONT"] },
  ] as const;
  const audience = { id: "tenants", title: { en: "Tenants" }, questionnaire, rosterSize: 2000, minimumGroup: 10, answers: opened };
  results = tabulate({ round: "copenhagen", plan: groupedAnalysisPlan(tables), audiences: [audience] });
});

describe("satisfaction with housing in Copenhagen", () => {
  const wilson = (): [n: number, low: number, high: number, k: number][] =>
    reference.cases
      .filter(({ name, data }) => name === "wilson" && data === "MASS::housing")
      .map(({ args, result }) => [
        args[1] as number,
        (result as { low: number }).low,
        (result as { high: number }).high,
        args[0] as number,
      ]);

  it("is published as R computes it, for all and for each type of housing, to whole points of a base rounded to five", () => {
    expect(people).toHaveLength(1681);
    const whole = results.audiences[0]?.items.find(({ id }) => id === "SAT");
    if (whole?.kind !== "likert" || isSuppressed(whole)) throw new Error("hidden");
    const groups = results.audiences[0]?.breakdowns[0]?.groups ?? [];
    const shown = [
      ...groups.flatMap(({ items }) =>
        items.flatMap((item) => (item.id === "SAT" && !isSuppressed(item) ? [{ n: item.n, share: item.favourable }] : [])),
      ),
      { n: whole.base.n, share: whole.favourable },
    ];
    expect(shown).toHaveLength(5);
    for (const [i, [n, low, high, k]] of wilson().entries()) {
      const { n: base, share } = shown[i] as (typeof shown)[number];
      if (!isExact(share)) throw new Error("hidden");
      expect(base).toBe(5 * Math.round(n / 5));
      for (const [ours, theirs] of [
        [share.value, k / n],
        [share.low, low],
        [share.high, high],
      ] as const)
        expect(Math.abs(ours - 100 * theirs)).toBeLessThan(1.01);
    }
  });

  it("has nobody who did not say, and everybody in the table of contacts", () => {
    const [types, contacts] = results.audiences[0]?.breakdowns ?? [];
    expect(types?.groups.map(({ counted }) => counted)).toEqual([400, 765, 240, 275, 0].map((n) => ({ n })));
    expect(contacts?.groups.map(({ counted }) => counted)).toEqual([715, 970, 0].map((n) => ({ n })));
  });
});
