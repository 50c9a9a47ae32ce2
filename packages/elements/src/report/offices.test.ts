import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOffices } from "./offices.ts";

const port = { id: "port-a", name: { fr: "Port A" }, people: 40 };

describe("the list of offices", () => {
  it("keeps what is whole, and leaves out what cannot be warned about", () => {
    const broken = [
      { ...port, people: 0 },
      { ...port, people: "40" },
      { ...port, id: "Port A" },
      { ...port, name: {} },
      { id: "x" },
      null,
      7,
    ];
    expect(parseOffices(JSON.stringify([port, ...broken]))).toEqual([port]);
  });

  it("is empty for anything that is no list, and never throws", () => {
    expect([parseOffices(null), parseOffices("{"), parseOffices("{}")]).toEqual([[], [], []]);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const { people } of parseOffices(text)) expect(people).toBeGreaterThan(0);
      }),
    );
  });
});
