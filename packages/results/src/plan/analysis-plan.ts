import { encodeJson, equal, fromUtf8, PROTOCOL, SHA256 } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { type ConsultationRules, DEFAULT_RULES, RULE_LIMITS } from "../consultation/rules.ts";
import { arePopulations, areTables, FAMILIES, type Families, type GroupTable, type Populations } from "./tables.ts";

/**
 * What will be published of a round, fixed before it opens. Its hash is in the manifest that all trustees sign, so that
 * nobody can choose tables, thresholds or rounding after having seen the answers. There is no other way to a table: nothing
 * filters answers.
 */
export interface AnalysisPlan {
  readonly protocol: typeof PROTOCOL;
  readonly type: "analysis-plan";
  /** Two-sided confidence of every interval, in percent. */
  readonly confidence: 95;
  /** The smallest number of answers that any published figure rests on: 10 unless said, at least {@link SMALLEST_GROUP}. */
  readonly minimumGroup: number;
  /** Numbers of people are rounded to `base`, shares and their limits to `points` of a hundred. */
  readonly rounding: { readonly base: 5; readonly points: 1 };
  /** Of a consultation: when a statement is settled, and when it is asked no more; else absent. */
  readonly consultation?: ConsultationRules;
  /** Which tables are made besides each audience as a whole: none, or these. */
  readonly tables: "audience" | readonly GroupTable[];
  /** With tables by groups: how many people there are in groups, where that is known; else absent. */
  readonly populations?: readonly Populations[];
  /** With tables by groups: how many comparisons are taken together; else absent. */
  readonly families?: Families;
}

/** No plan may publish a figure of fewer people, whatever its authors agree on. */
export const SMALLEST_GROUP = 5;

/** The plan of a round that publishes tables by groups too. @throws ERR_ANALYSIS_PLAN_INVALID */
export function groupedAnalysisPlan(
  tables: readonly GroupTable[],
  { minimumGroup = 10, populations = [] }: { readonly minimumGroup?: number; readonly populations?: readonly Populations[] } = {},
): AnalysisPlan {
  return checkAnalysisPlan({ ...defaultAnalysisPlan(minimumGroup), tables, populations, families: FAMILIES });
}

/** The plan of a round that says nothing else. */
export function defaultAnalysisPlan(minimumGroup = 10): AnalysisPlan {
  return checkAnalysisPlan({
    protocol: PROTOCOL,
    type: "analysis-plan",
    confidence: 95,
    minimumGroup,
    rounding: { base: 5, points: 1 },
    tables: "audience",
  });
}

/** The plan of a consultation: its rules are fixed with everything else, before anybody has weighed anything. @throws ERR_ANALYSIS_PLAN_INVALID */
export function consultationAnalysisPlan(minimumGroup = 10, rules: ConsultationRules = DEFAULT_RULES): AnalysisPlan {
  return checkAnalysisPlan({ ...defaultAnalysisPlan(minimumGroup), consultation: rules });
}

/** A closed schema: what each field must be, in words, and whether it is. An object stands for a nested schema. */
type Rule = readonly [expected: string, test: (value: unknown) => boolean] | { readonly [field: string]: Rule };

const only = (wanted: string | number): Rule => [JSON.stringify(wanted), (value) => value === wanted];

const RULES: Rule = {
  protocol: only(PROTOCOL),
  type: only("analysis-plan"),
  confidence: only(95),
  minimumGroup: [
    `a whole number, at least ${SMALLEST_GROUP}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= SMALLEST_GROUP,
  ],
  rounding: { base: only(5), points: only(1) },
  tables: only("audience"),
};

/** The plan of a consultation. */
const CONSULTATION: Rule = {
  ...RULES,
  consultation: Object.fromEntries(
    Object.entries(RULE_LIMITS).map(([field, [least, most]]): [string, Rule] => [
      field,
      [
        `a whole number, ${least} to ${most}`,
        (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
      ],
    ]),
  ),
};

/** A plan with tables by groups. */
const GROUPED: Rule = {
  ...RULES,
  tables: ["a list of up to 8 different tables, each an audience and one or two items", areTables],
  populations: ["a list of populations, each an audience, an item and numbers of people", arePopulations],
  families: { gaps: only(FAMILIES.gaps), waves: only(FAMILIES.waves), groups: only(FAMILIES.groups) },
};

/**
 * Checks a plan that someone wrote, and names every mistake at once.
 * @throws ERR_ANALYSIS_PLAN_INVALID with the path of each
 */
export function checkAnalysisPlan(value: unknown): AnalysisPlan {
  const problems = [...check(value, rulesFor(value), "")];
  if (problems.length > 0) throw new AmanaError("ERR_ANALYSIS_PLAN_INVALID", { problems });
  return value as AnalysisPlan;
}

/** Which of the three kinds of plan it must be. */
function rulesFor(value: unknown): Rule {
  if (typeof value !== "object" || value === null) return RULES;
  if (Object.hasOwn(value, "consultation")) return CONSULTATION;
  return Array.isArray((value as { tables?: unknown }).tables) ? GROUPED : RULES;
}

function* check(value: unknown, rule: Rule, path: string): Generator<Problem> {
  if (isTest(rule)) {
    if (!rule[1](value)) yield { path, message: `expected ${rule[0]}` };
  } else if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield { path: path || "/", message: "expected an object" };
  } else {
    for (const [field, inner] of Object.entries(rule)) {
      if (Object.hasOwn(value, field)) yield* check((value as Record<string, unknown>)[field], inner, `${path}/${field}`);
      else yield { path: `${path}/${field}`, message: "is missing" };
    }
    // The name of an unknown field is input: it is not repeated in the error.
    const unknown = Object.keys(value).filter((field) => !Object.hasOwn(rule, field)).length;
    if (unknown > 0) yield { path: path || "/", message: `has ${unknown} unknown field${unknown > 1 ? "s" : ""}` };
  }
}

function isTest(rule: Rule): rule is readonly [string, (value: unknown) => boolean] {
  return Array.isArray(rule);
}

/** The plan as the bytes whose hash the manifest holds. @throws ERR_ANALYSIS_PLAN_INVALID */
export function encodeAnalysisPlan(plan: AnalysisPlan): Uint8Array {
  return encodeJson(checkAnalysisPlan(plan));
}

/**
 * Reads a plan that came from elsewhere (attacker-controlled bytes).
 * @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_ANALYSIS_PLAN_INVALID
 */
export function decodeAnalysisPlan(bytes: Uint8Array): AnalysisPlan {
  const text = fromUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AmanaError("ERR_JSON_CANONICAL");
  }
  const plan = checkAnalysisPlan(value);
  if (!equal(bytes, encodeJson(plan))) throw new AmanaError("ERR_JSON_CANONICAL");
  return plan;
}

/** SHA-256 of the canonical bytes: the content address that the manifest holds, 32 bytes. @throws ERR_ANALYSIS_PLAN_INVALID */
export function analysisPlanHash(plan: AnalysisPlan): Uint8Array<ArrayBuffer> {
  return SHA256(encodeAnalysisPlan(plan));
}
