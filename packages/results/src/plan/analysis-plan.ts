import { encodeJson, equal, fromUtf8, PROTOCOL, SHA256 } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { type ConsultationRules, DEFAULT_RULES, RULE_LIMITS } from "../consultation/rules.ts";

/**
 * What will be published of a round, fixed before it opens. Its hash is in the manifest that all trustees sign, so that
 * nobody can choose tables, thresholds or rounding after having seen the answers.
 *
 * Version 1 has one value for everything but the minimum group. The fields are there so that a reader of the document
 * alone knows what was promised, and so that later versions can widen them.
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
  /** Which tables are made: each audience as a whole, nothing finer. */
  readonly tables: "audience";
  /** Of a consultation: when a statement is settled, and when it is asked no more; else absent. */
  readonly consultation?: ConsultationRules;
}

/** No plan may publish a figure of fewer people, whatever its authors agree on. */
export const SMALLEST_GROUP = 5;

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

/**
 * Checks a plan that someone wrote, and names every mistake at once.
 * @throws ERR_ANALYSIS_PLAN_INVALID with the path of each
 */
export function checkAnalysisPlan(value: unknown): AnalysisPlan {
  const problems = [...check(value, isConsultation(value) ? CONSULTATION : RULES, "")];
  if (problems.length > 0) throw new AmanaError("ERR_ANALYSIS_PLAN_INVALID", { problems });
  return value as AnalysisPlan;
}

function isConsultation(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "consultation");
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
