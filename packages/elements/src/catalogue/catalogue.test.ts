import { AmanaError, type ErrorCode } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { HANDLER_CATALOGUES } from "./handlers.ts";
import { CATALOGUES, fill, LANGUAGES, type Language, languageOf, localized, mayRetry, number, plural, sentenceFor } from "./index.ts";
import { MARK_TEXTS } from "./report-marks.ts";
import { REPORT_CATALOGUES } from "./reports.ts";
import { SURVEY_CATALOGUES } from "./surveys.ts";
import { TRUSTEE_CATALOGUES } from "./trustees.ts";

const all = (language: Language) => ({
  ...HANDLER_CATALOGUES[language],
  ...TRUSTEE_CATALOGUES[language],
  ...REPORT_CATALOGUES[language],
  ...SURVEY_CATALOGUES[language],
  mark: MARK_TEXTS[language],
});

/** Every text of a catalogue by its path; plural forms count as one. */
function texts(value: unknown, path = ""): [string, string[]][] {
  if (typeof value === "string") return [[path, [value]]];
  const entries = Object.entries(value as Record<string, unknown>);
  if ("one" in (value as object) && "other" in (value as object)) return [[path, entries.map(([, text]) => String(text))]];
  return entries.flatMap(([key, inner]) => texts(inner, `${path}/${key}`));
}

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).sort();
const english = new Map(texts(all("en")));

describe.each(LANGUAGES)("the catalogue in %s", (language) => {
  const catalogue = all(language);
  const own = new Map(texts(catalogue));

  it("has the same keys as the English one", () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("has no empty text, and the same holes", () => {
    for (const [path, forms] of own) {
      const allowed = new Set((english.get(path) ?? []).flatMap(holes));
      for (const form of forms) {
        expect(form.trim(), path).not.toBe("");
        for (const hole of holes(form)) expect(allowed, `${path} {${hole}}`).toContain(hole);
        if (forms.length === 1) expect(new Set(holes(form)), path).toEqual(allowed);
      }
    }
  });

  it("is a draft until a native speaker has signed", () => {
    expect(catalogue.review).toBe("none");
    expect(catalogue.language).toBe(language);
  });

  it("has the plural forms that the language asks for", () => {
    const { lettersLeft } = catalogue.common;
    for (const count of [0, 1, 2, 3, 11, 100]) expect(plural(catalogue, lettersLeft, count)).not.toContain("{");
  });

  it.each<ErrorCode>([
    "ERR_NETWORK",
    "ERR_OVERLOADED",
    "ERR_INTERNAL",
    "ERR_STORE_WRITE",
    "ERR_RESPONSE_INVALID",
    "ERR_PROGRAMME_MISMATCH",
    "ERR_MANIFEST_INVALID",
    "ERR_MANIFEST_SECOND",
    "ERR_AMENDMENT_INVALID",
    "ERR_ISSUER_KEY",
    "ERR_COSIGNATURE",
    "ERR_QUESTIONNAIRE_MISMATCH",
    "ERR_QUESTIONNAIRE_INVALID",
    "ERR_LEDGER_CONSISTENCY",
    "ERR_LEDGER_FORMAT",
    "ERR_LEDGER_INCLUSION",
    "ERR_LEDGER_SIGNATURE",
    "ERR_LEDGER_STALE",
    "ERR_LEDGER_WITNESSES",
    "ERR_CLOCK_WRONG",
    "ERR_CODE_CHECK",
    "ERR_CODE_FORMAT",
    "ERR_INVITATION_UNKNOWN",
    "ERR_INVITATION_REPLACED",
    "ERR_INVITATION_USED",
    "ERR_NOT_FOUND",
    "ERR_ROUND_CLOSED",
    "ERR_ROUND_CANCELLED",
    "ERR_ROUND_NOT_OPEN",
    "ERR_ROUND_TOO_FEW",
    "ERR_ROUND_UNKNOWN",
    "ERR_REVISIONS_SPENT",
    "ERR_SEQUENCE_USED",
    "ERR_ANSWER_INVALID",
    "ERR_ENVELOPE_SIZE",
    "ERR_TOKEN_INVALID",
    "ERR_TOKEN_MISSING",
    "ERR_WORK_MISSING",
    "ERR_REPLY_INVALID",
    "ERR_CONFIG_INVALID",
    "ERR_JSON_CANONICAL",
    "ERR_JSON_SCHEMA",
  ])("has a sentence of its own for %s", (code) => {
    expect(sentenceFor(catalogue, new AmanaError(code))).not.toBe(fill(catalogue.errors.other, { code }));
  });

  it("tells each thing that is refused before anything is sent from the others", () => {
    const codes: ErrorCode[] = [
      "ERR_PROGRAMME_MISMATCH",
      "ERR_MANIFEST_INVALID",
      "ERR_COSIGNATURE",
      "ERR_QUESTIONNAIRE_MISMATCH",
      "ERR_LEDGER_STALE",
      "ERR_MANIFEST_SECOND",
      "ERR_ROUND_CANCELLED",
    ];
    expect(new Set(codes.map((code) => sentenceFor(catalogue, new AmanaError(code)))).size).toBe(codes.length);
  });

  it("names an unexpected error by its code alone", () => {
    expect(sentenceFor(catalogue, new Error("a secret"))).toContain("ERR_UNEXPECTED");
    expect(sentenceFor(catalogue, new Error("a secret"))).not.toContain("a secret");
  });
});

describe("texts", () => {
  it("keeps Western digits in Arabic", () => {
    expect(number(CATALOGUES.ar, 1234)).toBe("1,234");
  });

  it("reads language tags", () => {
    expect([languageOf("fr-TN"), languageOf("AR"), languageOf("de"), languageOf(null)]).toEqual(["fr", "ar", null, null]);
  });

  it("falls back to a language there is", () => {
    expect(localized(CATALOGUES.ar, { en: "Customs" })).toBe("Customs");
    expect(localized(CATALOGUES.ar, undefined)).toBe("");
  });

  it("offers to try again only where that may help", () => {
    expect(mayRetry(new AmanaError("ERR_NETWORK"))).toBe(true);
    expect(mayRetry(new AmanaError("ERR_PROGRAMME_MISMATCH"))).toBe(false);
    expect(mayRetry(new AmanaError("ERR_INVITATION_USED"))).toBe(false);
  });
});
