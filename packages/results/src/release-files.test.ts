import { fromUtf8, SHA256, toHex } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { sampleOptions, sampleResults } from "../fixtures/sample.ts";
import { releaseFiles } from "./index.ts";

describe("releaseFiles", () => {
  const results = sampleResults();
  const input = {
    results,
    questionnaires: Object.values(sampleOptions.questionnaires),
    programme: { en: "Programme" },
    round: sampleOptions.title,
    trial: true,
  };
  const files = new Map(releaseFiles(input).map(({ name, bytes }) => [name, bytes]));
  const text = (name: string): string => fromUtf8(files.get(name) as Uint8Array);

  it("holds figures, table, stylesheet and a page for each language, the first as index", () => {
    expect([...files.keys()]).toEqual(["results.json", "results.csv", "results.css", "index.html", "en.html", "fr.html", "ar.html"]);
    expect(text("index.html")).toBe(text("en.html"));
    expect(JSON.parse(text("results.json"))).toEqual(results);
  });

  it("has pages that name the figures they show", () => {
    const digest = toHex(SHA256(files.get("results.json") as Uint8Array));
    for (const name of ["en.html", "fr.html", "ar.html"]) expect(text(name)).toContain(digest);
  });

  it("is the same for the same input", () => {
    for (const { name, bytes } of releaseFiles(input))
      expect([name, toHex(SHA256(bytes))]).toEqual([name, toHex(SHA256(files.get(name) as Uint8Array))]);
  });
});
