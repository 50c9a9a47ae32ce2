import { decodeJson, encodeJson, hex, integer, type LocalizedText, localizedText, name, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { isDay } from "./day.ts";
import type { ActionPlan, Cell, CellName, PlanFile, Position, PositionName } from "./model.ts";

/** The largest document of a plan. */
export const PLAN_LIMIT: number = 2 ** 20;

const id = v.pipe(v.string("an id"), v.regex(/^[A-Za-z0-9-]{1,32}$/, "letters, digits and hyphens, at most 32"));
const day = v.pipe(v.string("a day like 2027-03-31"), v.check(isDay, "a day like 2027-03-31"));
const points = integer(100);
const list = <T>(each: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> => v.pipe(v.array(each), v.maxLength(200));
const text: v.GenericSchema<unknown, LocalizedText> = localizedText;

const itemName = { round: name, audience: name, item: id, measure: id };
const factorName = { round: name, audience: name, factor: id };
const figure = v.strictObject({ value: points, low: points, high: points, n: integer() });
const pointer = v.pipe(v.string(), v.regex(/^(\/[a-z0-9]{1,32}){1,8}$/i));
const inRelease = { release: hex(32), pointer, figure };

const cellName: v.GenericSchema<unknown, CellName> = v.union(
  [v.strictObject(itemName), v.strictObject(factorName)],
  "round, audience, item and measure; or round, audience and factor",
);
const cell: v.GenericSchema<unknown, Cell> = v.union([
  v.strictObject({ ...itemName, ...inRelease }),
  v.strictObject({ ...factorName, ...inRelease }),
]);
const positionName: v.GenericSchema<unknown, PositionName> = v.strictObject({ round: name, item: id });
const position: v.GenericSchema<unknown, Position> = v.strictObject({
  round: name,
  item: id,
  release: hex(32),
  cells: list(pointer),
  class: v.picklist(["common ground", "shared rejection", "bridge needed", "open", "hidden"]),
});

const party = v.strictObject({ side: name, role: text });
const address = v.pipe(
  v.string("an https address"),
  v.maxLength(500, "an address of at most 500 characters"),
  v.check((value) => URL.canParse(value) && new URL(value).protocol === "https:" && !/["<>\s\\]/.test(value), "an https address"),
);

/** The fields of a plan; what a file may leave out is given by `optional`. */
function body<C, P>(
  cells: v.GenericSchema<unknown, C>,
  positions: v.GenericSchema<unknown, P>,
  optional: <T>(schema: v.GenericSchema<unknown, T>, otherwise: T) => v.GenericSchema<unknown, T>,
) {
  const refusal = v.nullable(v.strictObject({ by: name, reason: text }));
  const evidence = v.strictObject({ text: optional(v.nullable(text), null), address, sha256: optional(v.nullable(hex(32)), null) });
  return {
    plan: name,
    locales: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/))), v.minLength(1), v.maxLength(8)),
    title: text,
    introduction: text,
    sides: v.pipe(v.array(v.strictObject({ id: name, title: text })), v.minLength(2, "at least two sides"), v.maxLength(8)),
    nextWave: v.strictObject({ round: name, opens: day }),
    findings: list(
      v.strictObject({
        id,
        text,
        factor: optional(v.nullable(id), null),
        criterion: text,
        figures: list(v.strictObject({ text, cell: cells })),
        causes: list(text),
        consequence: optional(v.nullable(text), null),
      }),
    ),
    statements: list(v.strictObject({ id, text, consultation: optional(v.nullable(positions), null), refusal: optional(refusal, null) })),
    measures: list(
      v.strictObject({
        id,
        text,
        finding: id,
        statements: optional(list(id), []),
        owner: party,
        partner: optional(v.nullable(party), null),
        start: day,
        due: day,
        effort: v.picklist(["small", "medium", "large"]),
        after: optional(list(id), []),
        indicator: v.strictObject({ text, cell: cells, target: points, expectedBase: optional(v.nullable(integer(1_000_000)), null) }),
      }),
    ),
    updates: optional(
      v.pipe(
        v.array(
          v.strictObject({
            id,
            measure: id,
            date: day,
            event: v.picklist(["started", "progress", "done", "stopped", "measured"]),
            text,
            evidence: optional(v.pipe(v.array(evidence), v.maxLength(20)), []),
            measured: optional(v.nullable(cells), null),
          }),
        ),
        v.maxLength(2000),
      ),
      [],
    ),
  };
}

const planFileSchema: v.GenericSchema<unknown, PlanFile> = v.strictObject(
  body(cellName, positionName, (schema, otherwise) => v.optional(schema, () => otherwise)),
);
const planSchema: v.GenericSchema<unknown, ActionPlan> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.literal("plan"),
  revision: integer(100_000),
  previous: v.nullable(hex(32)),
  published: integer(),
  ...body(cell, position, (schema) => schema),
});

/**
 * Checks the shape of a plan that someone wrote, and names every mistake at once. What is missing in its content is for `planGaps`.
 * @throws ERR_PLAN_INVALID with the path of each
 */
export function checkPlanFile(value: unknown): PlanFile {
  const result = v.safeParse(planFileSchema, value);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => ({
    path: `/${(issue.path ?? []).map(({ key }) => String(key)).join("/")}`,
    message: `expected ${issue.message.startsWith("Invalid") ? (issue.expected ?? "another value") : issue.message}`,
  }));
  throw new AmanaError("ERR_PLAN_INVALID", { problems });
}

/** The canonical bytes of a revision (RFC 8785). @throws ERR_BYTES_ENCODING */
export function encodeActionPlan(plan: ActionPlan): Uint8Array {
  return encodeJson(plan);
}

/** Reads a revision; the bytes are attacker-controlled. @throws ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeActionPlan(bytes: Uint8Array): ActionPlan {
  if (bytes.length > PLAN_LIMIT) throw new AmanaError("ERR_JSON_SCHEMA");
  return decodeJson(bytes, planSchema);
}

/** The content address of a revision: SHA-256 of its bytes, lower-case hex. */
export function actionPlanHash(plan: ActionPlan): string {
  return toHex(SHA256(encodeActionPlan(plan)));
}
