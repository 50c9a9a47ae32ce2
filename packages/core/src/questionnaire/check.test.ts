import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { questionnaires } from "../../../../test/generators/questionnaires.ts";
import { SMALL } from "../../../../test/generators/small-questionnaire.ts";
import { isAmanaError, type Problem } from "../errors/index.ts";
import { checkQuestionnaire } from "./index.ts";

/** The small questionnaire with `value` at a JSON Pointer; without a value, the place is removed. */
function changed(pointer: string, ...value: unknown[]): unknown {
  return [[pointer, ...value] as const].reduce(change, structuredClone(SMALL) as unknown);
}

function change(document: unknown, [pointer, ...value]: readonly [string, ...unknown[]]): unknown {
  const keys = pointer.split("/").slice(1);
  const last = keys.pop() ?? "";
  const parent = keys.reduce((at, key) => (at as Record<string, unknown>)[key], document) as Record<string, unknown>;
  if (value.length === 0) delete parent[last];
  else Object.defineProperty(parent, last, { value: value[0], enumerable: true, configurable: true, writable: true });
  return document;
}

function problemsOf(value: unknown): readonly Problem[] {
  try {
    checkQuestionnaire(value);
    return [];
  } catch (error) {
    if (isAmanaError(error, "ERR_QUESTIONNAIRE_INVALID")) return error.details.problems ?? [];
    throw error;
  }
}

const pathsOf = (value: unknown): string[] => problemsOf(value).map(({ path }) => path);
const items = "/sections/0/items";

