import { readFileSync } from "node:fs";
import { isAmanaError } from "@amana/core/errors";
import { type Item, itemsOf } from "@amana/core/questionnaire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSheet } from "./csv.ts";
import { importXlsForm, type XlsForm } from "./index.ts";
import { readRelevant } from "./relevant.ts";

/** `@A` stands for XLSForm's reference to the question A. */
const said = (text: string): string => text.replaceAll(/@([A-Z]\d?)/g, "$${$1}");

const EXAMPLE = new URL("../../../../examples/questionnaires/xlsform/", import.meta.url);
const FORM = Object.fromEntries(
  ["survey", "choices", "settings"].map((name) => [name, readFileSync(new URL(`${name}.csv`, EXAMPLE), "utf8")]),
) as unknown as XlsForm;

function problemsOf(form: XlsForm): string[] {
  try {
    importXlsForm(form);
    return [];
  } catch (error) {
    if (!isAmanaError(error, "ERR_IMPORT_INVALID")) throw error;
    return (error.details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

/** A form in one language with these rows of the survey. */
const small = (rows: readonly string[], settings = "form_id,form_title,default_language\nsmall,Small,en\n"): XlsForm => ({
  survey: [
    "type,name,label,relevant,constraint,appearance,required,default,calculation,amana::mirror,amana::polarity,amana::max_bytes",
    "note,introduction,Hello",
    ...rows.map(said),
  ].join("\n"),
  choices: "list_name,name,label\nyn,yes,Yes\nyn,no,No\n",
  settings,
});

describe("the example", () => {
  it("becomes a questionnaire in three languages, with scales, screens and conditions", () => {
    const questionnaire = importXlsForm(FORM);
    expect(questionnaire).toMatchObject({
      id: "officials-short",
      locales: ["fr", "en", "ar"],
      factors: [{ id: "F02" }],
      scales: [{ id: "agree5" }],
    });
    expect(questionnaire.sections.map(({ id, text }) => [id, text?.en ?? null])).toEqual([
      ["rules", "About the rules you apply."],
      ["experience", null],
    ]);
    const items = new Map<string, Item>(itemsOf(questionnaire).map((item) => [item.id, item]));
    expect(items.get("O03")).toMatchObject({
      kind: "likert",
      scale: "agree5",
      polarity: "negative",
      mirror: "M02",
      factor: "F02",
      dontKnow: true,
      preferNot: true,
    });
    expect(items.get("X2")).toMatchObject({
      kind: "single",
      preferNot: true,
      dontKnow: false,
      showIf: {
        any: [
          { item: "X1", in: ["some"] },
          { item: "X1", in: ["many"] },
        ],
      },
    });
    expect(items.get("Y1")).toMatchObject({ kind: "multiple", max: 2 });
    expect(items.get("C1")).toMatchObject({ kind: "text", maxBytes: 800 });
  });
});

describe("importXlsForm", () => {
  it("takes a form in one language, with a screen for questions outside of groups", () => {
    const questionnaire = importXlsForm(small(["select_one yn,A1,Fair?", "text,C1,More?,@A1 = 'no'"]));
    expect(questionnaire.sections).toMatchObject([
      { id: "questions-1", title: { en: "Small" }, items: [{ id: "A1" }, { id: "C1", showIf: { item: "A1", in: ["no"] } }] },
    ]);
  });

  it("refuses by sheet, row and column all that it cannot carry, all at once", () => {
    const rows = [
      "select_one yn,A1,Fair?",
      "geopoint,G1,Where?",
      "integer,N1,How many?",
      "begin_repeat,R1,Again",
      "end_repeat,,",
      "text,too_long_a_name_for_us,More?",
      "select_one yn,A2,Fair?,,,,yes",
      "text,T1,What?,\"regex(@A1, 'x')\"",
      "text,T2,What?,@A9 = 'x'",
      "text,T3,What?,@A1 = 'x'",
      "select_one none,A3,Fair?",
      "select_one yn,A4,Fair?,,,,,yes",
      "text,T4,What?,,,signature",
      "text,T5,What?,,. > 3",
      "text,T6,What?,,,,,,once(today())",
      "text,T7,What?,,,,,,,M1",
      "text,T8,What?,,,,,,,,,9999",
      "select_multiple yn,B1,Which?,,selected(.)",
      "note,n1,In the middle",
    ];
    expect(problemsOf(small(rows))).toEqual([
      "survey/14/default cannot be carried",
      "survey/17/calculation cannot be carried",
      "survey/4/type geopoint would say who somebody is, where, or when",
      "survey/5/type integer cannot be carried",
      "survey/6/type begin_repeat cannot be carried",
      "survey/7/type end_repeat cannot be carried",
      "survey/8/name letters and digits, at most 16",
      "survey/9/required every question can be left open: leave it empty",
      "survey/10/relevant has something else than = != selected() not() and or",
      "survey/11/relevant refers to no select question before it",
      "survey/12/relevant names a choice that the question does not have",
      "survey/13/type names no list of the choices",
      "survey/15/appearance cannot be carried",
      "survey/16/constraint of a text cannot be carried: amana::max_bytes bounds it",
      "survey/18/amana::mirror is for select_one with the appearance likert",
      "survey/19/amana::max_bytes a whole number up to 4000",
      "survey/20/constraint can be carried as count-selected(.) <= NUMBER alone",
      "survey/21/type a note can be carried as the first of a group alone, or named introduction before all else",
    ]);
  });

  it("refuses texts that one language lacks, groups that do not fit, and settings that are not there", () => {
    expect(
      problemsOf({ ...FORM, choices: FORM.choices.replace("Strongly disagree,Pas du tout d’accord,", "Strongly disagree,,") }),
    ).toEqual(["choices/2/label::Français (fr) is empty, and is not in another language"]);
    expect(
      problemsOf({ ...FORM, survey: FORM.survey.replace("end_group,,,,,,,,,,,,,,,\nbegin_group,experience", "begin_group,experience") }),
    ).toContain("survey/7/type a group within a group cannot be carried");
    expect(problemsOf(small(["select_one yn,A1,Fair?"], "form_id\nsmall\n"))).toContain(
      "survey/1/label needs default_language in settings, like English (en)",
    );
    expect(problemsOf({ ...FORM, settings: FORM.settings.replace("النزاهة في الجمارك", "") })).toEqual([
      "settings/2/form_title is not there in every language, like form_title::English (en)",
    ]);
    expect(problemsOf(small([]))).toEqual(["questionnaire/sections expected >=1"]);
    expect(problemsOf({ ...FORM, survey: FORM.survey.replace("note,introduction", "note,hello") })).toContain(
      "survey needs a note named introduction before all else",
    );
  });

  it("never repeats what stands in a cell", () => {
    const canary = "canary7c";
    const text = JSON.stringify(problemsOf(small([`${canary} x,${canary}_9,${canary},${canary},${canary},${canary},${canary}`])));
    expect(text).not.toContain(`"${canary}`);
    expect(text.replaceAll(/survey\/\d+\/[^ ]+/g, "")).not.toContain("canary7c_9");
  });
});

describe("readRelevant", () => {
  const known = new Map([
    [
      "A",
      new Map<string, string | number>([
        ["x", "x"],
        ["1", 1],
      ]),
    ],
  ]);
  const leaf = { item: "A", in: ["x"] };

  it.each<[string, unknown]>([
    ["@A = 'x'", leaf],
    ['@A="x"', leaf],
    ["@A = '1'", { item: "A", in: [1] }],
    ["@A != 'x'", { not: leaf }],
    ["selected(@A, 'x')", leaf],
    ["not(selected(@A, 'x'))", { not: leaf }],
    ["@A = 'x' and @A = 'x' or @A = 'x'", { any: [{ all: [leaf, leaf] }, leaf] }],
    ["(@A = 'x' OR @A = 'x') AND @A = 'x'", { all: [{ any: [leaf, leaf] }, leaf] }],
  ])("reads %s", (text, condition) => {
    expect(readRelevant(said(text), known)).toEqual(condition);
  });

  it.each([
    "@A > 'x'",
    "@A =",
    "@A = x",
    "'x' = @A",
    "@A = 'x' @A = 'x'",
    "(@A = 'x'",
    "not @A",
    "count(@A)",
    "",
    "pulldata('a')",
    "@A = 'x';",
    `${"(".repeat(40)}@A = 'x'${")".repeat(40)}`,
  ])("refuses %s", (text) => {
    expect(readRelevant(said(text), known)).toHaveProperty("why");
  });

  it("ends with an answer or a reason, whatever it is given", () => {
    const part = fc.constantFrom("@A", "=", "!=", "'x'", "(", ")", "and", "or", "not", "selected", ",", " ", "1", "$", "'");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const condition = readRelevant(said(parts.join(" ")), known);
        expect(typeof condition).toBe("object");
      }),
    );
  });
});

