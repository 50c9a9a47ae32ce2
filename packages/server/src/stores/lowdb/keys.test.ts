import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf } from "../../../fixtures/records.ts";
import { KeyIndex } from "./keys.ts";

describe("index of response keys", () => {
  it("knows what a plain map knows", () => {
    const addition = fc.record({ person: fc.nat(40), sequence: fc.nat(15), epoch: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 300 }), (additions) => {
        const index = new KeyIndex();
        const model = new Map<string, Map<number, { epoch: number; leafHash: string }>>();
        for (const { person, sequence, epoch } of additions) {
          const key = hashOf(`person ${person}`);
          const known = model.get(key) ?? new Map();
          if (known.has(sequence)) continue;
          const leafHash = hashOf(`leaf ${person} ${sequence}`);
          expect(index.add(key, person % 2, { sequence, epoch, leafHash, kept: true })).toBe(known.size === 0);
          model.set(key, known.set(sequence, { epoch, leafHash }));
        }
        const newKeys = new Map<number, number>();
        for (const [key, known] of model) {
          const highestSequence = Math.max(...known.keys());
          expect(index.known(key)).toMatchObject({ highestSequence, count: known.size });
          for (const [sequence, fields] of known) expect(index.sequence(key, sequence)).toMatchObject({ ...fields, kept: true });
          expect(index.sequence(key, 200)).toBeNull();
          const first = Math.min(...[...known.values()].map(({ epoch }) => epoch));
          newKeys.set(first, (newKeys.get(first) ?? 0) + 1);
        }
        expect(index.newKeys(-1)).toEqual(newKeys);
        const superseded = [...index.superseded(1)].map(({ leafHash }) => leafHash).sort();
        const expected = [...model.values()].flatMap((known) => {
          const sealed = [...known].filter(([, { epoch }]) => epoch <= 1);
          const highest = Math.max(...sealed.map(([sequence]) => sequence));
          return sealed.filter(([sequence]) => sequence < highest).map(([, { leafHash }]) => leafHash);
        });
        expect(superseded).toEqual(expected.sort());
      }),
      { numRuns: 50 },
    );
  });

  it("grows, forgets envelopes and moves epochs", () => {
    const index = new KeyIndex();
    for (let i = 0; i < 5000; i++) index.add(hashOf(`${i}`), 0, { sequence: 0, epoch: 0, leafHash: hashOf(`leaf ${i}`), kept: true });
    expect(index.size).toBe(5000);
    for (let i = 0; i < 5000; i++) expect(index.sequence(hashOf(`${i}`), 0)?.leafHash).toBe(hashOf(`leaf ${i}`));
    expect(index.known(hashOf("5000"))).toBeNull();
    index.drop(hashOf("7"), 0);
    index.move(hashOf("7"), 0, 4);
    expect(index.sequence(hashOf("7"), 0)).toMatchObject({ kept: false, epoch: 4 });
  });
});