describe("checkQuestionnaire", () => {
  it("accepts the small questionnaire and returns a frozen copy", () => {
    const source = structuredClone(SMALL);
    const checked = checkQuestionnaire(source);
    expect(checked).toEqual(SMALL);
    expect(checked).not.toBe(source);
    expect(Object.isFrozen(checked)).toBe(true);
    expect(Object.isFrozen(checked.sections[0]?.items[0]?.text)).toBe(true);
  });

  it("accepts every generated questionnaire", () => {
    fc.assert(
      fc.property(questionnaires(), (questionnaire) => {
        expect(checkQuestionnaire(questionnaire)).toEqual(questionnaire);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, unknown]>([
    ["/protocol", "amana/2"],
    ["/type", "survey"],
    ["/id", "Small"],
    ["/locales", []],
    ["/locales/0", "EN"],
    ["/title/en", 5],
    ["/factors/0/id", "F 1"],
    ["/scales/0/labels", [{ en: "one" }]],
    ["/sections", []],
    ["/sections/0/items", []],
    [`${items}/0/kind`, "matrix"],
    [`${items}/0/id`, "this-is-no-id"],
    [`${items}/0/polarity`, "neutral"],
    [`${items}/0/dontKnow`, null],
    [`${items}/1/options`, [{ id: "a", text: { en: "A" } }]],
    [`${items}/1/options/0/id`, "-a"],
    [`${items}/2/max`, 2.5],
    [`${items}/2/showIf/in`, []],
    [`${items}/2/showIf/in/0`, true],
    [`${items}/2/showIf`, "S1"],
    [`${items}/3/maxBytes`, 4001],
  ])("names a wrong shape at %s", (path, value) => {
    expect(pathsOf(changed(path, value))).toEqual([path]);
  });

  it("names a wrong shape inside a condition", () => {
    const pathsIn = (showIf: unknown): string[] => pathsOf(changed(`${items}/2/showIf`, showIf)).map((path) => path.replace(items, ""));
    expect(pathsIn({ all: [] })).toEqual(["/2/showIf/all"]);
    expect(
      pathsIn({
        any: [
          { item: "S1", in: ["b"] },
          { item: "S1", in: ["b", true] },
        ],
      }),
    ).toEqual(["/2/showIf/any/1/in/1"]);
    expect(pathsIn({ not: { item: "S1", in: ["b"] }, item: "S1" })).toEqual(["/2/showIf/item"]);
    expect(pathsIn({ all: [null] })).toEqual(["/2/showIf/all/0"]);
  });

  it("refuses missing and additional fields, at every level", () => {
    expect(pathsOf(changed("/introduction"))).toEqual(["/introduction"]);
    expect(pathsOf(changed("/note", "x"))).toEqual(["/note"]);
    expect(pathsOf(changed(`${items}/3/polarity`, "positive"))).toEqual([`${items}/3/polarity`]);
    for (const value of [null, 5, "x", [], undefined]) expect(problemsOf(value)).not.toEqual([]);
  });

  it("refuses what the schema library passes over: inherited names and arrays for objects", () => {
    expect(problemsOf(changed("/title/constructor", "x"))).not.toEqual([]);
    expect(problemsOf(changed("/title/__proto__", "x"))).not.toEqual([]);
    expect(problemsOf(Object.assign([], SMALL))).not.toEqual([]);
    expect(problemsOf(Object.assign(new Map(), SMALL))).not.toEqual([]);
  });

  it("does not take a failing program for a mistake of the questionnaire", () => {
    const failing = {
      get protocol(): string {
        throw new RangeError("from the getter");
      },
    };
    expect(() => checkQuestionnaire(failing)).toThrow(RangeError);
  });

  it("bounds conditions within conditions, so that no depth of foreign data exhausts the stack", () => {
    const nested = (depth: number): unknown => (depth === 0 ? { item: "S1", in: ["b"] } : { not: nested(depth - 1) });
    expect(pathsOf(changed(`${items}/2/showIf`, nested(3)))).toEqual([]);
    expect(pathsOf(changed(`${items}/2/showIf`, nested(4)))).toContain(`${items}/2/showIf/not/not/not/not`);
    expect(pathsOf(changed(`${items}/2/showIf`, nested(1000)))).toContain(`${items}/2/showIf/not/not/not/not`);
  });

  it.each<[string, unknown, string, string]>([
    ["/locales", ["en", "en"], "/locales/1", "used twice"],
    ["/title", { en: "x", fr: "y" }, "/title/fr", "not one of the locales"],
    ["/title/en", " \n", "/title/en", "empty"],
    ["/title/en", "e\u0301", "/title/en", "not in Unicode's normal form NFC"],
    ["/title/en", "\ud800", "/title/en", "not in Unicode's normal form NFC"],
    ["/review", {}, "/review/en", "missing"],
    ["/factors/1", SMALL.factors[0], "/factors/1/id", "used twice"],
    ["/scales/1", SMALL.scales[0], "/scales/1/id", "used twice"],
    [`${items}/0/factor`, "F09", `${items}/0/factor`, "no such factor"],
    [`${items}/0/scale`, "agree5", `${items}/0/scale`, "no such scale"],
    [`${items}/1/id`, "L1", `${items}/1/id`, "used twice"],
    [`${items}/1/options/0/id`, "prefer_not", `${items}/1/options/0/id`, "reserved: use dontKnow or preferNot"],
    [`${items}/1/options/0/id`, "dont_know", `${items}/1/options/0/id`, "reserved: use dontKnow or preferNot"],
    [`${items}/1/options/0/id`, "b", `${items}/1/options/1/id`, "used twice"],
    [`${items}/2/max`, 0, `${items}/2/max`, "between 1 and the number of options"],
    [`${items}/2/max`, 10, `${items}/2/max`, "between 1 and the number of options"],
    [`${items}/3/maxBytes`, 0, `${items}/3/maxBytes`, "at least 1"],
    [`${items}/2/showIf`, { item: "C1", in: ["x"] }, `${items}/2/showIf/item`, "no such item before this one"],
    [`${items}/2/showIf`, { item: "N1", in: ["o1"] }, `${items}/2/showIf/item`, "no such item before this one"],
    [`${items}/2/showIf`, { item: "S1", in: ["c"] }, `${items}/2/showIf/in/0`, "not an answer that the item can have"],
    [`${items}/2/showIf`, { item: "S1", in: ["dont_know"] }, `${items}/2/showIf/in/0`, "not an answer that the item can have"],
    [`${items}/2/showIf`, { item: "L1", in: [1, 0] }, `${items}/2/showIf/in/1`, "not an answer that the item can have"],
    [`${items}/2/showIf`, { item: "L1", in: [4] }, `${items}/2/showIf/in/0`, "not an answer that the item can have"],
    [`${items}/3/showIf`, { item: "N1", in: ["dont_know"] }, `${items}/3/showIf/in/0`, "not an answer that the item can have"],
    [`${items}/2/showIf`, { not: { item: "S1", in: ["a", "a"] } }, `${items}/2/showIf/not/in/1`, "used twice"],
    [
      `${items}/2/showIf`,
      { all: [{ item: "S1", in: ["a"] }, { any: [{ item: "X", in: ["b"] }] }] },
      `${items}/2/showIf/all/1/any/0/item`,
      "no such item before this one",
    ],
    ["/sections/0/showIf", { item: "L1", in: [1] }, "/sections/0/showIf/item", "no such item before this one"],
  ])("names a wrong meaning: %s = %j", (pointer, value, path, message) => {
    expect(problemsOf(changed(pointer, value))).toContainEqual({ path, message });
  });

  it("accepts conditions on every kind of answer", () => {
    for (const showIf of [
      { item: "L1", in: [1, 3, "dont_know", "prefer_not"] },
      { item: "N1", in: ["o1", "prefer_not"] },
      { any: [{ item: "S1", in: ["a"] }, { not: { item: "L1", in: [2] } }] },
    ]) {
      expect(problemsOf(changed(`${items}/3/showIf`, showIf))).toEqual([]);
    }
  });

  it("has no conditions on texts", () => {
    const text = { ...SMALL.sections[0]?.items[3], id: "C2", showIf: { item: "C1", in: ["x"] } };
    expect(pathsOf(changed(`${items}/4`, text))).toEqual([`${items}/4/showIf/in/0`]);
  });

  it("refuses a mirror that is named twice and a section id that is used twice", () => {
    const again = { ...SMALL.sections[0], items: [{ ...SMALL.sections[0]?.items[0], id: "L2" }] };
    expect(problemsOf(changed("/sections/1", again))).toEqual([
      { path: "/sections/1/id", message: "used twice" },
      { path: "/sections/1/items/0/mirror", message: "used twice" },
    ]);
  });

  it("refuses a ballot of more than 65,536 bytes", () => {
    const texts = (count: number): unknown =>
      changed(
        "/sections/0/items",
        Array.from({ length: count }, (_, index) => ({ ...SMALL.sections[0]?.items[3], id: `C${index}`, maxBytes: 4000 })),
      );
    expect(problemsOf(texts(16))).toEqual([]);
    expect(problemsOf(texts(17))).toEqual([{ path: "/sections", message: "a ballot would have more than 65536 bytes" }]);
  });

  it("names all mistakes at once", () => {
    const wrong = structuredClone(SMALL) as unknown;
    for (const [pointer, value] of [
      ["/review/en", ""],
      [`${items}/0/factor`, "F02"],
      [`${items}/1/options/1/id`, "a"],
      [`${items}/2/max`, 12],
    ] as const)
      change(wrong, [pointer, value]);
    expect(pathsOf(wrong)).toEqual([
      "/review/en",
      `${items}/0/factor`,
      `${items}/1/options/1/id`,
      `${items}/2/max`,
      `${items}/2/showIf/in/0`,
    ]);
  });
});