describe("readSheet", () => {
  const cellText = fc.string({ unit: fc.constantFrom("a", "b", '"', ",", ";", "\n", "\r\n", " ", "é", "ع"), maxLength: 8 });
  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

  it("reads back every table that a writer of RFC 4180 wrote", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 4 })
          .chain((width) =>
            fc.tuple(fc.constant(width), fc.array(fc.array(cellText, { minLength: width, maxLength: width }), { maxLength: 5 })),
          ),
        fc.constantFrom(",", ";"),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        ([width, records], separator, end, mark) => {
          const columns = Array.from({ length: width }, (_, at) => `c${at}`);
          const lines = [columns.join(separator), ...records.map((record) => record.map(quoted).join(separator))];
          const { sheet, problems } = readSheet("survey", `${mark ? "\uFEFF" : ""}${lines.map((line) => line + end).join("")}`);
          // A separator needs a second column to be seen.
          if (width === 1 && separator === ";") return;
          expect(problems).toEqual([]);
          const expected = records
            .map((record) => Object.fromEntries(record.flatMap((cell, at) => (cell.trim() === "" ? [] : [[`c${at}`, cell.trim()]]))))
            .filter((row) => Object.keys(row).length > 0);
          expect(sheet?.rows.map(({ cells }) => Object.fromEntries(cells))).toEqual(expected);
        },
      ),
    );
  });

  it("ends with a sheet or a place, whatever it is given", () => {
    fc.assert(
      fc.property(cellText, fc.array(cellText), (head, rest) => {
        const { sheet, problems } = readSheet("survey", [head, ...rest].join("\n"));
        expect(sheet !== null || problems.length > 0).toBe(true);
      }),
    );
  });

  it.each<[string, string, string]>([
    ["a quotation that does not end", 'a,b\n"x,y', "survey/2"],
    ["a mark inside of a cell", 'a,b\nx"y,z', "survey/2"],
    ["something after a quotation", 'a,b\n"x"y,z', "survey/2"],
    ["no header", "\n\n", "survey/1"],
    ["a second column of a name", "a,a\n1,2", "survey/1/a"],
    ["a cell without a column", "a\n1,2", "survey/2"],
  ])("names %s", (_, text, path) => {
    expect(readSheet("survey", text).problems.map((problem) => problem.path)).toEqual([path]);
  });

  it("counts rows as a spreadsheet does, and is bounded", () => {
    expect(readSheet("survey", "a\n\n\nx\n").sheet?.rows).toMatchObject([{ number: 4 }]);
    expect(readSheet("survey", "a".repeat(2 ** 21 + 1)).sheet).toBeNull();
    expect(readSheet("survey", "a\n".repeat(5001)).sheet).toBeNull();
  });
});
