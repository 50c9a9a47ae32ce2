import { REPORT_CATALOGUES } from "@amana/elements";
import { CONSENTS, REPORT_FIELDS } from "@amana/results";
import { describe, expect, it } from "vitest";

/* What is counted of reports and what the form offers stand in two packages: neither may know the other. */

const offered = (language: keyof typeof REPORT_CATALOGUES): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(REPORT_CATALOGUES[language].options).map(([field, { options }]) => [field, Object.keys(options).sort()]),
  );

describe("the fields of a report", () => {
  it.each(["ar", "fr", "en"] as const)("are counted with the options that the form offers in %s, and no others", (language) => {
    const counted = Object.entries({ ...REPORT_FIELDS, consent: CONSENTS }).map(([field, options]) => [field, [...options].sort()]);
    expect(offered(language)).toEqual(Object.fromEntries(counted));
  });
});
